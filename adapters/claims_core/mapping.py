"""Claims core records to domain objects. Pure; every code table of the system stands here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeVar

from adapters.claims_core import wire
from domain import models
from domain.clock import MOSCOW
from domain.errors import InvalidInput
from domain.money import Money
from domain.numbers import policy_number

__all__ = ["CLAIM_STATES", "Unknown", "claim", "message", "payment", "station"]

E = TypeVar("E")

CLAIM_STATES: Final[Mapping[str, models.ClaimStatus]] = {
    "draft": models.ClaimStatus.DRAFT,
    "registered": models.ClaimStatus.REGISTERED,
    "awaiting-documents": models.ClaimStatus.DOCUMENTS_REQUIRED,
    "inspection": models.ClaimStatus.INSPECTION,
    "under-review": models.ClaimStatus.UNDER_REVIEW,
    "approved": models.ClaimStatus.APPROVED,
    "referred": models.ClaimStatus.REPAIR_REFERRED,
    "in-repair": models.ClaimStatus.IN_REPAIR,
    "paid": models.ClaimStatus.PAID,
    "rejected": models.ClaimStatus.REJECTED,
    "closed": models.ClaimStatus.CLOSED,
}

REQUIREMENT_STATES: Final[Mapping[str, models.RequirementState]] = {
    "awaited": models.RequirementState.AWAITED,
    "uploaded": models.RequirementState.UPLOADED,
    "accepted": models.RequirementState.ACCEPTED,
    "declined": models.RequirementState.REJECTED,
}

REPAIR_STATES: Final[Mapping[str, models.RepairProgress]] = {
    "WAITING": models.RepairProgress.NOT_STARTED,
    "VEHICLE_IN": models.RepairProgress.VEHICLE_RECEIVED,
    "PARTS_ON_ORDER": models.RepairProgress.PARTS_ORDERED,
    "WORKING": models.RepairProgress.IN_PROGRESS,
    "FINISHED": models.RepairProgress.DONE,
}

QUOTE_STATES: Final[Mapping[str, models.QuoteState]] = {
    "NONE": models.QuoteState.NOT_STARTED,
    "SENT": models.QuoteState.SUBMITTED,
    "AGREED": models.QuoteState.AGREED,
    "DISPUTED": models.QuoteState.DISPUTED,
}

AUTHORS: Final[Mapping[str, models.MessageAuthor]] = {
    "customer": models.MessageAuthor.CUSTOMER,
    "insurer": models.MessageAuthor.INSURER,
}


class Unknown(Exception):
    """A code that no table here knows; the text names the field alone."""


def claim(record: wire.Claim) -> models.Claim:
    """Map a claim.

    Shape: the timeline is in order of time; the system defines no order.
    Raises: ``Unknown``. Source: ``Claim``.
    """
    claim_id = models.ClaimId(record.id)
    return models.Claim(
        id=claim_id,
        number=record.number,
        policy_number=policy_number(record.policyNumber),
        status=known(CLAIM_STATES, record.state, "state"),
        event=models.ClaimEvent(utc(record.event.occurredAt), record.event.place, record.event.description),
        registered_on=record.registeredOn,
        documents_complete_on=record.documentsCompleteOn,
        inspection_at=utc(record.inspectionAt) if record.inspectionAt else None,
        timeline=tuple(sorted((step(each) for each in record.timeline), key=lambda each: each.at)),
        required_documents=tuple(requirement(each, claim_id) for each in record.documents),
        payouts=tuple(payout(each) for each in record.payouts),
        referral=referral(record.referral) if record.referral else None,
    )


def step(record: wire.Step) -> models.TimelineEntry:
    """Map one step of the case. Raises: ``Unknown``. Source: ``Step``."""
    return models.TimelineEntry(utc(record.at), known(CLAIM_STATES, record.state, "timeline.state"), record.note)


def requirement(record: wire.Requirement, claim_id: models.ClaimId) -> models.RequiredDocument:
    """Map a required document with its files. Raises: ``Unknown``. Source: ``Requirement``."""
    return models.RequiredDocument(
        id=record.id,
        kind=record.kind,
        title=record.title,
        state=known(REQUIREMENT_STATES, record.state, "documents.state"),
        files=tuple(file(each, claim_id) for each in record.files),
    )


def file(record: wire.File, claim_id: models.ClaimId) -> models.ClaimFile:
    """Map an uploaded file. Units: bytes. Source: ``File``."""
    return models.ClaimFile(
        key=models.ClaimFileKey(claim_id, record.id),
        file_name=record.fileName,
        media_type=record.mediaType,
        size_bytes=record.sizeBytes,
        uploaded_at=utc(record.uploadedAt),
    )


def payout(record: wire.Payout) -> models.Payout:
    """Map a payout. Units: roubles and kopecks as text. Source: ``Payout``."""
    return models.Payout(record.id, Money(Decimal(record.sum.amount), record.sum.currency), record.paidOn)


def referral(record: wire.Referral) -> models.RepairReferral:
    """Map a repair referral. Units: whole kopecks of roubles. Raises: ``Unknown``. Source: ``Referral``."""
    kopecks = record.deductibleKopecks
    return models.RepairReferral(
        number=record.number,
        station=station(record.station),
        issued_on=record.issuedOn,
        valid_until=record.validUntil,
        deductible_due=Money(Decimal(kopecks).scaleb(-2)) if kopecks is not None else None,
        deductible_paid_on=record.deductiblePaidOn,
        progress=known(REPAIR_STATES, record.repairState, "referral.repairState"),
        quote=known(QUOTE_STATES, record.quoteState, "referral.quoteState"),
    )


def station(record: wire.Station) -> models.RepairStation:
    """Map a repair station. Source: ``Station``."""
    return models.RepairStation(record.id, record.name, record.city, record.address, record.phone)


def message(record: wire.Message) -> models.ClaimMessage:
    """Map a message. Raises: ``Unknown``. Source: ``Message``."""
    author = known(AUTHORS, record.author, "author")
    return models.ClaimMessage(record.id, author, record.text, utc(record.sentAt))


def payment(transaction_id: str, bill_number: str, paid_at: datetime) -> wire.DeductiblePayment:
    """Spell a payment of a deductible. Units: the instant with Moscow's offset. Source: ``DeductiblePayment``.

    Raises: ``InvalidInput`` for what the system would not read.
    """
    if not wire.is_transaction_id(transaction_id):
        raise InvalidInput("request_id", "not_an_id")
    if not wire.is_bill_number(bill_number):
        raise InvalidInput("bill_number", "not_a_number")
    instant = paid_at.astimezone(MOSCOW).isoformat(timespec="seconds")
    return wire.DeductiblePayment(transaction_id, bill_number, instant)


def known(table: Mapping[str, E], code: str, field: str) -> E:
    """Look a code up. Raises: ``Unknown``."""
    if code not in table:
        raise Unknown(f"unknown code in {field}")
    return table[code]


def utc(instant: datetime) -> datetime:
    """The same instant in UTC."""
    return instant.astimezone(UTC)

"""Records of the population in the spelling of the claims core."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from dev.simulators.kit import MOSCOW
from dev.simulators.population.claim_records import (
    Author,
    Claim,
    ClaimFile,
    ClaimStatus,
    DocumentState,
    Message,
    Payout,
    QuoteState,
    Referral,
    RepairProgress,
    RepairStation,
    RequiredDocument,
    TimelineEntry,
)

PARTS = ("timeline", "documents", "referral", "payouts")
STATES = {
    ClaimStatus.DRAFT: "draft",
    ClaimStatus.REGISTERED: "registered",
    ClaimStatus.DOCUMENTS_REQUIRED: "awaiting-documents",
    ClaimStatus.INSPECTION: "inspection",
    ClaimStatus.UNDER_REVIEW: "under-review",
    ClaimStatus.APPROVED: "approved",
    ClaimStatus.REPAIR_REFERRED: "referred",
    ClaimStatus.IN_REPAIR: "in-repair",
    ClaimStatus.PAID: "paid",
    ClaimStatus.REJECTED: "rejected",
    ClaimStatus.CLOSED: "closed",
}
DOCUMENT_STATES = {
    DocumentState.AWAITED: "awaited",
    DocumentState.UPLOADED: "uploaded",
    DocumentState.ACCEPTED: "accepted",
    DocumentState.REJECTED: "declined",
}
REPAIR_STATES = {
    RepairProgress.NOT_STARTED: "WAITING",
    RepairProgress.VEHICLE_RECEIVED: "VEHICLE_IN",
    RepairProgress.PARTS_ORDERED: "PARTS_ON_ORDER",
    RepairProgress.IN_PROGRESS: "WORKING",
    RepairProgress.DONE: "FINISHED",
}
QUOTE_STATES = {
    QuoteState.NOT_STARTED: "NONE",
    QuoteState.SUBMITTED: "SENT",
    QuoteState.AGREED: "AGREED",
    QuoteState.DISPUTED: "DISPUTED",
}
AUTHORS = {Author.CUSTOMER: "customer", Author.INSURER: "insurer"}


def claim(record: Claim, parts: Collection[str]) -> dict[str, Any]:
    """A claim with the parts asked for."""
    state = STATES[record.status]
    row = {
        "id": record.id,
        "number": record.number,
        "policyNumber": record.policy_number,
        "state": state,
        "checksum": f"{crc32(f'{record.id} {state} {record.updated_at}'.encode()):08x}",
        "event": {
            "occurredAt": instant(record.event_at),
            "place": record.event_place,
            "description": record.description,
        },
        "registeredOn": day_of(record.registered_at),
        "documentsCompleteOn": day_of(record.documents_complete_at),
        "inspectionAt": instant(record.inspection_at) if record.inspection_at else None,
        "updatedAt": instant(record.updated_at),
    }
    expanded = {
        "timeline": [step(entry) for entry in record.timeline],
        "documents": [requirement(document) for document in record.documents],
        "referral": referral(record.referral) if record.referral else None,
        "payouts": [payout(each) for each in record.payouts],
    }
    return row | {part: expanded[part] for part in PARTS if part in parts}


def step(entry: TimelineEntry) -> dict[str, Any]:
    """One step of the case."""
    return {"at": instant(entry.at), "state": STATES[entry.status], "note": entry.note}


def requirement(document: RequiredDocument) -> dict[str, Any]:
    """A required document with its files."""
    return {
        "id": document.id,
        "kind": document.kind,
        "title": document.title,
        "state": DOCUMENT_STATES[document.state],
        "files": [file(each) for each in document.files],
    }


def file(record: ClaimFile) -> dict[str, Any]:
    """An uploaded file."""
    return {
        "id": record.id,
        "fileName": record.file_name,
        "mediaType": record.media_type,
        "sizeBytes": record.size_bytes,
        "uploadedAt": instant(record.uploaded_at),
    }


def payout(record: Payout) -> dict[str, Any]:
    """A payout: money as text in major units."""
    return {
        "id": record.id,
        "sum": {"amount": f"{record.amount:.2f}", "currency": "RUB"},
        "orderedOn": record.ordered_on.isoformat(),
        "paidOn": day(record.paid_on),
    }


def referral(record: Referral) -> dict[str, Any]:
    """A repair referral: money in whole kopecks."""
    return {
        "number": record.number,
        "station": station(record.station),
        "issuedOn": record.issued_on.isoformat(),
        "validUntil": record.valid_until.isoformat(),
        "deductibleKopecks": kopecks(record.deductible_due),
        "deductiblePaidOn": day(record.deductible_paid_on),
        "repairState": REPAIR_STATES[record.progress],
        "quoteState": QUOTE_STATES[record.quote],
    }


def station(record: RepairStation) -> dict[str, Any]:
    """A repair station."""
    return {
        "id": record.id,
        "name": record.name,
        "city": record.city,
        "address": record.address,
        "phone": record.phone,
        "location": {"latitude": f"{record.latitude:.4f}", "longitude": f"{record.longitude:.4f}"},
    }


def message(record: Message) -> dict[str, Any]:
    """A message."""
    return {
        "id": record.id,
        "author": AUTHORS[record.author],
        "text": record.text,
        "sentAt": instant(record.sent_at),
    }


def instant(moment: datetime) -> str:
    """ISO 8601 with the offset of Moscow."""
    return moment.astimezone(MOSCOW).isoformat(timespec="seconds")


def day(value: date | None) -> str | None:
    """A calendar day."""
    return value.isoformat() if value else None


def day_of(moment: datetime | None) -> str | None:
    """The day in Moscow of an instant."""
    return day(moment.astimezone(MOSCOW).date()) if moment else None


def kopecks(amount: Decimal | None) -> int | None:
    """Roubles as whole kopecks."""
    return int(amount.scaleb(2)) if amount is not None else None

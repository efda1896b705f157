"""Claims and what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.models.identifiers import ClaimFileKey, ClaimId, PolicyNumber
    from domain.money import Money

__all__ = [
    "Claim",
    "ClaimEvent",
    "ClaimFile",
    "ClaimMessage",
    "ClaimStatus",
    "MessageAuthor",
    "Payout",
    "QuoteState",
    "RepairProgress",
    "RepairReferral",
    "RepairStation",
    "RequiredDocument",
    "RequirementState",
    "TimelineEntry",
]


class ClaimStatus(StrEnum):
    """State of a claim; only a draft can be withdrawn."""

    DRAFT = "DRAFT"
    REGISTERED = "REGISTERED"
    DOCUMENTS_REQUIRED = "DOCUMENTS_REQUIRED"
    INSPECTION = "INSPECTION"
    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    REPAIR_REFERRED = "REPAIR_REFERRED"
    IN_REPAIR = "IN_REPAIR"
    PAID = "PAID"
    REJECTED = "REJECTED"
    CLOSED = "CLOSED"


class RequirementState(StrEnum):
    """State of one required document."""

    AWAITED = "AWAITED"
    UPLOADED = "UPLOADED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class RepairProgress(StrEnum):
    """How far the repair is."""

    NOT_STARTED = "NOT_STARTED"
    VEHICLE_RECEIVED = "VEHICLE_RECEIVED"
    PARTS_ORDERED = "PARTS_ORDERED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"


class QuoteState(StrEnum):
    """How far the agreement on the price is; runs in parallel with the repair."""

    NOT_STARTED = "NOT_STARTED"
    SUBMITTED = "SUBMITTED"
    AGREED = "AGREED"
    DISPUTED = "DISPUTED"


class MessageAuthor(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "CUSTOMER"
    INSURER = "INSURER"


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """What happened. ``occurred_at`` is an instant in UTC."""

    occurred_at: datetime
    place: str
    description: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step of the case. ``at`` is an instant in UTC."""

    at: datetime
    status: ClaimStatus
    note: str | None


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """An uploaded file. Units: ``size_bytes``."""

    key: ClaimFileKey
    file_name: str
    media_type: str
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document the insurer needs to decide."""

    id: str
    kind: str
    title: str
    state: RequirementState
    files: tuple[ClaimFile, ...]


@dataclass(frozen=True, slots=True)
class Payout:
    """Money paid or ordered to be paid; ``paid_on`` is None until it left."""

    id: str
    amount: Money
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class RepairStation:
    """A workshop that repairs for the insurer."""

    id: str
    name: str
    city: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class RepairReferral:
    """Order to a workshop. ``deductible_due`` is what the customer pays, None when there is none."""

    number: str
    station: RepairStation
    issued_on: date
    valid_until: date
    deductible_due: Money | None
    deductible_paid_on: date | None
    progress: RepairProgress
    quote: QuoteState


@dataclass(frozen=True, slots=True)
class Claim:
    """A case. ``number`` is None for a draft.

    ``documents_complete_on`` starts the insurer's time to decide; ``inspection_at`` is an appointment in UTC.
    """

    id: ClaimId
    number: str | None
    policy_number: PolicyNumber
    status: ClaimStatus
    event: ClaimEvent
    registered_on: date | None
    documents_complete_on: date | None
    inspection_at: datetime | None
    timeline: tuple[TimelineEntry, ...]
    required_documents: tuple[RequiredDocument, ...]
    payouts: tuple[Payout, ...]
    referral: RepairReferral | None


@dataclass(frozen=True, slots=True)
class ClaimMessage:
    """One message about a claim. ``sent_at`` is an instant in UTC."""

    id: str
    author: MessageAuthor
    text: str
    sent_at: datetime

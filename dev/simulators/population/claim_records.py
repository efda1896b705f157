"""Claims and what belongs to them, in no legacy system's spelling. Instants are aware, sums in roubles."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class ClaimStatus(StrEnum):
    """State of a claim."""

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


class DocumentState(StrEnum):
    """State of a required document."""

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
    """How far the agreement on the price is."""

    NOT_STARTED = "NOT_STARTED"
    SUBMITTED = "SUBMITTED"
    AGREED = "AGREED"
    DISPUTED = "DISPUTED"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "CUSTOMER"
    INSURER = "INSURER"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step of the case."""

    at: datetime
    status: ClaimStatus
    note: str | None


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """An uploaded file; its id is unique in the claim."""

    id: str
    file_name: str
    media_type: str
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document needed to decide; its id is unique in the claim."""

    id: str
    kind: str
    title: str
    state: DocumentState
    files: tuple[ClaimFile, ...]


@dataclass(frozen=True, slots=True)
class Payout:
    """Money ordered, and paid when `paid_on` is known."""

    id: str
    amount: Decimal
    ordered_on: date
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class RepairStation:
    """A workshop. Units: degrees."""

    id: str
    name: str
    city: str
    address: str
    phone: str
    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Referral:
    """An order to a workshop."""

    number: str
    station: RepairStation
    issued_on: date
    valid_until: date
    deductible_due: Decimal | None
    deductible_paid_on: date | None
    progress: RepairProgress
    quote: QuoteState


@dataclass(frozen=True, slots=True)
class Message:
    """One message about a claim."""

    id: str
    author: Author
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A case; a draft has no number and is not registered. `place` orders claims as they came in."""

    id: str
    number: str | None
    policy_number: str
    holder_isn: int
    status: ClaimStatus
    event_at: datetime
    event_place: str
    description: str
    registered_at: datetime | None
    documents_complete_at: datetime | None
    inspection_at: datetime | None
    timeline: tuple[TimelineEntry, ...]
    documents: tuple[RequiredDocument, ...]
    payouts: tuple[Payout, ...]
    referral: Referral | None
    messages: tuple[Message, ...]

    @property
    def updated_at(self) -> datetime:
        """When the case last changed."""
        return max(self.timeline[-1].at, *(message.sent_at for message in self.messages), self.timeline[-1].at)

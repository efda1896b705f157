"""Records of the claims core in its own spelling; each names the schema of the contract it was drawn from."""

# ruff: noqa: N815 - fields are spelled as on the wire

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Generic, TypeAlias, TypeVar

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Amount = Annotated[str, msgspec.Meta(pattern=r"\A-?[0-9]{1,15}\.[0-9]{2}\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Kopecks = Annotated[int, msgspec.Meta(ge=1, le=10**17)]
Size = Annotated[int, msgspec.Meta(ge=0)]
Total = Annotated[int, msgspec.Meta(ge=0)]


class Money(msgspec.Struct, frozen=True):
    """Source: ``Money``. Units: major, scale 2, as text."""

    amount: Amount
    currency: Currency


class Event(msgspec.Struct, frozen=True):
    """Source: ``Event``."""

    occurredAt: Instant
    place: str
    description: str


class Step(msgspec.Struct, frozen=True):
    """Source: ``Step``."""

    at: Instant
    state: str
    note: str | None


class File(msgspec.Struct, frozen=True):
    """Source: ``File``."""

    id: str
    fileName: str
    mediaType: str
    sizeBytes: Size
    uploadedAt: Instant


class Requirement(msgspec.Struct, frozen=True):
    """Source: ``Requirement``."""

    id: str
    kind: str
    title: str
    state: str
    files: tuple[File, ...]


class Payout(msgspec.Struct, frozen=True):
    """Source: ``Payout``."""

    id: str
    sum: Money
    paidOn: date | None


class Station(msgspec.Struct, frozen=True):
    """Source: ``Station``."""

    id: str
    name: str
    city: str
    address: str
    phone: str


class Referral(msgspec.Struct, frozen=True):
    """Source: ``Referral``. Units: ``deductibleKopecks`` in kopecks."""

    number: str
    station: Station
    issuedOn: date
    validUntil: date
    deductibleKopecks: Kopecks | None
    deductiblePaidOn: date | None
    repairState: str
    quoteState: str


class Claim(msgspec.Struct, frozen=True):
    """Source: ``Claim``, every part expanded."""

    id: str
    number: str | None
    policyNumber: str
    state: str
    event: Event
    registeredOn: date | None
    documentsCompleteOn: date | None
    inspectionAt: Instant | None
    timeline: tuple[Step, ...]
    documents: tuple[Requirement, ...]
    payouts: tuple[Payout, ...]
    referral: Referral | None


class Message(msgspec.Struct, frozen=True):
    """Source: ``Message``."""

    id: str
    author: str
    text: str
    sentAt: Instant


class Failure(msgspec.Struct, frozen=True):
    """Source: ``Failure``."""

    key: str
    code: str


class Token(msgspec.Struct, frozen=True):
    """Source: ``Token``. Units: ``expires_in`` in seconds."""

    access_token: Annotated[str, msgspec.Meta(pattern=r"\A[!-~]+\Z")]
    expires_in: Annotated[int, msgspec.Meta(ge=1)]


class Problem(msgspec.Struct, frozen=True):
    """Source: ``Problem``."""

    code: str
    until: Instant | None = None


class DeductiblePayment(msgspec.Struct, frozen=True):
    """Source: ``DeductiblePayment``. ``paidAt`` is an ``Instant``."""

    transactionId: str
    billNumber: str
    paidAt: str


class Unreadable(msgspec.Struct, frozen=True):
    """A row that breaks the contract, with those of its keys that could still be read."""

    detail: str
    id: str | None = None
    number: str | None = None
    policyNumber: str | None = None


R = TypeVar("R")
Row: TypeAlias = R | Unreadable


class Page(msgspec.Struct, Generic[R], frozen=True):
    """One page. ``next`` is a reference to the following one.

    ``totals`` are the lengths of the lists of each key of a batch, ``total`` is that of the only list of another page.
    """

    items: tuple[Row[R], ...]
    failures: tuple[Failure, ...]
    next: str | None
    totals: Mapping[str, Total] = {}
    total: Total = 0

"""What is known after a storm: what customers heard, what the systems did by their ledgers, what the tables hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.faults.storm.journal_evidence import Decision, Event, Letter
from tests.faults.storm.late_evidence import Call, Watched
from tests.faults.storm.means_evidence import HeardOfMeans
from tests.faults.storm.renewal_evidence import Agreement, Document, HeardOfOffers, Offer, Quote, Signature

__all__ = ["Bill", "Command", "Confirmation", "Customer", "Evidence", "Money", "Opened", "Record", "Row", "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """How a payment was, in one answer of the gateway. ``id`` is its global id, ``amount`` what is to be paid."""

    id: str
    state: str
    failure: str | None
    amount: Decimal


@dataclass(slots=True)
class Customer:
    """What one customer heard. ``tabs``: in each, one after another. ``granted``: by which key which payments came.

    ``paid_already``: what the customer was told to be paid. ``last``: what is told in the end. ``claims``: of which
    claim there is a deductible to pay, by what it is called where it is billed.
    """

    account: str
    tabs: dict[str, list[Told]] = field(default_factory=dict)
    granted: dict[str, set[str]] = field(default_factory=dict)
    paid_already: set[str] = field(default_factory=set)
    last: dict[str, Told] = field(default_factory=dict)
    offers: HeardOfOffers = field(default_factory=HeardOfOffers)
    claims: dict[str, str] = field(default_factory=dict)
    means: HeardOfMeans = field(default_factory=HeardOfMeans)


@dataclass(frozen=True, slots=True)
class Money:
    """An order as the acquirer keeps it. Units: ``asked`` and ``amount`` in kopecks.

    ``remembered``: a card was, while this was paid. ``charged``: the order at which the card was remembered that this
    was charged to. ``charges``: how often that was wanted.
    """

    order: str
    state: str
    asked: int
    amount: int
    taken: int
    remembered: bool = False
    charged: str | None = None
    charges: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that the policy core made out. ``subject`` is what it is for, as the core names it."""

    bill: int
    subject: str
    amount: Decimal
    number: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """An order that the policy core opened for a bill."""

    order: str
    bill: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That the policy core took a bill for paid."""

    bill: int
    order: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """That the claims core took the deductible of a claim for paid, by the number of a bill."""

    claim: str
    bill: str


@dataclass(frozen=True, slots=True)
class Row:
    """A payment as the gateway's table has it. ``id`` is its global id, ``subject`` as the core names it.

    ``is_doubled``: a second order of it is known to be paid, and no person has seen to that yet.
    """

    id: str
    account: str
    subject: str
    state: str
    amount: Decimal
    bill: int | None = None
    order: str | None = None
    failure: str | None = None
    is_doubled: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the gateway's table has it."""

    number: int
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it. ``prepared``: clients for whom an account waits, ``holders``: those who have one.

    ``watched``: orders that their payment does not wait for any more. ``calls``: for what a person was called.
    ``closed``: payments that a person has seen to.
    """

    customers: Sequence[Customer]
    orders: Sequence[Money]
    bills: Sequence[Bill]
    opened: Sequence[Opened]
    confirmations: Sequence[Confirmation]
    payments: Sequence[Row]
    commands: Sequence[Command] = ()
    quotes: Sequence[Quote] = ()
    agreements: Sequence[Agreement] = ()
    documents: Sequence[Document] = ()
    offers: Sequence[Offer] = ()
    signatures: Sequence[Signature] = ()
    deductibles: Sequence[Record] = ()
    events: Sequence[Event] = ()
    decisions: Sequence[Decision] = ()
    letters: Sequence[Letter] = ()
    prepared: Sequence[int] = ()
    holders: Sequence[int] = ()
    watched: Sequence[Watched] = ()
    calls: Sequence[Call] = ()
    closed: Sequence[str] = ()

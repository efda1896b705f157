"""A payment, from the wish to the paid bill.

::

    WAITING ── the core has a bill and an order ── OPEN ── the acquirer has the money ── CONFIRMING ── PAID
       │                                            │                                        │
       └─ the core declines: FAILED                 ├─ declined, cancelled, too late: FAILED │
                                                    └─ sums differ ───────── STOPPED ────────┘ the core will not have it

A payment fails only when it is certain that no money was taken. One that is stopped waits for a person. So does one
of which a second order was paid; but it stays what it is, since what its customer was told is still so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from datetime import datetime

    from domain import models
    from domain.accounts.models import AccountId
    from domain.money import Money
    from domain.payments.means import MeansId

__all__ = [
    "ENDED",
    "MOST_IN_VAIN",
    "RARELY",
    "TAKEN",
    "PaidDeductible",
    "PaidInstalment",
    "PaidRenewal",
    "Payable",
    "Payment",
    "PaymentFailure",
    "PaymentId",
    "PaymentState",
]

PaymentId = NewType("PaymentId", UUID)

MOST_IN_VAIN: Final = 20
"""After so many answers in a row that were of no use, a person is to look; asked is then only ``RARELY``."""
RARELY: Final = timedelta(hours=1)


class PaymentState(StrEnum):
    """How far a payment has come."""

    WAITING = "WAITING"
    OPEN = "OPEN"
    CONFIRMING = "CONFIRMING"
    PAID = "PAID"
    FAILED = "FAILED"
    STOPPED = "STOPPED"


ENDED: Final = frozenset({PaymentState.PAID, PaymentState.FAILED, PaymentState.STOPPED})

TAKEN: Final = frozenset({PaymentState.CONFIRMING, PaymentState.PAID})
"""States in which the money is there, and is known to be for what it was taken for."""


class PaymentFailure(StrEnum):
    """Why a payment failed, or was stopped."""

    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    ALREADY_PAID = "ALREADY_PAID"
    NOT_PAYABLE = "NOT_PAYABLE"
    AMOUNT_CHANGED = "AMOUNT_CHANGED"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    CLOSED = "CLOSED"
    NOT_CONFIRMED = "NOT_CONFIRMED"


@dataclass(frozen=True, slots=True)
class PaidInstalment:
    """An instalment of a policy; ``number`` counts from 1."""

    policy: models.Isn
    policy_number: models.PolicyNumber
    number: int

    @property
    def subject(self) -> str:
        """What is paid once, as a text."""
        return f"instalment/{self.policy}/{self.number}"


@dataclass(frozen=True, slots=True)
class PaidDeductible:
    """The deductible of a claim."""

    claim: models.ClaimId
    claim_number: str
    policy_number: models.PolicyNumber

    @property
    def subject(self) -> str:
        """What is paid once, as a text."""
        return f"deductible/{self.claim}"


@dataclass(frozen=True, slots=True)
class PaidRenewal:
    """An agreement that renews a policy; ``policy`` is the new one.

    The core makes out one bill for the agreement and for that policy's first instalment, so they are one subject too.
    """

    agreement: models.Isn
    policy: models.Isn
    policy_number: models.PolicyNumber

    @property
    def subject(self) -> str:
        """What is paid once, as a text."""
        return f"instalment/{self.policy}/1"


Payable: TypeAlias = PaidInstalment | PaidDeductible | PaidRenewal


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment. ``number`` is what people call it by; ``amount`` is what the customer was told.

    ``bill``, ``bill_number``, ``order`` and ``address`` are there as soon as the policy core has given them.
    ``waited_at``: when the customer was first told that it waits. ``shown_at``: when the address was first shown.
    ``checked_at``: when the acquirer was last asked. ``paid_at``: when it took the money.
    ``in_vain``: how many of its latest answers in a row were of no use. ``means``: what it is, or was, charged to
    instead of being paid on the acquirer's page. ``doubled_at``: when a second order of it was found to be paid, until
    a person has seen to that money.
    """

    id: PaymentId
    number: int
    account: AccountId
    client: models.Isn
    payable: Payable
    amount: Money
    begun_at: datetime
    state: PaymentState = PaymentState.WAITING
    bill: models.Isn | None = None
    bill_number: str | None = None
    order: str | None = None
    address: str | None = None
    opened_at: datetime | None = None
    checked_at: datetime | None = None
    paid_at: datetime | None = None
    ended_at: datetime | None = None
    failure: PaymentFailure | None = None
    waited_at: datetime | None = None
    shown_at: datetime | None = None
    in_vain: int = 0
    means: MeansId | None = None
    doubled_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What is paid once, as a text."""
        return self.payable.subject

    @property
    def is_being_charged(self) -> bool:
        """Whether the acquirer is to take the money from remembered means: nobody need come to its page."""
        return self.state is PaymentState.OPEN and self.means is not None

    @property
    def page(self) -> str | None:
        """Where the customer is to pay; nowhere while it is charged."""
        return None if self.is_being_charged else self.address

    @property
    def cannot_be_told_of(self) -> bool:
        """Whether the acquirer has said nothing of use for so long that a person is to look."""
        return self.in_vain >= MOST_IN_VAIN

    @property
    def waits_for_a_person(self) -> bool:
        """Whether a person may close it: stopped, paid twice, or not to be told of, and nobody has closed it yet."""
        is_puzzling = self.cannot_be_told_of and self.failure is not PaymentFailure.CLOSED
        return self.state is PaymentState.STOPPED or self.doubled_at is not None or is_puzzling

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to look: it was stopped, or the next would fail alike."""
        return self.state is PaymentState.STOPPED or self.failure is PaymentFailure.ADDRESS_REFUSED

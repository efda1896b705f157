"""Bills of the policy core, and what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from domain.models.identifiers import Isn, PolicyNumber
    from domain.money import Money

__all__ = [
    "AgreementBill",
    "Bill",
    "BillStatus",
    "BillSubject",
    "DeductibleBill",
    "InstalmentBill",
    "OnlineBill",
    "OnlinePayment",
]


class BillStatus(StrEnum):
    """State of a bill; only an open one can be paid."""

    OPEN = "OPEN"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class InstalmentBill:
    """A bill for one instalment of a policy; ``number`` counts from 1."""

    policy: PolicyNumber
    number: int


@dataclass(frozen=True, slots=True)
class DeductibleBill:
    """A bill for the deductible of a claim; the policy core does not know the sum, so it is told."""

    policy: PolicyNumber
    claim_number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AgreementBill:
    """A bill for an agreement that waits for payment: its first instalment, or all of it."""

    agreement: Isn


BillSubject: TypeAlias = InstalmentBill | DeductibleBill | AgreementBill


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill. ``paid_by`` is the acquirer's order that it was paid with; None while open, and at a cash desk."""

    isn: Isn
    number: str
    amount: Money
    status: BillStatus
    paid_by: str | None


@dataclass(frozen=True, slots=True)
class OnlineBill:
    """A bill that can be paid online: the acquirer's order, and the address of its payment page."""

    order: str
    address: str


@dataclass(frozen=True, slots=True)
class OnlinePayment:
    """What the policy core is told once the acquirer has the money. ``paid_at``: an instant in UTC."""

    order: str
    amount: Money
    paid_at: datetime

"""Why a payment is not begun, told so that a person can mend it: data, not errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from domain.accounts.problems import TryLater
from domain.outbox.problems import KeyReused, KeyUnfit

if TYPE_CHECKING:
    from datetime import date

    from domain.payments.models import PaymentId

__all__ = [
    "KeyReused",
    "KeyUnfit",
    "NoSuchMeans",
    "NothingSuch",
    "PaidAlready",
    "PaymentProblem",
    "PaymentStopped",
    "TooLate",
    "Unpayable",
]


@dataclass(frozen=True, slots=True)
class NothingSuch:
    """There is nothing such to pay, or it is not the viewer's: the two look alike."""


@dataclass(frozen=True, slots=True)
class NoSuchMeans:
    """There is no such means of payment, or it is not the viewer's: the two look alike."""


@dataclass(frozen=True, slots=True)
class PaidAlready:
    """It is paid. ``payment`` is the one by which, where it was paid here."""

    payment: PaymentId | None = None


@dataclass(frozen=True, slots=True)
class Unpayable:
    """It cannot be paid now: the policy is over, or no money is asked. ``is_early``: a renewal yet to be agreed."""

    is_early: bool = False


@dataclass(frozen=True, slots=True)
class TooLate:
    """A renewal that had to be paid by the end of a day: later its cover would begin in the past."""

    until: date


@dataclass(frozen=True, slots=True)
class PaymentStopped:
    """An earlier payment for it was stopped; until a person has looked at it no other is begun."""

    payment: PaymentId


PaymentProblem: TypeAlias = (
    KeyUnfit | KeyReused | NothingSuch | NoSuchMeans | PaidAlready | Unpayable | TooLate | PaymentStopped | TryLater
)

"""Payments in each state, made and kept for a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from domain.accounts.models import AccountId
from domain.models import ClaimId, Isn, PolicyNumber
from domain.money import Money
from domain.payments.means import MeansId
from domain.payments.models import (
    PaidDeductible,
    PaidInstalment,
    PaidRenewal,
    Payable,
    Payment,
    PaymentFailure,
    PaymentId,
    PaymentState,
)
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON

NUMBER = PolicyNumber("P100")
INSTALMENT = PaidInstalment(Isn(100), NUMBER, 2)
PAYABLES: list[Payable] = [
    INSTALMENT,
    PaidDeductible(ClaimId("c1"), "N-1", NUMBER),
    PaidRenewal(Isn(7), Isn(200), NUMBER),
]
OPEN: dict[str, Any] = {
    "state": PaymentState.OPEN,
    "bill": Isn(900),
    "bill_number": "B-900",
    "order": "order-1",
    "address": "https://pay.test/pay?order=order-1",
    "opened_at": NOON + timedelta(minutes=1),
    "checked_at": NOON + timedelta(minutes=2),
    "waited_at": NOON + timedelta(seconds=4),
    "shown_at": NOON + timedelta(minutes=1),
}
CHARGED: dict[str, Any] = {**OPEN, "shown_at": None, "waited_at": None, "means": MeansId(uuid4())}
STOPPED: dict[str, Any] = {
    **OPEN,
    "address": None,
    "state": PaymentState.STOPPED,
    "failure": PaymentFailure.NOT_CONFIRMED,
    "paid_at": NOON + timedelta(minutes=3),
    "ended_at": NOON + timedelta(minutes=4),
    "means": MeansId(uuid4()),
    "doubled_at": NOON + timedelta(minutes=5),
}
FAILED: dict[str, Any] = {
    "state": PaymentState.FAILED,
    "failure": PaymentFailure.AMOUNT_CHANGED,
    "ended_at": NOON + timedelta(minutes=4),
}
ENDED: dict[str, Any] = {"failure": PaymentFailure.CANCELLED, "ended_at": NOON + timedelta(hours=2)}


def named(number: int) -> dict[str, Any]:
    """Return what tells one bill and order from others."""
    return {"bill": Isn(900 + number), "order": f"order-{number}"}


OTHER = named(99)


def payment(owner: AccountId, payable: Payable = INSTALMENT, **changed: Any) -> Payment:
    made = Payment(PaymentId(uuid4()), 0, owner, Isn(1), payable, Money(Decimal("12000.50")), NOON)
    return replace(made, **changed)


async def kept(store: PostgresStore, made: Payment) -> Payment:
    """Keep a payment; return it with the number that it was given."""
    async with store.work() as work:
        await work.payments.underway(made.subject)
        await work.payments.add(made)
    return await shown(store, made)


async def shown(store: PostgresStore, made: Payment) -> Payment:
    async with store.work() as work:
        found = await work.payments.shown(made.id)
    assert found is not None
    return found

"""What a payment becomes when a system declines, or an operator gives the command up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.payments import judging
from domain.payments.models import Payment, PaymentFailure, PaymentId, PaymentState
from resolvers.use_cases.payments import awaiting

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import UnitOfWork
    from domain.errors import Refused

__all__ = ["MEANS_GONE", "given_up", "uncharged", "unconfirmed", "unpayable", "unrecorded"]

MEANS_GONE: Final = "MEANS_GONE"

FAILURES: Final = {
    "ALREADY_PAID": PaymentFailure.ALREADY_PAID,
    "AMOUNT_DIFFERS": PaymentFailure.AMOUNT_CHANGED,
}
"""Code of a refusal -> why the payment failed; after any other it cannot be paid."""


async def unpayable(work: UnitOfWork, owner: UUID, refusal: Refused, at: datetime) -> Payment:
    """No money was taken: the payment fails, with the reason; one that was paid by an earlier order meanwhile is."""
    payment = await _locked(work, owner)
    if payment.state is not PaymentState.WAITING:
        return payment
    return await _kept(work, judging.failed(payment, FAILURES.get(refusal.code, PaymentFailure.NOT_PAYABLE), at))


async def given_up(work: UnitOfWork, owner: UUID, refusal: Refused, at: datetime) -> Payment:
    """As ``unpayable``, by an operator: who was told to wait hears of it, since nobody looks on any more."""
    before = await _locked(work, owner)
    after = await unpayable(work, owner, refusal, at)
    await awaiting.tell_failed(work, before, after, awaiting.AT_ONCE, at)
    return after


async def uncharged(work: UnitOfWork, owner: UUID, refusal: Refused, _at: datetime) -> Payment:
    """The means do not pay: the customer does, on the acquirer's page. What the acquirer does not know is forgotten."""
    payment = await _locked(work, owner)
    if payment.means is None or not payment.is_being_charged:
        return payment
    if refusal.code == MEANS_GONE:
        await work.payment_means.forget(payment.account, payment.means)
    return await _kept(work, replace(payment, means=None))


async def unconfirmed(work: UnitOfWork, owner: UUID, _refusal: Refused, at: datetime) -> Payment:
    """The acquirer has the money and the policy core will not have it: a person must look."""
    payment = await _locked(work, owner)
    return await _kept(work, judging.stopped(payment, PaymentFailure.NOT_CONFIRMED, at))


async def unrecorded(work: UnitOfWork, owner: UUID, _refusal: Refused, _at: datetime) -> Payment:
    """The bill is paid whatever the claims core says, and an operator knows: nothing becomes of the payment."""
    return await _locked(work, owner)


async def _locked(work: UnitOfWork, owner: UUID) -> Payment:
    payment = await work.payments.by_id(PaymentId(owner))
    assert payment is not None
    return payment


async def _kept(work: UnitOfWork, payment: Payment) -> Payment:
    await work.payments.change(payment)
    return payment

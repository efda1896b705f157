"""What an answer of the acquirer or of the policy core means for a payment; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.acquirer import OrderState
from domain.payments.models import TAKEN, Payment, PaymentFailure, PaymentState

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from domain import models
    from domain.acquirer import Order
    from domain.payments.ports import PaymentRules

__all__ = [
    "billed",
    "checked",
    "closed",
    "confirmed",
    "failed",
    "has_lived",
    "is_of_another_sum",
    "looked_at",
    "not_told",
    "not_understood",
    "opened",
    "opened_anew",
    "paid_besides",
    "stopped",
    "was_awaited",
    "was_awaited_in_vain",
]

CLOSED: Final = {
    OrderState.DECLINED: PaymentFailure.DECLINED,
    OrderState.CANCELLED: PaymentFailure.CANCELLED,
    OrderState.EXPIRED: PaymentFailure.EXPIRED,
}
"""States in which the acquirer has no money and never will."""


def failed(payment: Payment, why: PaymentFailure, at: datetime) -> Payment:
    """End a payment of which no money was taken."""
    return replace(payment, state=PaymentState.FAILED, failure=why, ended_at=at, address=None)


def stopped(payment: Payment, why: PaymentFailure, at: datetime) -> Payment:
    """End a payment that a person has to look at."""
    return replace(payment, state=PaymentState.STOPPED, failure=why, ended_at=at, address=None)


def looked_at(payment: Payment, at: datetime) -> Payment:
    """Take note that the acquirer was asked, and is away."""
    return replace(payment, checked_at=at)


def not_understood(payment: Payment, at: datetime) -> Payment:
    """Take note that the acquirer was asked, and nothing can be made of its answer."""
    return replace(payment, checked_at=at, in_vain=payment.in_vain + 1)


def not_told(payment: Payment, at: datetime) -> Payment:
    """Take note that the acquirer was asked, and has nothing to say yet."""
    return replace(payment, checked_at=at, in_vain=0)


def billed(payment: Payment, bill: models.Bill, at: datetime) -> Payment:
    """Return the payment with its bill; one over another sum than the customer was told is not paid."""
    known = replace(payment, bill=bill.isn, bill_number=bill.number)
    return known if bill.amount == payment.amount else failed(known, PaymentFailure.AMOUNT_CHANGED, at)


def opened(payment: Payment, online: models.OnlineBill, at: datetime) -> Payment:
    """Return the payment with the order and the address where it is paid."""
    return replace(
        payment,
        state=PaymentState.OPEN,
        order=online.order,
        address=online.address,
        opened_at=at,
        checked_at=at,
    )


def opened_anew(payment: Payment) -> Payment:
    """Return a payment whose means were declined: without them, waiting for another order to pay on its page."""
    return replace(
        payment,
        state=PaymentState.WAITING,
        means=None,
        order=None,
        address=None,
        opened_at=None,
        shown_at=None,
        checked_at=None,
    )


def confirmed(payment: Payment, _bill: models.Bill, at: datetime) -> Payment:
    """Return the payment, of which the policy core knows now."""
    return replace(payment, state=PaymentState.PAID, ended_at=at)


def has_lived(payment: Payment, rules: PaymentRules, at: datetime) -> bool:
    """Return whether an open payment has had its time, if nobody came to the acquirer's page.

    Counted from when the customer could come at all: a bill may be made out long after anybody looked.
    """
    if payment.state is not PaymentState.OPEN or payment.opened_at is None:
        return False
    if payment.shown_at is None:
        return at - payment.opened_at > rules.unshown_life
    return at - payment.shown_at > rules.order_life


def was_awaited(payment: Payment, told_after: timedelta, at: datetime) -> bool:
    """Return whether a payment that can be made now was told to wait for so long that nobody looks any more."""
    waited = payment.waited_at
    is_open = payment.state is PaymentState.OPEN and not payment.is_being_charged
    return is_open and waited is not None and at - waited >= told_after


def was_awaited_in_vain(before: Payment, after: Payment, told_after: timedelta, at: datetime) -> bool:
    """Return whether a payment fails now that was told to wait for so long that nobody looks any more.

    Who was shown where to pay since does not wait any more, and with whom a person has seen to it, that person speaks.
    """
    fails = after.state is PaymentState.FAILED and before.state is not PaymentState.FAILED
    is_waited_for = after.shown_at is None and after.failure is not PaymentFailure.CLOSED
    return fails and is_waited_for and after.waited_at is not None and at - after.waited_at >= told_after


def is_of_another_sum(payment: Payment, order: Order) -> bool:
    """Return whether the acquirer asks for another sum than the customer was told.

    An order that was cancelled before anybody opened it has none.
    """
    return order.amount.amount != 0 and order.amount != payment.amount


def checked(payment: Payment, order: Order, at: datetime) -> Payment:
    """Return what an open payment is, now that the acquirer was asked; one that is not open is left as it is.

    Money that was taken for a payment that had failed stops it: it must go back. An order of another sum stops it
    however it ended, since the next one would be no other; while it can still be paid, it is to be cancelled first.
    One that was charged to means and declined is opened anew, to be paid in another way.
    """
    seen = not_told(payment, at)
    if order.state is OrderState.PAID:
        if payment.state is PaymentState.FAILED:
            return stopped(replace(seen, paid_at=order.paid_at), PaymentFailure.NOT_CONFIRMED, at)
        if payment.state is not PaymentState.OPEN:
            return replace(payment, in_vain=0)
        if is_of_another_sum(payment, order):
            return stopped(replace(seen, paid_at=order.paid_at), PaymentFailure.AMOUNT_DIFFERS, at)
        return replace(seen, state=PaymentState.CONFIRMING, paid_at=order.paid_at, address=None)
    if payment.state is not PaymentState.OPEN:
        return replace(payment, in_vain=0)
    if order.state not in CLOSED:
        return seen
    if is_of_another_sum(payment, order):
        return stopped(seen, PaymentFailure.AMOUNT_DIFFERS, at)
    if payment.is_being_charged and order.state is OrderState.DECLINED:
        return opened_anew(seen)
    return failed(seen, CLOSED[order.state], at)


def paid_besides(payment: Payment, order: Order, at: datetime) -> Payment:
    """Return what a payment is, now that an order was found to be paid that it does not wait for any more.

    If that is all the money that there is, it is paid by this order, as it would be by its own. Money for one that
    has failed, or was stopped without any, stops it: it must go back. Where the money is there already, by an order or
    by another, nothing is taken back of what was told; but this is money too many, and a person has to see to it.
    """
    if payment.state in TAKEN or (payment.state is PaymentState.STOPPED and payment.paid_at is not None):
        return replace(payment, doubled_at=at)
    paid = replace(not_told(payment, at), order=order.id, paid_at=order.paid_at, address=None)
    if payment.state not in {PaymentState.WAITING, PaymentState.OPEN}:
        return stopped(paid, PaymentFailure.NOT_CONFIRMED, at)
    if is_of_another_sum(payment, order):
        return stopped(paid, PaymentFailure.AMOUNT_DIFFERS, at)
    return replace(paid, state=PaymentState.CONFIRMING)


def closed(payment: Payment, at: datetime) -> Payment:
    """Return a payment that a person has seen to; one whose own money is where it belongs stays paid."""
    seen = replace(payment, doubled_at=None)
    return seen if payment.state in TAKEN else failed(seen, PaymentFailure.CLOSED, at)

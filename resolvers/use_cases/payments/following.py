"""What the acquirer says of an order is taken note of in one way, whoever asked; and what follows from it.

Every order that was a payment's is kept: once another takes its place, or none does, it is watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from domain.acquirer import OrderState
from domain.outbox.models import CommandKind
from domain.payments import judging, watching
from domain.payments.means import MeansId, SavedMeans, titled
from domain.payments.models import Payment, PaymentId, PaymentState
from domain.payments.watching import WatchedOrder
from resolvers.use_cases.payments import awaiting

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.ports import UnitOfWork
    from domain.acquirer import Order
    from domain.payments.ports import PaymentRules

__all__ = ["Change", "settle"]


@dataclass(frozen=True, slots=True)
class Change:
    """A payment before and after."""

    before: Payment
    after: Payment

    @property
    def stops(self) -> bool:
        """Whether a person has to look from now on: it is stopped, or there is money that was not there before."""
        is_stopped, is_new = self.after.state is PaymentState.STOPPED, self.before.paid_at != self.after.paid_at
        is_doubled = self.after.doubled_at is not None and self.before.doubled_at is None
        return self._becomes(PaymentState.STOPPED) or (is_stopped and is_new) or is_doubled

    @property
    def next(self) -> CommandKind | None:
        """Return what a system has to do now: take note of the money, or make another order after one that failed."""
        if self._becomes(PaymentState.CONFIRMING):
            return CommandKind.CONFIRM_PAYMENT
        return CommandKind.OPEN_ONLINE_BILL if self._becomes(PaymentState.WAITING) else None

    def _becomes(self, state: PaymentState) -> bool:
        return self.after.state is state and self.before.state is not state


async def settle(work: UnitOfWork, id_: PaymentId, order: Order, rules: PaymentRules, at: datetime) -> Change | None:
    """Take note of what the acquirer's server says, and have done what follows, in one transaction."""
    before = await work.payments.by_id(id_)
    if before is None:
        return None
    change = Change(before, await _judged(work, before, order, rules, at))
    if change.after != before:
        await work.payments.change(change.after)
    if before.order is not None and before.order != change.after.order:
        look_at = at if before.paid_at is None else None
        await work.watched_orders.add(WatchedOrder(before.order, id_, at, look_at, before.paid_at))
    await awaiting.tell_failed(work, before, change.after, rules.told_after, at)
    if (kind := change.next) is not None:
        await work.commands.accept(kind, before.subject, before.id, at)
    # The one time: what its owner forgot since is not kept anew.
    if kind is CommandKind.CONFIRM_PAYMENT and order.means is not None:
        means = order.means
        saved = SavedMeans(MeansId(uuid4()), before.account, means.token, titled(means.title), means.expires, at)
        await work.payment_means.keep(saved)
    return change


async def _judged(work: UnitOfWork, before: Payment, order: Order, rules: PaymentRules, at: datetime) -> Payment:
    """Return what the payment becomes; money that is known of already makes nothing of it."""
    watched = await work.watched_orders.by_id(order.id)
    if watched is not None:
        if watched.paid_at is not None:
            return before
        await work.watched_orders.change(watching.told(watched, order, rules, at))
    if before.order == order.id:
        return judging.checked(before, order, at)
    is_news = watched is not None and order.state is OrderState.PAID
    return judging.paid_besides(before, order, at) if is_news else before

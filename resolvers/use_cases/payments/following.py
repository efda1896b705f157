"""What the acquirer says of an order is taken note of in one way, whoever asked; and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from domain.outbox.models import CommandKind
from domain.payments import judging
from domain.payments.means import MeansId, SavedMeans, titled
from domain.payments.models import Payment, PaymentId, PaymentState

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.ports import UnitOfWork
    from domain.acquirer import Order

__all__ = ["Change", "settle"]


@dataclass(frozen=True, slots=True)
class Change:
    """A payment before and after."""

    before: Payment
    after: Payment

    @property
    def stops(self) -> bool:
        """Whether a person has to look from now on."""
        return self._becomes(PaymentState.STOPPED)

    @property
    def next(self) -> CommandKind | None:
        """Return what a system has to do now: take note of the money, or make another order after one that failed."""
        if self._becomes(PaymentState.CONFIRMING):
            return CommandKind.CONFIRM_PAYMENT
        return CommandKind.OPEN_ONLINE_BILL if self._becomes(PaymentState.WAITING) else None

    def _becomes(self, state: PaymentState) -> bool:
        return self.after.state is state and self.before.state is not state


async def settle(work: UnitOfWork, id_: PaymentId, order: Order, at: datetime) -> Change | None:
    """Take note of what the acquirer's server says, and have done what follows, in one transaction."""
    before = await work.payments.by_id(id_)
    if before is None:
        return None
    # Of an order that is the payment's no more, there is nothing left to learn.
    change = Change(before, judging.checked(before, order, at) if before.order == order.id else before)
    if change.after != before:
        await work.payments.change(change.after)
    if (kind := change.next) is not None:
        await work.commands.accept(kind, before.subject, before.id, at)
    # The one time: what its owner forgot since is not kept anew.
    if kind is CommandKind.CONFIRM_PAYMENT and order.means is not None:
        means = order.means
        saved = SavedMeans(MeansId(uuid4()), before.account, means.token, titled(means.title), means.expires, at)
        await work.payment_means.keep(saved)
    return change

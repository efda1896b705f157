"""An order is charged to remembered means, so that nobody has to come to the acquirer's page.

The acquirer charges an order once, however often it is told to. What it answers is no more believed than a callback:
what became of the order is asked, as always. Where the means do not pay, the payment goes on as one without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from domain.errors import AcquirerGarbled, Refused
from domain.payments.models import Payment, PaymentId
from resolvers.use_cases.delivering import Settled
from resolvers.use_cases.payments import awaiting, declining, following

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork
    from domain.acquirer import Order
    from domain.payments.means import SavedMeans
    from domain.payments.ports import PaymentPorts
    from domain.ports import Call

__all__ = ["ChargeStep"]

DIFFERS: Final = "ORDER_DIFFERS"


@dataclass(frozen=True, slots=True)
class ChargeStep:
    """The one kind of command that the acquirer does."""

    ports: PaymentPorts

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> Order | None:
        """Have the order charged, and return what became of it; None for what is not to be charged any more.

        Raises: ``Refused`` with ``MEANS_GONE``, ``AcquirerUnavailable``, ``AcquirerGarbled``, ``StoreUnavailable``.
        """
        async with store.work() as work:
            payment = await work.payments.shown(PaymentId(owner))
            assert payment is not None
            if payment.means is None or not payment.is_being_charged:
                return None
            means = await work.payment_means.own(payment.account, payment.means)
            was_taken = await work.payments.was_taken(payment.subject)
        assert payment.order is not None
        if was_taken:
            # The money for the same is there already: as with any other open payment.
            return await self.ports.acquirer.cancel(payment.order, call.deadline)
        return await (self._forgotten if means is None else partial(self._charged, means))(payment, call)

    async def _forgotten(self, payment: Payment, call: Call) -> Order:
        """Forgotten by their owner, the means pay nothing any more; but they may have paid this before."""
        assert payment.order is not None
        order = await self.ports.acquirer.order(payment.order, call.deadline)
        if order is None or not order.state.is_final:
            raise Refused(declining.MEANS_GONE)
        return order

    async def _charged(self, means: SavedMeans, payment: Payment, call: Call) -> Order:
        assert payment.order is not None
        assert payment.bill_number is not None
        acquirer = self.ports.acquirer
        try:
            await acquirer.charge(payment.order, payment.bill_number, payment.amount, means.token, call.deadline)
        except Refused as refused:
            if refused.code != DIFFERS:
                raise
            # Nobody may pay it any more, on its page neither.
            return await acquirer.cancel(payment.order, call.deadline)
        order = await acquirer.order(payment.order, call.deadline)
        if order is None or not order.state.is_final:
            raise AcquirerGarbled("charge", "the order is not charged")
        return order

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> Settled:
        """Take note of what became of the order; without means that pay, the customer has to come to the page."""
        if answer is None:
            return Settled()
        if isinstance(answer, Refused):
            after = await declining.uncharged(work, owner, answer, at)
            await awaiting.tell_ready(work, after, self.ports.rules.told_after, at)
            return Settled()
        change = await following.settle(work, PaymentId(owner), answer, self.ports.rules, at)
        assert change is not None
        return Settled(partial(self.ports.alarm, change.after) if change.stops else None)

"""Orders that a payment does not wait for any more are asked about all the same: their customers may have paid them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.clock import Deadline
from domain.errors import AcquirerGarbled
from domain.payments import watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from domain.acquirer import Order
    from domain.payments.models import PaymentId
    from domain.payments.ports import PaymentRules
    from domain.payments.watching import WatchedOrder
    from resolvers.use_cases.payments.checking import Checking

__all__ = ["Watching"]


@dataclass(frozen=True, slots=True)
class Watching:
    """Asks what became of watched orders; what that means for their payment is seen to by ``checking``."""

    checking: Checking

    async def check(self, order: str) -> None:
        """Look at one; close it where it could still be paid, since nobody is to.

        Raises: ``AcquirerUnavailable``, ``AcquirerGarbled``, ``StoreUnavailable``.
        """
        async with self.checking.store.work() as work:
            watched = await work.watched_orders.by_id(order)
        if watched is not None and watched.paid_at is None:
            await self.checking.take(watched.payment, await self._asked(order))

    async def when_called_back(self, id_: PaymentId) -> None:
        """Look at those orders of a payment of which something is said, and at the payment itself.

        Raises: as ``Checking.when_called_back``.
        """
        async with self.checking.store.work() as work:
            due = await work.watched_orders.due_of(id_, self.checking.clock.now())
        for order in due:
            try:
                await self.check(order)
            except AcquirerGarbled:
                await self._noted(order, watching.begun_anew)
        await self.checking.when_called_back(id_)

    async def not_understood(self, order: str) -> None:
        """Take note that nothing can be made of what the acquirer says. Raises: ``StoreUnavailable``."""
        await self._noted(order, watching.not_understood)

    async def unanswered(self, order: str) -> None:
        """Take note that the acquirer was asked and is away. Raises: ``StoreUnavailable``."""
        await self._noted(order, watching.unanswered)

    async def _asked(self, order: str) -> Order:
        acquirer, clock, rules = self.checking.ports.acquirer, self.checking.clock, self.checking.ports.rules
        found = await acquirer.order(order, Deadline.after(clock, rules.check_s))
        if found is None or not found.state.is_final:
            return await acquirer.cancel(order, Deadline.after(clock, rules.check_s))
        return found

    async def _noted(self, order: str, noted: Callable[[WatchedOrder, PaymentRules, datetime], WatchedOrder]) -> None:
        async with self.checking.store.work() as work:
            watched = await work.watched_orders.by_id(order)
            if watched is not None and watched.paid_at is None:
                after = noted(watched, self.checking.ports.rules, self.checking.clock.now())
                await work.watched_orders.change(after)

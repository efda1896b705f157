"""A look at open payments from time to time: callbacks get lost, and customers close pages."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from domain.errors import AcquirerError, AcquirerGarbled
from domain.payments.models import RARELY

if TYPE_CHECKING:
    from domain.payments.models import PaymentId
    from resolvers.use_cases.payments.checking import Checking

__all__ = ["Reconciling"]

MOST: Final = 200
"""Payments that one round looks at."""

AT_ONCE: Final = 8
"""Payments that are looked at at a time."""


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Asks after every open payment whose order was not looked at for ``every``."""

    checking: Checking
    every: timedelta

    async def look(self) -> int:
        """Look at those that are due, the longest unseen first, a few at a time; return how many.

        One that the acquirer could not tell of waits for its next turn behind the others, so that it never holds them
        up, and after many turns in a row is looked at rarely. An acquirer that is away ends the round.
        Raises: ``StoreUnavailable``.
        """
        now = self.checking.clock.now()
        async with self.checking.store.work() as work:
            due = await work.payments.unchecked(now - self.every, now - RARELY, MOST)
        left = deque(due)
        looks = [asyncio.create_task(self._look_at(left)) for _ in range(min(AT_ONCE, len(due)))]
        try:
            return sum(await asyncio.gather(*looks))
        finally:
            for each in looks:
                each.cancel()

    async def _look_at(self, left: deque[PaymentId]) -> int:
        """Look at what is left, one after the other, until nothing is or the acquirer is away."""
        seen = 0
        while left:
            id_ = left.popleft()
            try:
                await self.checking.check(id_)
            except AcquirerGarbled:
                await self.checking.not_understood(id_)
            except AcquirerError:
                left.clear()
                await self.checking.unanswered(id_)
                return seen
            seen += 1
        return seen

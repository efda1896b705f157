"""A look at open payments and watched orders from time to time: callbacks get lost, and customers close pages."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from domain.errors import AcquirerError, AcquirerGarbled
from domain.payments.models import RARELY
from resolvers.use_cases.payments.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resolvers.use_cases.payments.checking import Checking

__all__ = ["Reconciling"]

K = TypeVar("K")
K_contra = TypeVar("K_contra", contravariant=True)

MOST: Final = 200
"""Payments, and watched orders, that one round looks at."""

AT_ONCE: Final = 8
"""How many are looked at at a time."""


class Looking(Protocol[K_contra]):
    """Asks the acquirer about one thing, and takes note if that was of no use."""

    async def check(self, what: K_contra, /) -> object:
        """Look at one. Raises: ``AcquirerUnavailable``, ``AcquirerGarbled``, ``StoreUnavailable``."""
        ...

    async def not_understood(self, what: K_contra, /) -> object:
        """Take note that nothing can be made of the answer. Raises: ``StoreUnavailable``."""
        ...

    async def unanswered(self, what: K_contra, /) -> object:
        """Take note that there is none. Raises: ``StoreUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Asks after every open payment whose order was not looked at for ``every``, and after watched orders."""

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
            payments = await work.payments.unchecked(now - self.every, now - RARELY, MOST)
            orders = await work.watched_orders.due(now, MOST)
        return await look_at(payments, self.checking) + await look_at(orders, Watching(self.checking))


async def look_at(due: Sequence[K], looking: Looking[K]) -> int:
    """Look at what is due, a few at a time; return how many were looked at."""
    left = deque(due)
    looks = [asyncio.create_task(_in_turn(left, looking)) for _ in range(min(AT_ONCE, len(due)))]
    try:
        return sum(await asyncio.gather(*looks))
    finally:
        for each in looks:
            each.cancel()


async def _in_turn(left: deque[K], looking: Looking[K]) -> int:
    """Look at what is left, one after the other, until nothing is or the acquirer is away."""
    seen = 0
    while left:
        one = left.popleft()
        try:
            await looking.check(one)
        except AcquirerGarbled:
            await looking.not_understood(one)
        except AcquirerError:
            left.clear()
            await looking.unanswered(one)
            return seen
        seen += 1
    return seen

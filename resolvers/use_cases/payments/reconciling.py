"""A look at open payments from time to time: callbacks get lost, and customers close pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from domain.errors import AcquirerError, AcquirerGarbled

if TYPE_CHECKING:
    from resolvers.use_cases.payments.checking import Checking

__all__ = ["Reconciling"]

MOST: Final = 200
"""Payments that one round looks at."""


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Asks after every open payment whose order was not looked at for ``every``."""

    checking: Checking
    every: timedelta

    async def look(self) -> int:
        """Look at those that are due, the longest unseen first; return how many.

        One that the acquirer could not tell of waits for its next turn behind the others, so that it never holds them
        up. An acquirer that is away ends the round. Raises: ``StoreUnavailable``.
        """
        before = self.checking.clock.now() - self.every
        async with self.checking.store.work() as work:
            due = await work.payments.unchecked(before, MOST)
        for seen, id_ in enumerate(due):
            try:
                await self.checking.check(id_)
            except AcquirerGarbled:
                await self.checking.asked_in_vain(id_)
            except AcquirerError:
                await self.checking.asked_in_vain(id_)
                return seen
        return len(due)

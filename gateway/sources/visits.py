"""Which contracts were looked at on which mornings: digests in a set a day, from which no contract can be told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from domain.clock import MOSCOW, Clock, today
from gateway.sources.exchanges import Exchanges
from gateway.sources.store import CacheMetrics, Name

__all__ = ["Visits"]

DIGEST_BYTES: Final = 12
MOST_PENDING: Final = 10_000
MARGIN_DAYS: Final = 2
DAY_S: Final = 86_400


@dataclass(eq=False, slots=True)
class Visits:
    """Notes visits in memory and writes them down from time to time; a few lost ones do no harm."""

    exchanges: Exchanges
    clock: Clock
    metrics: CacheMetrics
    prefix: str
    until_hour: int
    mornings: int
    _pending: dict[date, set[bytes]] = field(default_factory=dict, init=False)

    def note(self, names: Iterable[Name]) -> None:
        """Note that these were asked for by those to whom they belong, if it is morning."""
        if self.clock.now().astimezone(MOSCOW).hour >= self.until_hour:
            return
        pending = self._pending.setdefault(today(self.clock), set())
        if len(pending) < MOST_PENDING:
            pending.update(digest(name) for name in names)

    async def write_down(self) -> None:
        """Hand what was noted to the store; tried again next time if that is not possible now."""
        for day, digests in list(self._pending.items()):
            if not digests:
                del self._pending[day]
                continue
            key, life_s, noted = self._key(day), (self.mornings + MARGIN_DAYS) * DAY_S, tuple(digests)
            try:
                await self.exchanges.send([("SADD", key, *noted), ("EXPIRE", key, life_s)])
                digests.difference_update(noted)
            except Exception:  # noqa: BLE001 - whatever is wrong with the store, the next attempt must come
                self.metrics.failed("visits", "visits")

    async def counted(self, names: Sequence[Name]) -> list[int]:
        """Return on how many of the last mornings each was looked at, this one left out. Raises: ``StoreFailed``.

        Shape: one count per name, in order; ``names`` is not empty.
        """
        digests = [digest(name) for name in names]
        days = [today(self.clock) - timedelta(days=back) for back in range(1, self.mornings + 1)]
        members = await self.exchanges.send([("SMISMEMBER", self._key(day), *digests) for day in days])
        return [sum(each) for each in zip(*members, strict=True)]

    def _key(self, day: date) -> str:
        return f"{self.prefix}:visits:{day.isoformat()}"


def digest(name: Name) -> bytes:
    """Shorten the digest that stands in the name; a rare mix-up warms one contract too many."""
    return hashlib.blake2b(name.entity.encode(), digest_size=DIGEST_BYTES).digest()

"""What is done with, removed from time to time; of what it was, only how much is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.clock import Clock
from domain.errors import StoreUnavailable
from gateway.observability.logs import logger

__all__ = ["Purge", "PurgeTally", "Purging"]


class Purge(Protocol):
    """The rows that are done with."""

    def batches(self, now: datetime) -> AsyncIterator[tuple[str, int]]:
        """Remove what is done with at an instant; yield table and rows of each batch. Raises: ``StoreUnavailable``."""
        ...


class PurgeTally(Protocol):
    """Counts rows."""

    def rows_purged(self, table: str, count: int) -> None:
        """Count rows that were removed from a table."""
        ...


@dataclass(frozen=True, slots=True)
class Purging:
    """Removes what is done with. Broken off, it goes on the next time; many at once do no harm."""

    purge: Purge
    tally: PurgeTally
    clock: Clock

    async def run(self) -> None:
        """Remove all there is."""
        removed: Counter[str] = Counter()
        try:
            async for table, count in self.purge.batches(self.clock.now()):
                self.tally.rows_purged(table, count)
                removed[table] += count
        except StoreUnavailable as away:
            logger().warning("purge broken off", detail=away.detail)
        if removed:
            logger().info("rows purged", **removed)

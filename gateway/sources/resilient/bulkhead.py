"""How many calls a system gets at once, and how many may wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.errors import Source
from domain.ports import Call
from gateway.sources.resilient.rejections import HeldBack, Reason, TooLate

__all__ = ["Bulkhead"]


class Bulkhead:
    """Turns in the order of arrival; who cannot even wait is sent away at once.

    ``changed`` is told of every new length of the queue.
    """

    def __init__(self, source: Source, concurrency: int, queue: int, changed: Callable[[int], None]) -> None:
        self._source = source
        self._concurrency = concurrency
        self._queue = queue
        self._changed = changed
        self._free = asyncio.Semaphore(concurrency)
        self._waiting = 0
        self._under_way = 0

    @property
    def under_way(self) -> int:
        """Calls that have their turn now."""
        return self._under_way

    @property
    def waiting(self) -> int:
        """Calls that wait for it."""
        return self._waiting

    async def enter(self, operation: str, call: Call) -> None:
        """Wait for a turn; ``leave`` ends it. Raises: ``HeldBack`` when too many wait, ``TooLate`` at the deadline."""
        if self._free.locked():
            await self._wait(operation, call)
        else:
            await self._free.acquire()
        self._under_way += 1

    def leave(self) -> None:
        """Let the next one in."""
        self._under_way -= 1
        self._free.release()

    @contextmanager
    def place(self, operation: str) -> Iterator[None]:
        """Take a place in the queue, whatever is waited for. Raises: ``HeldBack`` when there is none."""
        if self._waiting >= self._queue:
            raise HeldBack(self._source, operation, Reason.OVERLOADED)
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    async def _wait(self, operation: str, call: Call) -> None:
        with self.place(operation):
            try:
                async with asyncio.timeout(call.deadline.remaining_s()):
                    await self._free.acquire()
            except TimeoutError:
                raise TooLate(self._source, operation) from None

    def _count(self, change: int) -> None:
        self._waiting += change
        self._changed(self._waiting)

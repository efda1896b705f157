"""Where this process's callers wait for computations, whichever process does them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.sources.store import AGAIN

__all__ = ["Announcements", "Direct", "Told"]


@dataclass(frozen=True, slots=True)
class Direct:
    """What only this process can be told: a value that has no bytes, a failure as it is, or a fault of our own."""

    value: object = None
    fault: Exception | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The end of a computation: its entry, sealed, or ``AGAIN``."""

    fence: int
    data: bytes | Direct


@dataclass(eq=False, slots=True)
class _Expected:
    future: asyncio.Future[Told]
    waiters: int = 0


@dataclass(eq=False, slots=True)
class Announcements:
    """One future an entry, shared by all who wait for it."""

    _expected: dict[str, _Expected] = field(default_factory=dict, init=False)

    @property
    def expected(self) -> frozenset[str]:
        """The entries that somebody waits for now."""
        return frozenset(self._expected)

    @contextmanager
    def expecting(self, entries: Iterable[str]) -> Iterator[Mapping[str, asyncio.Future[Told]]]:
        """Listen for entries, from before anybody is asked to compute them, to the end of the block."""
        loop = asyncio.get_running_loop()
        expected: dict[str, _Expected] = {}
        for entry in entries:
            expected[entry] = self._expected.setdefault(entry, _Expected(loop.create_future()))
            expected[entry].waiters += 1
        try:
            yield {entry: each.future for entry, each in expected.items()}
        finally:
            for entry, each in expected.items():
                each.waiters -= 1
                if each.waiters == 0 and self._expected.get(entry) is each:
                    del self._expected[entry]

    def tell(self, entry: str, told: Told) -> None:
        """Wake those who wait for the entry now."""
        each = self._expected.pop(entry, None)
        if each is not None and not each.future.done():
            each.future.set_result(told)

    def look_again(self) -> None:
        """Wake everybody: something may have been told while nobody here could hear it."""
        for entry in list(self._expected):
            self.tell(entry, Told(0, AGAIN))

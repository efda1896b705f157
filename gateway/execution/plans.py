"""Compiled operations, kept while there is room, each compiled once however many ask for it at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Plans"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    weight: int


class Plans(Generic[T]):
    """A cache in least-recently-used order. Units: ``most_bytes`` and what ``weigh`` returns are bytes, estimated."""

    def __init__(self, most_bytes: int, weigh: Callable[[T], int]) -> None:
        self._most_bytes = most_bytes
        self._weigh = weigh
        self._kept: OrderedDict[Hashable, _Kept[T]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Future[T]] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def known(self, key: Hashable) -> T | None:
        """Return what is kept under a key."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        return kept.value

    async def made(self, key: Hashable, make: Callable[[], T], *, is_slow: bool) -> T:
        """Return what is kept under a key, made if need be: in a thread, for all who wait, if that is slow.

        Raises: what ``make`` raises.
        """
        if (known := self.known(key)) is not None:
            return known
        if not is_slow:
            return self._keep(key, make())
        making = self._making.get(key)
        if making is None:
            # A task of its own: the one who asked first may leave, and the others still wait.
            making = self._making[key] = asyncio.ensure_future(self._made_apart(key, make))
            making.add_done_callback(_looked_at)
        return await asyncio.shield(making)

    async def _made_apart(self, key: Hashable, make: Callable[[], T]) -> T:
        try:
            return self._keep(key, await asyncio.to_thread(make))
        finally:
            del self._making[key]

    def _keep(self, key: Hashable, value: T) -> T:
        weight = self._weigh(value)
        if weight > self._most_bytes:
            return value
        if (replaced := self._kept.pop(key, None)) is not None:
            # Made by two who did not agree on whether that is slow.
            self.bytes -= replaced.weight
        self._kept[key] = _Kept(value, weight)
        self.bytes += weight
        while self.bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= oldest.weight
        return value


def _looked_at(making: asyncio.Future[T]) -> None:
    """Take note of a failure that nobody waits for any more."""
    if not making.cancelled():
        making.exception()

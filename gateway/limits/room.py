"""A bounded room for what is known of texts: what was not used for longest goes when it is full."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Room"]

T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    value: T
    weight: int


class Room(Generic[T]):
    """Values by their text, in least-recently-used order. Units: ``most_bytes`` and weights are bytes, estimated."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, text: str) -> T | None:
        """Return what is kept for a text."""
        kept = self._kept.get(text)
        if kept is None:
            return None
        self._kept.move_to_end(text)
        return kept.value

    def keep(self, text: str, value: T, weight: int) -> None:
        """Keep a value in the place of an earlier one, if there is as much room at all."""
        self.drop(text)
        if weight > self._most_bytes:
            return
        self._kept[text] = _Kept(value, weight)
        self.bytes += weight
        while self.bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= oldest.weight

    def drop(self, text: str) -> None:
        """Forget what is kept for a text."""
        dropped = self._kept.pop(text, None)
        if dropped is not None:
            self.bytes -= dropped.weight

"""Seeded choices and invertible shuffles of number ranges, cheap enough to make a record anew on each look."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar
from zlib import crc32

Item = TypeVar("Item")

_MASK = (1 << 64) - 1
_ROUNDS = 4


def mix(value: int) -> int:
    """A 64-bit hash of an integer (SplitMix64's finaliser)."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Dice:
    """A stream of choices that depends on the seed, a topic and an id alone."""

    __slots__ = ("_state",)

    def __init__(self, seed: int, topic: str, key: int) -> None:
        self._state = mix(mix(mix(seed & _MASK) ^ crc32(topic.encode())) ^ key)

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        return mix(self._state) % bound

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.below(100) < percent

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[Item, int]]) -> Item:
        """One of the items, by weight."""
        left = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            if left < weight:
                return item
            left -= weight
        raise AssertionError("weights are positive")

    def money(self, low: int, high: int, step: int = 1) -> Decimal:
        """A sum of scale 2 between low and high, a multiple of step."""
        return Decimal(self.between(low // step, high // step) * step).quantize(Decimal("0.01"))


class Permutation:
    """An invertible shuffle of 0 .. left * right - 1: a Feistel network over the two halves, adding in each."""

    __slots__ = ("_keys", "_left", "_right", "size")

    def __init__(self, topic: str, left: int, right: int) -> None:
        self._left = left
        self._right = right
        self.size = left * right
        self._keys = tuple(mix(crc32(topic.encode()) + turn) for turn in range(_ROUNDS))

    def encode(self, value: int) -> int:
        """The number that the value turns into."""
        left, right = divmod(value, self._right)
        for turn, key in enumerate(self._keys):
            if turn % 2:
                right = (right + mix(key ^ left)) % self._right
            else:
                left = (left + mix(key ^ right)) % self._left
        return left * self._right + right

    def decode(self, value: int) -> int:
        """The value that turned into the number."""
        left, right = divmod(value, self._right)
        for turn in range(_ROUNDS - 1, -1, -1):
            key = self._keys[turn]
            if turn % 2:
                right = (right - mix(key ^ left)) % self._right
            else:
                left = (left - mix(key ^ right)) % self._left
        return left * self._right + right

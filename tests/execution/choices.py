"""Where chance comes from: hypothesis, which can make a case smaller, or a seed, which is quick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

__all__ = ["Choices", "Drawn", "Seeded"]

T = TypeVar("T")


class Choices(Protocol):
    """Something that chooses; 0, no and the first are the simplest choices."""

    def below(self, end: int) -> int:
        """Choose a number."""

    def chance(self, percent: int) -> bool:
        """Choose yes or no."""

    def pick(self, among: Sequence[T]) -> T:
        """Choose one of several."""


class Drawn:
    """Choices drawn by hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def below(self, end: int) -> int:
        """Choose a number."""
        number: int = self._draw(st.integers(0, end - 1))
        return number

    def chance(self, percent: int) -> bool:
        """Choose yes or no."""
        return self.below(100) >= 100 - percent

    def pick(self, among: Sequence[T]) -> T:
        """Choose one of several."""
        return among[self.below(len(among))]


class Seeded:
    """Choices that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, end: int) -> int:
        """Choose a number."""
        return self._random.randrange(end)

    def chance(self, percent: int) -> bool:
        """Choose yes or no."""
        return self._random.randrange(100) < percent

    def pick(self, among: Sequence[T]) -> T:
        """Choose one of several."""
        return self._random.choice(among)

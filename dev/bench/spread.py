"""What many measurements come to."""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["Spread", "percentile", "superiority", "superiority_by_chance"]


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the most of some repetitions."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Sum up. Raises: ``ValueError`` for no values."""
        return cls(min(values), statistics.median(values), max(values))

    def text(self, places: int) -> str:
        """Write the median with the extremes behind it."""
        return f"{self.median:.{places}f} ({self.least:.{places}f}..{self.most:.{places}f})"


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the least value that so many percent of all do not exceed (nearest rank). Raises: ``ValueError``."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def superiority(first: Sequence[float], second: Sequence[float]) -> float:
    """Return how likely a value of the second is greater than one of the first, a tie being half of that.

    The statistic of Mann and Whitney over the number of pairs, also the area under the curve (AUC) of whoever guesses
    by time: 0.5 tells nothing, 0 and 1 tell all. Raises: ``ValueError`` for no values.
    """
    if not first or not second:
        raise ValueError("nothing was measured")
    ordered = sorted(first)
    wins = sum(bisect_left(ordered, each) + bisect_right(ordered, each) for each in second)
    return wins / (2 * len(first) * len(second))


def superiority_by_chance(first: int, second: int) -> float:
    """Return how far from 0.5 ``superiority`` is in one of twenty trials with so many values of one and the same."""
    return NormalDist().inv_cdf(0.975) * math.sqrt((first + second + 1) / (12 * first * second))

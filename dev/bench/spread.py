"""What many measurements come to."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Spread", "percentile"]


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

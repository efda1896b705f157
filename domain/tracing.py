"""What a read came to, for whoever wants to know why an answer took what it took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Trace"]


@dataclass(slots=True)
class Trace:
    """Counts of one call of a read, and of what it set in motion. Nothing in it tells of whom it was.

    ``calls`` are upstream calls by operation; ``cache`` counts keys by what the cache had of them; ``callers`` how many
    requests shared the calls at most, this one included.
    """

    calls: Counter[str] = field(default_factory=Counter)
    cache: Counter[str] = field(default_factory=Counter)
    callers: int = 1

    def take(self, other: Trace) -> None:
        """Add what another came to, which this one waited for."""
        self.calls.update(other.calls)
        self.cache.update(other.cache)
        self.callers = max(self.callers, other.callers)

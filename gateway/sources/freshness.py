"""What is kept of one read, and what an entry of some age is good for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Generic, TypeVar

from domain.errors import Source, SourceError, SourceUnavailable
from domain.ports import Missing
from gateway.sources.entries import Entry

__all__ = ["CachePolicy", "State"]

V = TypeVar("V")

CLOCK_SKEW: Final = timedelta(minutes=5)


class State(Enum):
    """What an entry is good for: to be served; to be served as stale; only if there is nothing newer; nothing."""

    FRESH = "fresh"
    STALE = "stale"
    SPARE = "spare"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy(Generic[V]):
    """How one read is cached.

    ``tag`` is the kind of thing its keys are ids of. ``edition`` is raised by hand when values change their meaning
    but not their shape. Units: seconds; ``missing_s`` 0 keeps no missing ones. A computation may run for
    ``patience_s``, whoever asked for it and however soon that caller had to leave. What is stale is computed anew in
    calls of ``batch`` keys at most, ``in_background`` of them at a time: the rest of what the source can do at once is
    left to those who have nothing to look at.
    """

    read: str
    tag: str
    source: Source
    operation: str
    fresh_until: Callable[[datetime], datetime]
    as_stale: Callable[[V], V]
    revalidate_s: float
    keep_s: float
    missing_s: float
    retry_s: float
    lease_s: float
    patience_s: float
    batch: int
    in_background: int
    edition: int = 1

    def state(
        self, entry: Entry[V], now: datetime, *, doubtful: bool = False, not_older_than: datetime | None = None
    ) -> State:
        """Tell what an entry is good for at an instant: a doubtful one is never fresh, one that is too old a spare."""
        age = now - entry.computed_at
        is_outdone = not_older_than is not None and entry.computed_at < not_older_than
        if isinstance(entry.outcome, SourceError) or age < -CLOCK_SKEW:
            return State.EXPIRED
        if isinstance(entry.outcome, Missing):
            is_known = age.total_seconds() < self.missing_s and not doubtful and not is_outdone
            return State.FRESH if is_known else State.EXPIRED
        if age.total_seconds() >= self.keep_s:
            return State.EXPIRED
        if is_outdone:
            return State.SPARE
        fresh_until = self.fresh_until(entry.computed_at)
        if now < fresh_until:
            return State.STALE if doubtful else State.FRESH
        return State.STALE if now < fresh_until + timedelta(seconds=self.revalidate_s) else State.SPARE

    def rest_s(self, failure: SourceError) -> float:
        """Return how long those who have an old value are content with it after a failure."""
        asked_s = failure.retry_after_s if isinstance(failure, SourceUnavailable) else None
        return max(self.retry_s, asked_s or 0)

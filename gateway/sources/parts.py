"""What a cached read is made of, and what it makes of a look into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from domain.clock import Clock
from domain.ports import Outcome
from gateway.sources.announcements import Announcements
from gateway.sources.codec import Codec, Uncodable
from gateway.sources.computing import Computing
from gateway.sources.entries import opened
from gateway.sources.freshness import CachePolicy, State
from gateway.sources.revalidating import Revalidating
from gateway.sources.store import CacheMetrics, Look, Store

__all__ = ["Parts"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Parts(Generic[K, V]):
    """What all calls of a cached read work with."""

    store: Store
    codec: Codec[V]
    policy: CachePolicy[V]
    clock: Clock
    metrics: CacheMetrics
    announcements: Announcements
    computing: Computing[K, V]
    revalidating: Revalidating[K, V]

    def judged(self, look: Look, not_older_than: datetime | None = None) -> tuple[State, Outcome[V] | None]:
        """Return what was found and what it is good for; only a value is ever stale or a spare."""
        if look.kept is None:
            return State.EXPIRED, None
        try:
            entry = opened(self.codec, look.kept.data)
        except Uncodable:
            self.metrics.failed(self.policy.read, "decode")
            return State.EXPIRED, None
        now, doubtful = self.clock.now(), look.kept.doubtful
        return self.policy.state(entry, now, doubtful=doubtful, not_older_than=not_older_than), entry.outcome

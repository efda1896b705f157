"""Watches the cache."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.sources.store import CacheFailure, CacheOutcome, Verdict

__all__ = ["CacheTelemetry"]


@dataclass(frozen=True, slots=True)
class CacheTelemetry:
    """Counts how keys were answered and what was computed for it. Changes of state are written by the store."""

    metrics: Metrics

    def answered(self, read: str, outcome: CacheOutcome) -> None:
        """Count how one key was answered."""
        self.metrics.cache_answers.labels(read, outcome).inc()

    def computed(self, read: str, verdict: Verdict) -> None:
        """Count how one computation ended."""
        self.metrics.cache_computations.labels(read, verdict).inc()

    def revalidating(self, read: str, count: int) -> None:
        """Count background computations."""
        self.metrics.cache_revalidations.labels(read).inc(count)

    def took_over(self, read: str) -> None:
        """Count a lease that ended untold: its process died, or hung for longer than a lease."""
        self.metrics.cache_takeovers.labels(read).inc()
        logger().warning("cache lease taken over", read=read)

    def failed(self, read: str, failure: CacheFailure) -> None:
        """Count that the cache did not help."""
        self.metrics.cache_failures.labels(read, failure).inc()
        logger().debug("cache failed", read=read, failure=failure)

    def store_is(self, *, reachable: bool) -> None:
        """Show whether the shared store answers."""
        self.metrics.cache_store_reachable.set(reachable)

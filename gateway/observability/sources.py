"""Watches the legacy systems and the cache in front of them, in the shapes that those who call them ask for."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Source
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["SourceTelemetry"]


@dataclass(frozen=True, slots=True)
class SourceTelemetry:
    """Counts calls, garbled answers and what the cache did, and writes what went wrong."""

    metrics: Metrics

    def called(self, source: Source, operation: str, outcome: str, seconds: float) -> None:
        """Record one exchange."""
        self.metrics.source_calls.labels(source.value, operation, outcome).inc()
        self.metrics.source_call_seconds.labels(source.value, operation).observe(seconds)
        line = logger().debug if outcome == "ok" else logger().info
        line("source called", source=source.value, operation=operation, outcome=outcome, seconds=round(seconds, 4))

    def garbled(self, source: Source, operation: str, detail: str) -> None:
        """Record an answer, or one item of it, that breaks the contract."""
        self.metrics.garbled.labels(source.value, operation).inc()
        logger().warning("source garbled", source=source.value, operation=operation, detail=detail)

    def looked_up(self, read: str, *, hits: int, misses: int) -> None:
        """Record one look into the cache."""
        self.metrics.cache_lookups.labels(read, "hit").inc(hits)
        self.metrics.cache_lookups.labels(read, "miss").inc(misses)

    def failed(self, read: str, failure: str) -> None:
        """Record that the cache did not help; that it goes and comes back is written by the store, once each."""
        self.metrics.cache_failures.labels(read, failure).inc()
        logger().debug("cache failed", read=read, failure=failure)

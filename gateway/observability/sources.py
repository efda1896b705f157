"""Watches the legacy systems and the cache in front of them, in the shapes that those who call them ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.errors import Source
from gateway.observability.cache import CacheTelemetry
from gateway.observability.logs import logger
from gateway.sources.batches import Bisection
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import Reason

__all__ = ["SourceTelemetry"]

STATES: Final = {State.CLOSED: 0, State.HALF_OPEN: 1, State.OPEN: 2}


@dataclass(frozen=True, slots=True)
class SourceTelemetry(CacheTelemetry):
    """Counts calls and garbled answers, and writes what went wrong."""

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

    def breaker_changed(self, source: Source, operation: str, state: State) -> None:
        """Record that a circuit breaker entered a state."""
        self.metrics.breaker_state.labels(source.value, operation).set(STATES[state])
        line = logger().warning if state is State.OPEN else logger().info
        line("breaker changed", source=source.value, operation=operation, state=state.value)

    def maintenance_changed(self, source: Source, *, closed: bool, until: datetime | None) -> None:
        """Record that maintenance began, ended, or got another end."""
        self.metrics.maintenance.labels(source.value).set(closed)
        logger().info("maintenance changed", source=source.value, closed=closed, until=until)

    def rejected(self, source: Source, operation: str, reason: Reason) -> None:
        """Count a call that was not made."""
        self.metrics.source_rejections.labels(source.value, operation, reason.value).inc()

    def queued(self, source: Source, lane: str, length: int) -> None:
        """Show how many calls wait for their turn."""
        self.metrics.source_queue.labels(source.value, lane).set(length)

    def retried(self, source: Source, read: str) -> None:
        """Count a read that is asked again."""
        self.metrics.retries.labels(source.value, read).inc()

    def budget_exhausted(self, source: Source, read: str) -> None:
        """Record a read that is not asked again for want of budget."""
        self.metrics.retries_unpaid.labels(source.value, read).inc()
        logger().info("retry budget exhausted", source=source.value, read=read)

    def batch_departed(self, read: str, keys: int) -> None:
        """Count a call of a read."""
        self.metrics.batch_keys.labels(read).observe(keys)

    def keys_joined(self, read: str, keys: int) -> None:
        """Count keys that were on their way already."""
        self.metrics.joined_keys.labels(read).inc(keys)

    def batch_bisected(self, read: str, result: Bisection) -> None:
        """Record a call that one of its keys may have failed."""
        self.metrics.bisections.labels(read, result).inc()
        logger().info("batch bisected", read=read, result=result)

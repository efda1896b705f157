"""What is told of a system's troubles, for metrics and logs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.errors import Source
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import Reason

__all__ = ["ResilienceTelemetry"]


class ResilienceTelemetry(Protocol):
    """Counts and writes; never told keys. ``operation`` is the legacy operation, ``read`` the product's name."""

    def breaker_changed(self, source: Source, operation: str, state: State) -> None:
        """Record that a circuit breaker entered a state."""
        ...

    def maintenance_changed(self, source: Source, *, closed: bool, until: datetime | None) -> None:
        """Record that maintenance began, ended, or got another end."""
        ...

    def rejected(self, source: Source, operation: str, reason: Reason) -> None:
        """Record a call that was not made."""
        ...

    def queued(self, source: Source, lane: str, length: int) -> None:
        """Record how many calls wait for their turn now."""
        ...

    def retried(self, source: Source, read: str) -> None:
        """Record that a read is asked again."""
        ...

    def budget_exhausted(self, source: Source, read: str) -> None:
        """Record that a read is not asked again because the system has had its share of retries."""
        ...

"""Watches the questions to the acquirer."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["AcquirerTelemetry"]


@dataclass(frozen=True, slots=True)
class AcquirerTelemetry:
    """Counts questions, and writes which went how, never what was asked or answered."""

    metrics: Metrics

    def asked(self, operation: str, outcome: str, detail: str, seconds: float) -> None:
        """Record one exchange; ``outcome`` is ``answered``, ``refused``, ``unavailable`` or ``garbled``."""
        self.metrics.acquirer_calls.labels(operation, outcome).inc()
        line = logger().debug if outcome == "answered" else logger().warning
        line("acquirer asked", operation=operation, outcome=outcome, detail=detail, seconds=round(seconds, 4))

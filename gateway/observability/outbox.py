"""Counts of messages on their way out."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.observability.metrics import Metrics

__all__ = ["OutboxTally"]


@dataclass(frozen=True, slots=True)
class OutboxTally:
    """``gateway.outbox.sending.Tally``."""

    metrics: Metrics

    def message_tried(self, template: str, outcome: str) -> None:
        """Count one try: ``sent``, ``later`` or ``dead``."""
        self.metrics.outbox.labels(template, outcome).inc()

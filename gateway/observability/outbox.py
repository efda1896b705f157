"""Counts of what is on its way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gateway.observability.metrics import Metrics

__all__ = ["OutboxTally"]

CONTACT_CHANGE: Final = "contact_change"


@dataclass(frozen=True, slots=True)
class OutboxTally:
    """The tallies of ``gateway.outbox``: of ``sending``, ``delivering`` and ``purging``."""

    metrics: Metrics

    def message_tried(self, template: str, outcome: str) -> None:
        """Count one try: ``sent``, ``later`` or ``dead``."""
        self.metrics.outbox.labels(template, outcome).inc()

    def change_tried(self, outcome: str) -> None:
        """Count one try to deliver a change of a contact: ``sent``, ``later`` or ``dead``."""
        self.metrics.outbox.labels(CONTACT_CHANGE, outcome).inc()

    def rows_purged(self, table: str, count: int) -> None:
        """Count rows that were removed from a table."""
        self.metrics.purged_rows.labels(table).inc(count)

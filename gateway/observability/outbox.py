"""Counts of what is on its way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import InvalidInput, NotFound, Refused, SourceError
from domain.outbox.models import Command, CommandKind
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.store.desk import Standing
from resolvers.use_cases.delivering import Outcome

__all__ = ["OutboxTally"]


@dataclass(frozen=True, slots=True)
class OutboxTally:
    """The tallies of ``gateway.outbox``: of ``sending``, ``delivering``, ``counting`` and ``purging``."""

    metrics: Metrics

    def message_tried(self, template: str, outcome: str) -> None:
        """Count one try: ``sent``, ``later`` or ``dead``."""
        self.metrics.outbox.labels(template, outcome).inc()

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        """Count one try to have a system do something, and write it down.

        Of an unknown failure only the class: its text may quote what is personal.
        """
        self.metrics.commands.labels(command.kind.value, outcome.value).inc()
        told = logger().bind(
            command=command.number, kind=command.kind.value, outcome=outcome.value, tries=command.attempts + 1
        )
        match failed:
            case None:
                # Somebody was told that it would never be done: a person has to look.
                (told.error if outcome is Outcome.GIVEN_UP else told.info)("command tried")
            case Refused():
                told = told.bind(detail=failed.code)
                (told.error if outcome is Outcome.DEAD else told.info)("command tried")
            case SourceError():
                told = told.bind(detail=str(failed))
                (told.error if outcome is Outcome.DEAD else told.warning)("command tried")
            case _:
                expected = isinstance(failed, NotFound | InvalidInput)
                told.error("command tried", detail=type(failed).__name__, exc_info=None if expected else failed)

    def commands_stand(self, standing: Mapping[CommandKind, Standing]) -> None:
        """Show how many commands of each kind wait and are dead, and how long one has waited."""
        for kind, of_kind in standing.items():
            self.metrics.commands_waiting.labels(kind.value).set(of_kind.waiting)
            self.metrics.commands_dead.labels(kind.value).set(of_kind.dead)
            self.metrics.commands_oldest.labels(kind.value).set(of_kind.oldest_s)

    def rows_purged(self, table: str, count: int) -> None:
        """Count rows that were removed from a table."""
        self.metrics.purged_rows.labels(table).inc(count)

"""Commands that wait out a pause after a try in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from domain.outbox.models import CommandKind
from gateway.store.store import PostgresStore

__all__ = ["PausedCommands"]

# What met a fault of its own waits out its pause: it would only die sooner.
CUT_SHORT: Final = text("""
UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id IN (
    SELECT job.id FROM procrastinate_jobs AS job JOIN commands ON commands.id::text = job.args ->> 'id'
    WHERE job.task_name IN ('commands.deliver', 'contacts.deliver') AND job.status = 'todo'
    AND job.scheduled_at > now() AND commands.kind = :kind AND commands.state = 'WAITING' AND commands.faults = 0
    ORDER BY commands.number LIMIT :most FOR UPDATE OF job SKIP LOCKED
)
""")


@dataclass(frozen=True, slots=True)
class PausedCommands:
    """``gateway.outbox.crowd.Paused``."""

    store: PostgresStore

    async def cut_short(self, kind: CommandKind, most: int) -> int:
        """Have so many of a kind tried now, the oldest first; return how many. Raises: ``StoreUnavailable``."""
        async with self.store.connection() as connection, connection.begin():
            return (await connection.execute(CUT_SHORT, {"kind": kind.value, "most": most})).rowcount

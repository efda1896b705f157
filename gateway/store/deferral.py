"""Leaving work for the workers, in the transaction of whoever leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from procrastinate import App, PsycopgConnector
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import Source
from domain.outbox.models import CommandKind

__all__ = [
    "ACQUIRER",
    "CHECK",
    "CHECKS",
    "COMMAND",
    "DELIVER",
    "MESSAGES",
    "QUEUE",
    "RECONCILING",
    "REGULARS",
    "SEND",
    "SYSTEMS",
    "Deferral",
    "queue_of",
]

QUEUE: Final = "outbox"
"""Where all jobs were left once. What still waits there, or is left there by an older replica, is done from there."""

MESSAGES: Final = "messages"
CHECKS: Final = "checks"
REGULARS: Final = "regulars"
ACQUIRER: Final = "acquirer"
RECONCILING: Final = "reconciling"
"""Queues, one for each outside party besides those of the systems, so that none waits for another that hangs."""

SYSTEMS: Final[Mapping[CommandKind, str]] = {
    CommandKind.UPDATE_CONTACTS: Source.POLICY_CORE,
    CommandKind.CREATE_BILL: Source.POLICY_CORE,
    CommandKind.OPEN_ONLINE_BILL: Source.POLICY_CORE,
    CommandKind.CHARGE_ORDER: ACQUIRER,
    CommandKind.CONFIRM_PAYMENT: Source.POLICY_CORE,
    CommandKind.RECORD_DEDUCTIBLE: Source.CLAIMS_CORE,
    CommandKind.CREATE_AGREEMENT: Source.POLICY_CORE,
}
"""Who does what."""

HASTEN: Final = text("""
WITH its AS (
    SELECT id, status FROM procrastinate_jobs
    WHERE task_name IN ('commands.deliver', 'contacts.deliver') AND status IN ('todo', 'doing') AND args ->> 'id' = :id
), hastened AS (
    UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id IN (SELECT id FROM its WHERE status = 'todo')
)
SELECT count(*) FROM its
""")

SEND: Final = "outbox.send"
"""Name of the job that sends one message. It stays in jobs that wait while the code changes: do not rename it."""

DELIVER: Final = "contacts.deliver"
"""Name that the job for a change of a contact had once; ids in it are those of commands."""

COMMAND: Final = "commands.deliver"
"""Name of the job that has a system do one command; not to be renamed either."""

CHECK: Final = "payments.check"
"""Name of the job that asks the acquirer what became of one payment; not to be renamed either."""


@dataclass(frozen=True, slots=True)
class Deferral:
    """Writes jobs by the caller's own connection; it has none itself."""

    app: App = field(default_factory=lambda: App(connector=PsycopgConnector()))

    async def send(self, id_: UUID, connection: AsyncConnection) -> None:
        """Leave a message to be sent. The job knows its id alone: nothing personal is in it."""
        await self._defer(SEND, MESSAGES, id_, connection)

    async def command(self, id_: UUID, kind: CommandKind, connection: AsyncConnection) -> None:
        """Leave a command to be delivered."""
        await self._defer(COMMAND, queue_of(kind), id_, connection)

    async def command_now(self, id_: UUID, kind: CommandKind, connection: AsyncConnection) -> None:
        """Have a command delivered without any further pause: by the job that it has, or by one that is left."""
        if (await connection.execute(HASTEN, {"id": str(id_)})).scalar_one() == 0:
            await self.command(id_, kind, connection)

    async def check(self, id_: UUID, connection: AsyncConnection) -> None:
        """Leave a payment to be looked at."""
        await self._defer(CHECK, CHECKS, id_, connection)

    async def _defer(self, task: str, queue: str, id_: UUID, connection: AsyncConnection) -> None:
        raw = (await connection.get_raw_connection()).driver_connection
        await self.app.configure_task(task, queue=queue, connection=raw).defer_async(id=str(id_))


def queue_of(kind: CommandKind) -> str:
    """Return the queue of whoever does a kind of command."""
    return str(SYSTEMS[kind])

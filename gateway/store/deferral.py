"""Leaving work for the workers, in the transaction of whoever leaves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from procrastinate import App, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["CHECK", "COMMAND", "DELIVER", "QUEUE", "SEND", "Deferral"]

QUEUE: Final = "outbox"
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
        await self._defer(SEND, id_, connection)

    async def command(self, id_: UUID, connection: AsyncConnection) -> None:
        """Leave a command to be delivered."""
        await self._defer(COMMAND, id_, connection)

    async def check(self, id_: UUID, connection: AsyncConnection) -> None:
        """Leave a payment to be looked at."""
        await self._defer(CHECK, id_, connection)

    async def _defer(self, task: str, id_: UUID, connection: AsyncConnection) -> None:
        raw = (await connection.get_raw_connection()).driver_connection
        await self.app.configure_task(task, queue=QUEUE, connection=raw).defer_async(id=str(id_))

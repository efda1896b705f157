"""Leaving work for the workers, in the transaction of whoever leaves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from procrastinate import App, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["DELIVER", "QUEUE", "SEND", "Deferral"]

QUEUE: Final = "outbox"
SEND: Final = "outbox.send"
"""Name of the job that sends one message. It stays in jobs that wait while the code changes: do not rename it."""

DELIVER: Final = "contacts.deliver"
"""Name of the job that tells the policy core of one change of a contact; not to be renamed either."""


@dataclass(frozen=True, slots=True)
class Deferral:
    """Writes jobs by the caller's own connection; it has none itself."""

    app: App = field(default_factory=lambda: App(connector=PsycopgConnector()))

    async def send(self, id_: UUID, connection: AsyncConnection) -> None:
        """Leave a message to be sent. The job knows its id alone: nothing personal is in it."""
        await self._defer(SEND, id_, connection)

    async def deliver(self, id_: UUID, connection: AsyncConnection) -> None:
        """Leave a change of a contact to be delivered; here too the job knows its id alone."""
        await self._defer(DELIVER, id_, connection)

    async def _defer(self, task: str, id_: UUID, connection: AsyncConnection) -> None:
        raw = (await connection.get_raw_connection()).driver_connection
        await self.app.configure_task(task, queue=QUEUE, connection=raw).defer_async(id=str(id_))

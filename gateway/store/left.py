"""Commands that wait and have no job: their worker died, or the job was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from domain.clock import Clock
from domain.outbox.models import CommandKind, CommandState
from gateway.store.commands import IS_FIRST
from gateway.store.deferral import COMMAND
from gateway.store.jobless import has_no_job
from gateway.store.store import PostgresStore
from gateway.store.tables import commands

__all__ = ["LeftCommands"]

MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class LeftCommands:
    """``gateway.outbox.jobs.Left``; those that are not the first of their subject are left by the first."""

    store: PostgresStore
    clock: Clock

    async def leave_again(self, after: timedelta) -> Sequence[UUID]:
        """Give a job to those that have waited for long and have none; return them. Raises: ``StoreUnavailable``."""
        is_old = commands.c.accepted_at < self.clock.now() - after
        query = select(commands.c.id, commands.c.kind).where(
            commands.c.state == CommandState.WAITING, is_old, IS_FIRST, has_no_job(commands.c.id, COMMAND)
        )
        async with self.store.connection() as connection, connection.begin():
            found = (await connection.execute(query.limit(MOST).with_for_update(skip_locked=True))).all()
            for row in found:
                await self.store.deferral.command(row.id, CommandKind(row.kind), connection)
        return [row.id for row in found]

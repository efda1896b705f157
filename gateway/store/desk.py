"""Commands as an operator sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from domain.outbox.models import Command, CommandState
from gateway.store.commands import command_of
from gateway.store.store import PostgresStore
from gateway.store.tables import commands

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Lists commands; each call is a transaction of its own."""

    store: PostgresStore

    async def listed(self, states: Sequence[CommandState], most: int) -> list[Command]:
        """Return the commands in some states, the oldest first. Raises: ``StoreUnavailable``."""
        query = select(commands).where(commands.c.state.in_(states)).order_by(commands.c.number).limit(most)
        async with self.store.connection() as connection:
            return [command_of(row) for row in await connection.execute(query)]

"""Commands as an operator sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from domain.outbox.models import Command, CommandKind, CommandState
from gateway.store.commands import HOLDING_UP, command_of
from gateway.store.store import PostgresStore
from gateway.store.tables import commands

__all__ = ["Desk", "Listing", "Standing"]

IS_DEAD: Final = commands.c.state == CommandState.DEAD


@dataclass(frozen=True, slots=True)
class Listing:
    """Commands, and how many more there are."""

    commands: Sequence[Command]
    more: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many commands of a kind wait and are dead. Units: ``oldest_s`` is how long one has waited, in seconds."""

    waiting: int = 0
    dead: int = 0
    oldest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Desk:
    """Lists and counts commands; each call is a transaction of its own."""

    store: PostgresStore

    async def listed(self, states: Sequence[CommandState], most: int) -> Listing:
        """Return the commands in some states, dead ones first, then the oldest. Raises: ``StoreUnavailable``."""
        are_meant = commands.c.state.in_(states)
        query = select(commands).where(are_meant).order_by(~IS_DEAD, commands.c.number).limit(most)
        async with self.store.connection() as connection:
            found = [command_of(row) for row in await connection.execute(query)]
            count = select(func.count()).select_from(commands).where(are_meant)
            return Listing(found, (await connection.execute(count)).scalar_one() - len(found))

    async def before(self, number: int) -> Command | None:
        """Return the first that holds up another of its subject, None if nothing does. Raises: ``StoreUnavailable``."""
        other = commands.alias("other")
        query = (
            select(commands)
            .join(other, other.c.subject == commands.c.subject)
            .where(other.c.number == number, commands.c.number < number, HOLDING_UP)
            .order_by(commands.c.number)
            .limit(1)
        )
        async with self.store.connection() as connection:
            found = (await connection.execute(query)).one_or_none()
        return None if found is None else command_of(found)

    async def standing(self, now: datetime) -> dict[CommandKind, Standing]:
        """Return how it stands with each kind at an instant. Raises: ``StoreUnavailable``."""
        waits = commands.c.state == CommandState.WAITING
        query = (
            select(
                commands.c.kind,
                func.count().filter(waits).label("waiting"),
                func.count().filter(IS_DEAD).label("dead"),
                func.min(commands.c.accepted_at).filter(waits).label("oldest"),
            )
            .where(HOLDING_UP)
            .group_by(commands.c.kind)
        )
        async with self.store.connection() as connection:
            found = (await connection.execute(query)).all()
        return dict.fromkeys(CommandKind, Standing()) | {
            CommandKind(row.kind): Standing(
                row.waiting, row.dead, 0.0 if row.oldest is None else (now - row.oldest).total_seconds()
            )
            for row in found
        }

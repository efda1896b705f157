"""Commands on their way to the systems."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Row, case, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.outbox.models import Command, CommandAction, CommandId, CommandKind, CommandState
from gateway.store.deferral import Deferral
from gateway.store.subjects import alone_with
from gateway.store.tables import command_actions, commands

__all__ = ["HOLDING_UP", "IS_FIRST", "PostgresCommandLog", "command_of"]

HOLDING_UP: Final = commands.c.state.in_((CommandState.WAITING, CommandState.DEAD))
BEFORE: Final = commands.alias("before")
IS_FIRST: Final = ~exists().where(
    BEFORE.c.subject == commands.c.subject,
    BEFORE.c.number < commands.c.number,
    BEFORE.c.state.in_((CommandState.WAITING, CommandState.DEAD)),
)


@dataclass(frozen=True, slots=True)
class PostgresCommandLog:
    """``domain.outbox.ports.CommandLog`` within a transaction.

    Whoever accepts or ends a command is alone with its subject, so that the end of one is never missed by the next.
    """

    connection: AsyncConnection
    deferral: Deferral

    async def accept(self, kind: CommandKind, subject: str, owner: UUID, at: datetime) -> CommandId:
        """Keep a command, and a job that knows its id."""
        await alone_with(subject, self.connection)
        id_ = uuid4()
        await self.connection.execute(
            insert(commands).values(
                id=id_,
                kind=kind,
                subject=subject,
                owner=owner,
                state=CommandState.WAITING,
                accepted_at=at,
                attempts=0,
            )
        )
        await self.deferral.command(id_, kind, self.connection)
        return CommandId(id_)

    async def head(self, id_: CommandId) -> Command | None:
        """Return a command that waits, if none of its subject waits or is dead before it; nothing is locked."""
        query = select(commands).where(commands.c.id == id_, commands.c.state == CommandState.WAITING, IS_FIRST)
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else command_of(row)

    async def tried(self, id_: CommandId, faults: int, before: int) -> None:
        """Count a try in vain; its faults, if nobody has counted or begun anew since there were ``before``."""
        counted = case((commands.c.faults == before, faults), else_=commands.c.faults)
        await self.connection.execute(
            update(commands)
            .where(commands.c.id == id_, commands.c.state == CommandState.WAITING)
            .values(attempts=commands.c.attempts + 1, faults=counted)
        )

    async def end(
        self, id_: CommandId, state: CommandState, at: datetime, failure: str | None = None, before: int | None = None
    ) -> bool:
        """Take note of what became of a command; returns whether it was waiting until now."""
        subject = select(commands.c.subject).where(commands.c.id == id_)
        named = (await self.connection.execute(subject)).scalar_one()
        await alone_with(named, self.connection)
        still = [] if before is None else [commands.c.faults == before]
        ended = await self.connection.execute(
            update(commands)
            .where(commands.c.id == id_, commands.c.state == CommandState.WAITING, *still)
            .values(state=state, ended_at=at, attempts=commands.c.attempts + 1, failure=failure)
        )
        if ended.rowcount != 1:
            return False
        if state is not CommandState.DEAD:
            await self._wake(named, self.deferral.command)
        return True

    async def of_owner(self, owner: UUID) -> Sequence[Command]:
        """Return those that are for something, in their order."""
        query = select(commands).where(commands.c.owner == owner).order_by(commands.c.number)
        return [command_of(row) for row in await self.connection.execute(query)]

    async def act(self, number: int, action: CommandAction, by: str, reason: str, at: datetime) -> Command | None:
        """Have a command tried now that is dead or waits, or give it up. Returns the command as it was."""
        meant = (await self.connection.execute(select(commands).where(commands.c.number == number))).one_or_none()
        if meant is None:
            return None
        await alone_with(meant.subject, self.connection)
        changed = await self.connection.execute(
            update(commands).where(commands.c.id == meant.id, HOLDING_UP).values(_AFTER[action](at))
        )
        if changed.rowcount != 1:
            return None
        await self.connection.execute(
            insert(command_actions).values(command_id=meant.id, action=action, by=by, reason=reason, at=at)
        )
        # The one whose turn it is may have a job: an operator may have acted on one behind it.
        await self._wake(meant.subject, self.deferral.command_now)
        return command_of(meant)

    async def _wake(self, subject: str, leave: Callable[[UUID, CommandKind, AsyncConnection], Awaitable[None]]) -> None:
        """Leave the first that waits of a subject to be delivered, unless a dead one is before it."""
        query = select(commands.c.id, commands.c.kind, commands.c.state).where(
            commands.c.subject == subject, HOLDING_UP
        )
        first = (await self.connection.execute(query.order_by(commands.c.number).limit(1))).one_or_none()
        if first is not None and first.state == CommandState.WAITING:
            await leave(first.id, CommandKind(first.kind), self.connection)


_AFTER: Final[dict[CommandAction, Any]] = {
    CommandAction.RETRY: lambda _at: {"state": CommandState.WAITING, "ended_at": None, "failure": None, "faults": 0},
    CommandAction.DROP: lambda at: {
        "state": CommandState.DROPPED,
        "ended_at": at,
        "failure": func.coalesce(commands.c.failure, CommandState.DROPPED.value),
    },
}


def command_of(row: Row[Any]) -> Command:
    """Return the command that a row is."""
    return Command(
        id=CommandId(row.id),
        number=row.number,
        kind=CommandKind(row.kind),
        subject=row.subject,
        owner=row.owner,
        state=CommandState(row.state),
        accepted_at=row.accepted_at,
        attempts=row.attempts,
        ended_at=row.ended_at,
        failure=row.failure,
        faults=row.faults,
    )

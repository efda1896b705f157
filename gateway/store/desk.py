"""Commands as an operator sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, text

from domain.outbox.models import Command, CommandKind, CommandState
from gateway.store.commands import HOLDING_UP, command_of
from gateway.store.store import PostgresStore
from gateway.store.tables import commands

__all__ = ["Desk", "Job", "Listed", "Listing", "Standing", "Wanted"]

IS_DEAD: Final = commands.c.state == CommandState.DEAD
BEFORE: Final = commands.alias("before")
BEHIND: Final = (
    select(func.min(BEFORE.c.number))
    .where(
        BEFORE.c.subject == commands.c.subject,
        BEFORE.c.number < commands.c.number,
        BEFORE.c.state.in_((CommandState.WAITING, CommandState.DEAD)),
    )
    .scalar_subquery()
    .label("behind")
)
JOBS: Final = text("""
SELECT args ->> 'id' AS id, status = 'doing' AS is_under_way,
    CASE WHEN scheduled_at > now() THEN scheduled_at END AS due
FROM procrastinate_jobs
WHERE task_name IN ('commands.deliver', 'contacts.deliver') AND status IN ('todo', 'doing')
AND args ->> 'id' = ANY(:ids)
ORDER BY is_under_way, scheduled_at DESC NULLS LAST
""")
"""Of several jobs of one command the last row counts: the one that is under way, or the first that is due."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which commands: those in some states, and of one kind or subject where that is given."""

    states: Sequence[CommandState]
    kind: CommandKind | None = None
    subject: str | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same for the database."""
        chosen = [(commands.c.kind, self.kind), (commands.c.subject, self.subject)]
        are_meant = [column == value for column, value in chosen if value is not None]
        return and_(commands.c.state.in_(self.states), *are_meant)


@dataclass(frozen=True, slots=True)
class Job:
    """The job of a command. ``due``: when it is tried, None for as soon as a worker is free."""

    is_under_way: bool
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A command, the number of the first that holds it up, and its job."""

    command: Command
    behind: int | None = None
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Commands, and how many more there are."""

    commands: Sequence[Listed]
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

    async def listed(self, wanted: Wanted, most: int) -> Listing:
        """Return commands, dead ones first, then the oldest. Raises: ``StoreUnavailable``."""
        query = select(commands, BEHIND).where(wanted.condition).order_by(~IS_DEAD, commands.c.number).limit(most)
        async with self.store.connection() as connection:
            found = (await connection.execute(query)).all()
            jobs = await connection.execute(JOBS, {"ids": [str(row.id) for row in found]})
            by_id = {job.id: Job(job.is_under_way, job.due) for job in jobs}
            listed = [Listed(command_of(row), row.behind, by_id.get(str(row.id))) for row in found]
            count = select(func.count()).select_from(commands).where(wanted.condition)
            return Listing(listed, (await connection.execute(count)).scalar_one() - len(listed))

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

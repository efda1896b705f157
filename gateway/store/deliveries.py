"""Changes of contacts as whoever delivers them sees them; each call is a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Update, exists, func, select, text, update

from domain.accounts.contacts import ContactChangeId, ContactChangeState, ContactDelivery
from domain.models import ContactKind, Isn
from gateway.store.deferral import DELIVER
from gateway.store.store import PostgresStore
from gateway.store.tables import accounts, contact_changes

__all__ = ["PostgresDeliveries"]

IS_WAITING: Final = contact_changes.c.state == ContactChangeState.WAITING
HAS_NO_JOB: Final = text(
    "NOT EXISTS (SELECT FROM procrastinate_jobs AS job WHERE job.task_name = :task"
    " AND job.status IN ('todo', 'doing') AND job.args ->> 'id' = contact_changes.id::text)"
).bindparams(task=DELIVER)
EARLIER: Final = contact_changes.alias("earlier")
IS_FIRST: Final = ~exists().where(
    EARLIER.c.account_id == contact_changes.c.account_id,
    EARLIER.c.kind == contact_changes.c.kind,
    EARLIER.c.state == ContactChangeState.WAITING,
    EARLIER.c.number < contact_changes.c.number,
)


@dataclass(frozen=True, slots=True)
class PostgresDeliveries:
    """The rows that wait for the policy core. What is personal is removed as soon as one has come to an end."""

    store: PostgresStore

    async def waiting(self, id_: UUID) -> ContactDelivery | None:
        """Return a change that is still to be delivered. Raises: ``StoreUnavailable``."""
        query = (
            select(contact_changes, accounts.c.client_isn, IS_FIRST.label("is_first"))
            .join(accounts, accounts.c.id == contact_changes.c.account_id)
            .where(contact_changes.c.id == id_, IS_WAITING)
        )
        async with self.store.connection() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return ContactDelivery(
            ContactChangeId(row.id), Isn(row.client_isn), ContactKind(row.kind), row.address, row.is_first
        )

    async def tried(self, id_: UUID) -> None:
        """Count a try in vain. Raises: ``StoreUnavailable``."""
        await self._write(_counted(id_))

    async def delivered(self, id_: UUID) -> None:
        """Take note that the core has it. Raises: ``StoreUnavailable``."""
        await self._write(_ended(id_, ContactChangeState.DELIVERED))

    async def dead(self, id_: UUID, failure: str) -> None:
        """Take note that the core never will have it, and why in short. Raises: ``StoreUnavailable``."""
        await self._write(_ended(id_, ContactChangeState.DEAD, failure=failure))

    async def leave_again(self, after: timedelta) -> Sequence[UUID]:
        """Give a job to those that have waited for long and have none; return them. Raises: ``StoreUnavailable``."""
        is_old = contact_changes.c.accepted_at < func.now() - after
        query = select(contact_changes.c.id).where(IS_WAITING, is_old, HAS_NO_JOB)
        async with self.store.connection() as connection, connection.begin():
            found = (await connection.execute(query.with_for_update(skip_locked=True))).scalars().all()
            for id_ in found:
                await self.store.deferral.deliver(id_, connection)
        return found

    async def _write(self, change: Update) -> None:
        async with self.store.connection() as connection, connection.begin():
            await connection.execute(change)


def _counted(id_: UUID, **values: Any) -> Update:
    return (
        update(contact_changes)
        .where(contact_changes.c.id == id_, IS_WAITING)
        .values(attempts=contact_changes.c.attempts + 1, **values)
    )


def _ended(id_: UUID, state: ContactChangeState, **values: Any) -> Update:
    return _counted(id_, state=state, address=None, ended_at=func.now(), **values)

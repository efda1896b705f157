"""Messages as whoever sends them sees them; each call is a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Update, func, select

from domain.accounts.models import CodePurpose
from domain.accounts.ports import Message, Template, Topic
from domain.models import ContactKind
from domain.money import Locale
from gateway.store.deferral import SEND
from gateway.store.jobless import has_no_job
from gateway.store.outbox import IS_WAITING, ended
from gateway.store.store import PostgresStore
from gateway.store.tables import messages

__all__ = ["PostgresMessages"]


@dataclass(frozen=True, slots=True)
class PostgresMessages:
    """The rows of the outbox. What is personal is removed as soon as a message has come to an end."""

    store: PostgresStore

    async def waiting(self, id_: UUID) -> Message | None:
        """Return a message that is still to be sent. Raises: ``StoreUnavailable``."""
        query = select(messages).where(messages.c.id == id_, IS_WAITING)
        async with self.store.connection() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _message(row)

    async def sent(self, id_: UUID) -> None:
        """Take note that a message was sent. Raises: ``StoreUnavailable``."""
        await self._write(ended(sent_at=func.now()).where(messages.c.id == id_))

    async def dead(self, id_: UUID, failure: str) -> None:
        """Take note that a message will not be sent, and why in short. Raises: ``StoreUnavailable``."""
        await self._write(ended(dead_at=func.now(), failure=failure).where(messages.c.id == id_))

    async def leave_again(self, after: timedelta) -> Sequence[UUID]:
        """Give a job to those that have waited for long and have none; return them. Raises: ``StoreUnavailable``."""
        is_old = messages.c.left_at < func.now() - after
        query = select(messages.c.id).where(IS_WAITING, is_old, has_no_job(messages.c.id, SEND))
        async with self.store.connection() as connection, connection.begin():
            found = (await connection.execute(query.with_for_update(skip_locked=True))).scalars().all()
            for id_ in found:
                await self.store.deferral.send(id_, connection)
        return found

    async def _write(self, change: Update) -> None:
        async with self.store.connection() as connection, connection.begin():
            await connection.execute(change)


def _message(row: Row[Any]) -> Message:
    return Message(
        ContactKind(row.kind),
        row.address,
        Template(row.template),
        Locale(row.locale),
        row.contents,
        row.expires_at,
        None if row.subject is None else Topic(CodePurpose(row.purpose), row.subject),
    )

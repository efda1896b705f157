"""Messages that go out once the transaction is committed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Update, func, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.ports import Message
from gateway.store.deferral import Deferral
from gateway.store.tables import messages

__all__ = ["IS_WAITING", "PostgresOutbox", "ended"]

IS_WAITING: Final = messages.c.sent_at.is_(None) & messages.c.dead_at.is_(None)

REPLACED: Final = "replaced"
"""Why a message was given up: a newer one says what counts."""

VOID: Final = "void"
"""Why a message was given up: what it was about is no more."""


@dataclass(frozen=True, slots=True)
class PostgresOutbox:
    """``domain.accounts.ports.Outbox`` within a transaction: a row, and a job that knows the row's id."""

    connection: AsyncConnection
    deferral: Deferral

    async def add(self, message: Message) -> None:
        """Leave a message to be sent; one that waits under the same topic, for the same kind of contact, never is."""
        topic, columns = message.topic, messages.c
        if topic is not None:
            is_same = (columns.purpose == topic.purpose) & (columns.subject == topic.subject)
            await self._give_up(is_same & (columns.kind == message.kind), REPLACED)
        id_ = uuid4()
        await self.connection.execute(
            insert(messages).values(
                id=id_,
                kind=message.kind,
                template=message.template,
                locale=message.locale,
                address=message.address,
                contents=dict(message.values),
                expires_at=message.expires_at,
                purpose=None if topic is None else topic.purpose,
                subject=None if topic is None else topic.subject,
            )
        )
        await self.deferral.send(id_, self.connection)

    async def void(self, subjects: Collection[UUID]) -> None:
        """See to it that nothing is sent of these subjects that waits."""
        await self._give_up(messages.c.subject.in_(subjects), VOID)

    async def _give_up(self, condition: Any, failure: str) -> None:
        """End what waits; whoever is sending it just then finds its end written already."""
        await self.connection.execute(ended(dead_at=func.now(), failure=failure).where(condition))


def ended(**values: Any) -> Update:
    """Return the end of messages that wait: what is personal goes with it."""
    return update(messages).where(IS_WAITING).values(address=None, contents=None, **values)

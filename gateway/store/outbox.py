"""Messages that go out once the transaction is committed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.ports import Message
from gateway.store.deferral import Deferral
from gateway.store.tables import messages

__all__ = ["PostgresOutbox"]


@dataclass(frozen=True, slots=True)
class PostgresOutbox:
    """``domain.accounts.ports.Outbox`` within a transaction: a row, and a job that knows the row's id."""

    connection: AsyncConnection
    deferral: Deferral

    async def add(self, message: Message) -> None:
        """Leave a message to be sent."""
        id_ = uuid4()
        await self.connection.execute(
            insert(messages).values(
                id=id_,
                kind=message.kind,
                template=message.template,
                locale=message.locale,
                address=message.address,
                contents=dict(message.values),
            )
        )
        await self.deferral.send(id_, self.connection)

"""Wishes that were granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.outbox.models import Wish
from gateway.store.tables import wishes

__all__ = ["PostgresIdempotency"]


@dataclass(frozen=True, slots=True)
class PostgresIdempotency:
    """``domain.outbox.ports.Idempotency`` within a transaction."""

    connection: AsyncConnection

    async def granted(self, scope: str, key: str) -> tuple[bytes, UUID] | None:
        """Return digest and object of a wish that was granted. One that is under way is not waited for."""
        query = select(wishes.c.digest, wishes.c.object).where(wishes.c.scope == scope, wishes.c.key == key)
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else (row.digest, row.object)

    async def claim(self, wish: Wish, object_: UUID, at: datetime) -> tuple[bytes, UUID]:
        """Take note that a wish is granted with an object, or return with which it was before."""
        added = await self.connection.execute(
            insert(wishes)
            .values(scope=wish.scope, key=wish.key, digest=wish.digest, object=object_, at=at)
            .on_conflict_do_nothing(index_elements=[wishes.c.scope, wishes.c.key])
        )
        if added.rowcount == 1:
            return wish.digest, object_
        # The other's transaction has ended by now: the insert waited for it.
        before = await self.granted(wish.scope, wish.key)
        assert before is not None
        return before

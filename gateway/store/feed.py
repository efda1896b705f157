"""How far the policy core's journal was followed, and what was decided on the way."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.automatic import Decision
from domain.accounts.ports import Overtaken
from domain.errors import Source
from gateway.store.tables import decisions, feeds

__all__ = ["PostgresFeed"]


@dataclass(frozen=True, slots=True)
class PostgresFeed:
    """``domain.accounts.ports.Feed`` within a transaction."""

    connection: AsyncConnection

    async def position(self) -> int:
        """Return the last event that was seen to; 0 before the first."""
        query = select(feeds.c.seq).where(feeds.c.source == Source.POLICY_CORE)
        return (await self.connection.execute(query)).scalar_one_or_none() or 0

    async def reach(self, seq: int) -> None:
        """Take note that an event is seen to by this transaction. Raises: ``Overtaken``.

        Of two who see to the same one, the second waits for what becomes of the first.
        """
        first = insert(feeds).values(source=Source.POLICY_CORE, seq=seq)
        moved = await self.connection.execute(
            first.on_conflict_do_update(
                index_elements=[feeds.c.source], set_={"seq": seq}, where=feeds.c.seq < seq
            ).returning(feeds.c.seq)
        )
        if moved.one_or_none() is None:
            raise Overtaken

    async def decided(self, decision: Decision) -> None:
        """Keep a decision."""
        row = asdict(decision)
        row["client_isn"] = row.pop("client")
        await self.connection.execute(plain_insert(decisions).values(row))

"""How far the policy core's journal was followed, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import case, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.automatic import OPEN, Decision
from domain.accounts.ports import Overtaken, Try
from domain.errors import Source
from domain.models import Isn, PolicyNumber
from gateway.store.tables import decisions, feeds

__all__ = ["PostgresFeed"]

CORES: Final = feeds.c.source == Source.POLICY_CORE


@dataclass(frozen=True, slots=True)
class PostgresFeed:
    """``domain.accounts.ports.Feed`` within a transaction."""

    connection: AsyncConnection

    async def position(self) -> int | None:
        """Return the last event that was seen to; None where the journal was never followed."""
        query = select(feeds.c.seq).where(CORES)
        return (await self.connection.execute(query)).scalar_one_or_none()

    async def reach(self, seq: int, following: int | None = None) -> None:
        """Take note that an event is seen to by this transaction, and that the first try of ``following`` begins.

        Of two who see to the same one, the second waits for what becomes of the first. Raises: ``Overtaken``.
        """
        place = {"seq": seq, "tried": following, "tries": int(following is not None), "trying": following is not None}
        first = insert(feeds).values(source=Source.POLICY_CORE, **place)
        moved = await self.connection.execute(
            first.on_conflict_do_update(index_elements=[feeds.c.source], set_=place, where=feeds.c.seq < seq).returning(
                feeds.c.seq
            )
        )
        if moved.one_or_none() is None:
            raise Overtaken

    async def begin(self, seq: int) -> Try:
        """Count that an event is tried, which is known from when this transaction ends. Raises: ``Overtaken``."""
        is_same = feeds.c.tried == seq
        died = select(feeds.c.trying & is_same).where(CORES).with_for_update()
        has_died = (await self.connection.execute(died)).scalar_one_or_none()
        first = insert(feeds).values(source=Source.POLICY_CORE, seq=0, tried=seq, tries=1, trying=True)
        again = {"tried": seq, "tries": case((is_same, feeds.c.tries + 1), else_=1), "trying": True}
        counted = await self.connection.execute(
            first.on_conflict_do_update(index_elements=[feeds.c.source], set_=again, where=feeds.c.seq < seq).returning(
                feeds.c.tries
            )
        )
        number = counted.scalar_one_or_none()
        if number is None:
            raise Overtaken
        return Try(number, bool(has_died))

    async def broke_off(self, seq: int, *, counts: bool) -> None:
        """Take note that a try has ended and the event is still to be seen to, and whether that counts as a try."""
        tries = feeds.c.tries if counts else feeds.c.tries - 1
        await self.connection.execute(
            update(feeds).where(CORES, feeds.c.tried == seq, feeds.c.trying).values(tries=tries, trying=False)
        )

    async def decided(self, decision: Decision) -> None:
        """Keep a decision."""
        row = asdict(decision)
        row["client_isn"] = row.pop("client")
        await self.connection.execute(plain_insert(decisions).values(row))

    async def open_policies(self, clients: Collection[Isn]) -> Mapping[Isn, PolicyNumber]:
        """Return of each client the latest policy over which a decision was left open; of others nothing."""
        columns = decisions.c
        latest = (
            select(columns.seq, columns.client_isn, columns.policy, columns.outcome)
            .ext(distinct_on(columns.client_isn, columns.policy))
            .where(columns.client_isn.in_(clients))
            .order_by(columns.client_isn, columns.policy, columns.seq.desc())
            .subquery()
        )
        found = select(latest).where(latest.c.outcome.in_(OPEN)).order_by(latest.c.seq)
        return {Isn(row.client_isn): PolicyNumber(row.policy) for row in await self.connection.execute(found)}

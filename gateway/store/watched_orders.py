"""Orders that are watched though their payment does not wait for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.payments.models import PaymentId
from domain.payments.watching import WatchedOrder
from gateway.store.tables import watched_orders

__all__ = ["PostgresWatchedOrders"]


@dataclass(frozen=True, slots=True)
class PostgresWatchedOrders:
    """``domain.payments.watching.WatchedOrders`` within a transaction."""

    connection: AsyncConnection

    async def add(self, watched: WatchedOrder) -> None:
        """Watch one from now on; one that is watched already is watched anew, unless it is known to be paid."""
        new = insert(watched_orders).values(_values(watched))
        anew = {"since": new.excluded.since, "look_at": new.excluded.look_at}
        is_unpaid = watched_orders.c.paid_at.is_(None)
        await self.connection.execute(
            new.on_conflict_do_update(index_elements=[watched_orders.c.order_id], set_=anew, where=is_unpaid)
        )

    async def by_id(self, order: str) -> WatchedOrder | None:
        """Return one, its row locked until the block ends."""
        query = select(watched_orders).where(watched_orders.c.order_id == order).with_for_update()
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else _watched(row)

    async def change(self, watched: WatchedOrder) -> None:
        """Write one anew."""
        its = watched_orders.c.order_id == watched.id
        await self.connection.execute(update(watched_orders).where(its).values(_values(watched)))

    async def hasten(self, order: str) -> None:
        """Have one asked about at the next look, if it is watched, or was, and is not known to be paid."""
        its = (watched_orders.c.order_id == order) & watched_orders.c.paid_at.is_(None)
        # By the order's own instant: that of the database's clock may be ahead of ours.
        await self.connection.execute(update(watched_orders).where(its).values(look_at=watched_orders.c.since))

    async def due(self, at: datetime, most: int) -> Sequence[str]:
        """Return those to be asked about by an instant, the longest due first."""
        query = select(watched_orders.c.order_id).where(watched_orders.c.look_at <= at)
        in_order = query.order_by(watched_orders.c.look_at, watched_orders.c.order_id).limit(most)
        return list((await self.connection.execute(in_order)).scalars())

    async def due_of(self, payment: PaymentId, at: datetime) -> Sequence[str]:
        """Return those of one payment to be asked about by an instant."""
        its = (watched_orders.c.payment_id == payment) & (watched_orders.c.look_at <= at)
        query = select(watched_orders.c.order_id).where(its).order_by(watched_orders.c.order_id)
        return list((await self.connection.execute(query)).scalars())


def _values(watched: WatchedOrder) -> dict[str, Any]:
    return {
        "order_id": watched.id,
        "payment_id": watched.payment,
        "since": watched.since,
        "look_at": watched.look_at,
        "paid_at": watched.paid_at,
    }


def _watched(row: Row[Any]) -> WatchedOrder:
    return WatchedOrder(row.order_id, PaymentId(row.payment_id), row.since, row.look_at, row.paid_at)

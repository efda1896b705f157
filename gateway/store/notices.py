"""Callbacks of the acquirer: kept as a job to ask what became of the order."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.store.payments import PostgresPayments
from gateway.store.store import PostgresStore
from gateway.store.watched_orders import PostgresWatchedOrders

__all__ = ["PostgresNotices", "over"]


@dataclass(frozen=True, slots=True)
class PostgresNotices:
    """``domain.acquirer.Notices``."""

    store: PostgresStore

    async def came(self, order: str) -> None:
        """Leave the payment of an order to be looked at. Raises: ``StoreUnavailable``."""
        async with self.store.connection() as connection, connection.begin():
            payment = await PostgresPayments(connection).of_order(order)
            if payment is not None:
                await PostgresWatchedOrders(connection).hasten(order)
                await self.store.deferral.check(payment, connection)


def over(store: PostgresStore | None) -> PostgresNotices | None:
    """Return who is told of callbacks, nobody where there is no database."""
    return None if store is None else PostgresNotices(store)

"""Records of who read personal data: added, and never changed, which the database itself sees to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert

from domain.audit import PersonalRead
from gateway.store.store import PostgresStore
from gateway.store.tables import personal_reads

__all__ = ["PostgresAudit", "over"]


@dataclass(frozen=True, slots=True)
class PostgresAudit:
    """``domain.audit.Audit``; each call is a transaction of its own."""

    store: PostgresStore

    async def add(self, reads: Sequence[PersonalRead]) -> None:
        """Keep all of them or none. Raises: ``StoreUnavailable``."""
        if not reads:
            return
        rows = [
            {
                "at": each.at,
                "actor": each.actor,
                "client_isn": each.client,
                "reason": each.reason,
                "operation": each.operation,
                "document": each.document,
                "request_id": each.request_id,
            }
            for each in reads
        ]
        async with self.store.connection() as connection, connection.begin():
            await connection.execute(insert(personal_reads), rows)


def over(store: PostgresStore | None) -> PostgresAudit | None:
    """Return the audit in the gateway's own database, none where there is no database."""
    return None if store is None else PostgresAudit(store)

"""Means of payment that customers let be remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import AccountId
from domain.payments.means import MeansId, SavedMeans
from gateway.store.tables import payment_means

__all__ = ["PostgresPaymentMeans"]


@dataclass(frozen=True, slots=True)
class PostgresPaymentMeans:
    """``domain.payments.means.PaymentMeans`` within a transaction."""

    connection: AsyncConnection

    async def keep(self, means: SavedMeans) -> None:
        """Keep one, once for its account and token."""
        await self.connection.execute(
            insert(payment_means)
            .values(
                id=means.id,
                account_id=means.account,
                token=means.token,
                title=means.title,
                expires=means.expires,
                kept_at=means.kept_at,
            )
            .on_conflict_do_nothing(index_elements=[payment_means.c.account_id, payment_means.c.token])
        )

    async def own(self, account: AccountId, id_: MeansId) -> SavedMeans | None:
        """Return one of an account; nothing is locked."""
        query = select(payment_means).where(payment_means.c.account_id == account, payment_means.c.id == id_)
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else _means(row)

    async def of_account(self, account: AccountId) -> Sequence[SavedMeans]:
        """Return those of an account, the latest first."""
        query = select(payment_means).where(payment_means.c.account_id == account)
        in_order = query.order_by(payment_means.c.kept_at.desc(), payment_means.c.id)
        return [_means(row) for row in await self.connection.execute(in_order)]

    async def forget(self, account: AccountId, id_: MeansId) -> bool:
        """Remove one of an account; returns whether there was one."""
        removed = await self.connection.execute(
            delete(payment_means).where(payment_means.c.account_id == account, payment_means.c.id == id_)
        )
        return removed.rowcount == 1


def _means(row: Row[Any]) -> SavedMeans:
    return SavedMeans(MeansId(row.id), AccountId(row.account_id), row.token, row.title, row.expires, row.kept_at)

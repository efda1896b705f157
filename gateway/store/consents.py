"""Consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import AccountId, ConsentRecord
from domain.models import ConsentPurpose
from gateway.store.tables import consents

__all__ = ["PostgresConsents"]


@dataclass(frozen=True, slots=True)
class PostgresConsents:
    """``domain.accounts.ports.Consents`` within a transaction."""

    connection: AsyncConnection

    async def add(self, consent: ConsentRecord) -> None:
        """Keep a consent; one to the same text that is in force stays, with the day on which it was given."""
        await self.connection.execute(
            insert(consents)
            .values(
                account_id=consent.account,
                purpose=consent.purpose,
                text_version=consent.text_version,
                given_at=consent.given_at,
                revoked_at=consent.revoked_at,
            )
            .on_conflict_do_nothing(
                index_elements=[consents.c.account_id, consents.c.purpose, consents.c.text_version],
                index_where=text("revoked_at IS NULL"),
            )
        )

    async def revoke(self, account: AccountId, purpose: ConsentPurpose, at: datetime) -> None:
        """Take note that what was given for a purpose is in force no longer; the first time stays.

        Another replica whose clock goes before may have written when it was given: it is not taken back before that.
        """
        await self.connection.execute(
            update(consents)
            .where(consents.c.account_id == account, consents.c.purpose == purpose, consents.c.revoked_at.is_(None))
            .values(revoked_at=func.greatest(consents.c.given_at, at))
        )

    async def of_account(self, account: AccountId) -> Sequence[ConsentRecord]:
        """Return all, the latest first."""
        found = await self.connection.execute(
            select(consents)
            .where(consents.c.account_id == account)
            .order_by(consents.c.given_at.desc(), consents.c.id.desc())
        )
        return [_consent(row) for row in found]


def _consent(row: Row[Any]) -> ConsentRecord:
    return ConsentRecord(row.account_id, ConsentPurpose(row.purpose), row.text_version, row.given_at, row.revoked_at)

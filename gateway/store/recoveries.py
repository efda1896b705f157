"""Recoveries on their way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import AccountId, RecoveryId, TokenHash
from domain.accounts.questioning import Asked
from domain.accounts.questions import QuestionKind
from domain.accounts.recovery import Recovery
from domain.models import ContactKind
from gateway.store.tables import accounts, recoveries

__all__ = ["PostgresRecoveries"]


@dataclass(frozen=True, slots=True)
class PostgresRecoveries:
    """``domain.accounts.ports.Recoveries`` within a transaction."""

    connection: AsyncConnection

    async def add(self, recovery: Recovery) -> None:
        """Keep a new one."""
        await self.connection.execute(insert(recoveries).values(_values(recovery)))

    async def by_token(self, token: TokenHash) -> Recovery | None:
        """Return the one whose present or previous token this is, locked until the block ends: its account, then it.

        Whoever voids recoveries has the account, and then wants them: the other way round each could wait for the
        other. Where there is no account as much is asked.
        """
        is_meant = or_(recoveries.c.token == token, recoveries.c.previous == token)
        owner = select(recoveries.c.account_id).where(is_meant)
        await self.connection.execute(
            select(accounts.c.id).where(accounts.c.id.in_(owner)).with_for_update(key_share=True, of=accounts)
        )
        row = (await self.connection.execute(select(recoveries).where(is_meant).with_for_update())).one_or_none()
        return None if row is None else _recovery(row)

    async def change(self, recovery: Recovery) -> None:
        """Write one anew. Raises: ``LookupError`` when there is none."""
        changed = await self.connection.execute(
            update(recoveries).where(recoveries.c.id == recovery.id).values(_values(recovery))
        )
        if changed.rowcount != 1:
            raise LookupError("no such recovery")

    async def void(self, account: AccountId, *, but: RecoveryId | None = None) -> Collection[RecoveryId]:
        """Forget all of an account, or all but one, and return which."""
        others = true() if but is None else recoveries.c.id != but
        removed = await self.connection.execute(
            delete(recoveries).where(recoveries.c.account_id == account, others).returning(recoveries.c.id)
        )
        return removed.scalars().all()


def _values(recovery: Recovery) -> dict[str, Any]:
    return {
        "id": recovery.id,
        "kind": recovery.kind,
        "address": recovery.address,
        "token": recovery.token,
        "previous": recovery.previous,
        "expires_at": recovery.expires_at,
        "account_id": recovery.account,
        "client_isn": recovery.client_isn,
        "other": recovery.other,
        "other_confirmed": recovery.other_confirmed,
        "phone_lost": recovery.phone_lost,
        "questions": [
            {"kind": each.kind.value, "subject": each.subject, "answered": each.answered} for each in recovery.questions
        ],
        "wrong_answers": recovery.wrong_answers,
        "refused": recovery.refused,
        "is_done": recovery.is_done,
    }


def _recovery(row: Row[Any]) -> Recovery:
    return Recovery(
        id=row.id,
        kind=ContactKind(row.kind),
        address=row.address,
        token=row.token,
        expires_at=row.expires_at,
        account=row.account_id,
        client_isn=row.client_isn,
        previous=row.previous,
        other=row.other,
        other_confirmed=row.other_confirmed,
        phone_lost=row.phone_lost,
        questions=tuple(Asked(QuestionKind(each["kind"]), each["subject"], each["answered"]) for each in row.questions),
        wrong_answers=row.wrong_answers,
        refused=row.refused,
        is_done=row.is_done,
    )

"""Sign-ins that wait for a code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import AccountId, ChallengeId, SignInChallenge, TokenHash
from gateway.store.tables import sign_in_challenges

__all__ = ["PostgresChallenges"]


@dataclass(frozen=True, slots=True)
class PostgresChallenges:
    """``domain.accounts.ports.Challenges`` within a transaction."""

    connection: AsyncConnection

    async def add(self, challenge: SignInChallenge) -> None:
        """Keep a new one."""
        await self.connection.execute(
            insert(sign_in_challenges).values(
                id=challenge.id,
                account_id=challenge.account,
                token=challenge.token,
                expires_at=challenge.expires_at,
            )
        )

    async def by_token(self, token: TokenHash) -> SignInChallenge | None:
        """Return the one of a token."""
        found = await self.connection.execute(select(sign_in_challenges).where(sign_in_challenges.c.token == token))
        row = found.one_or_none()
        return None if row is None else SignInChallenge(row.id, row.account_id, row.token, row.expires_at)

    async def remove(self, id_: ChallengeId) -> bool:
        """Forget one that was used; return whether it was still there."""
        removed = await self.connection.execute(delete(sign_in_challenges).where(sign_in_challenges.c.id == id_))
        return removed.rowcount == 1

    async def remove_all(self, account: AccountId) -> Collection[ChallengeId]:
        """Forget all of an account, and return which."""
        is_of_account = sign_in_challenges.c.account_id == account
        removed = await self.connection.execute(
            delete(sign_in_challenges).where(is_of_account).returning(sign_in_challenges.c.id)
        )
        return removed.scalars().all()

"""Records of what employees did to accounts: added, and never changed, which the database itself sees to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.audit import AccountAction
from gateway.store.tables import account_actions

__all__ = ["PostgresAccountActions"]


@dataclass(frozen=True, slots=True)
class PostgresAccountActions:
    """``domain.audit.AccountActions`` within a transaction."""

    connection: AsyncConnection

    async def add(self, action: AccountAction) -> None:
        """Keep one."""
        await self.connection.execute(
            insert(account_actions).values(
                at=action.at, actor=action.actor, client_isn=action.client, action=action.kind, reason=action.reason
            )
        )

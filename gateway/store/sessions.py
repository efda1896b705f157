"""Sessions and their refresh tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import AccountId, EndReason, RefreshToken, Session, SessionId, TokenHash
from gateway.store.tables import refresh_tokens, sessions

__all__ = ["PostgresSessions"]


@dataclass(frozen=True, slots=True)
class PostgresSessions:
    """``domain.accounts.ports.Sessions`` within a transaction."""

    connection: AsyncConnection

    async def add(self, session: Session) -> None:
        """Keep a new session."""
        await self.connection.execute(
            insert(sessions).values(
                id=session.id,
                account_id=session.account,
                device=session.device,
                created_at=session.created_at,
                used_at=session.used_at,
                expires_at=session.expires_at,
                ended_at=session.ended_at,
                end_reason=session.end_reason,
            )
        )

    async def owner(self, id_: SessionId) -> AccountId | None:
        """Return whose a session is; nothing is locked."""
        found: AccountId | None = await self.connection.scalar(
            select(sessions.c.account_id).where(sessions.c.id == id_)
        )
        return found

    async def by_id(self, id_: SessionId) -> Session | None:
        """Return a session, its row locked until the block ends."""
        found = await self.connection.execute(select(sessions).where(sessions.c.id == id_).with_for_update())
        row = found.one_or_none()
        return None if row is None else _session(row)

    async def of_account(self, account: AccountId) -> Sequence[Session]:
        """Return the sessions that were not ended, the latest used first; one may have expired."""
        found = await self.connection.execute(
            select(sessions)
            .where(sessions.c.account_id == account, sessions.c.ended_at.is_(None))
            .order_by(sessions.c.used_at.desc(), sessions.c.id)
        )
        return [_session(row) for row in found]

    async def touch(self, id_: SessionId, used_at: datetime, expires_at: datetime) -> None:
        """Take note that a session was used; one that is over stays as it is."""
        await self.connection.execute(
            update(sessions)
            .where(sessions.c.id == id_, sessions.c.ended_at.is_(None))
            .values(used_at=used_at, expires_at=expires_at)
        )

    async def end(self, id_: SessionId, reason: EndReason, at: datetime) -> None:
        """End a session; one that is over stays as it is."""
        await self._end(sessions.c.id == id_, reason, at)

    async def end_all(
        self, account: AccountId, reason: EndReason, at: datetime, *, but: SessionId | None = None
    ) -> None:
        """End all sessions of an account, or all but one."""
        of_account = sessions.c.account_id == account
        await self._end(of_account if but is None else of_account & (sessions.c.id != but), reason, at)

    async def add_token(self, token: RefreshToken) -> None:
        """Keep a refresh token; the one before it must have been used."""
        await self.connection.execute(
            insert(refresh_tokens).values(
                hash=token.hash,
                session_id=token.session,
                issued_at=token.issued_at,
                expires_at=token.expires_at,
                used_at=token.used_at,
            )
        )

    async def token(self, hash_: TokenHash) -> RefreshToken | None:
        """Return a refresh token, its row locked until the block ends."""
        found = await self.connection.execute(
            select(refresh_tokens).where(refresh_tokens.c.hash == hash_).with_for_update()
        )
        row = found.one_or_none()
        return None if row is None else _token(row)

    async def token_used(self, hash_: TokenHash, at: datetime) -> None:
        """Take note that a token was used; the first time stays."""
        await self.connection.execute(
            update(refresh_tokens)
            .where(refresh_tokens.c.hash == hash_, refresh_tokens.c.used_at.is_(None))
            .values(used_at=at)
        )

    async def _end(self, condition: Any, reason: EndReason, at: datetime) -> None:
        """End sessions, locked by their ids: an update by itself takes rows as it comes upon them."""
        open_ = sessions.c.ended_at.is_(None)
        in_order = select(sessions.c.id).where(condition, open_).order_by(sessions.c.id)
        locked = in_order.with_for_update(key_share=True).cte("locked")
        await self.connection.execute(
            update(sessions).where(sessions.c.id == locked.c.id, open_).values(ended_at=at, end_reason=reason)
        )


def _session(row: Row[Any]) -> Session:
    reason = None if row.end_reason is None else EndReason(row.end_reason)
    return Session(
        row.id, row.account_id, row.device, row.created_at, row.used_at, row.expires_at, row.ended_at, reason
    )


def _token(row: Row[Any]) -> RefreshToken:
    return RefreshToken(row.hash, row.session_id, row.issued_at, row.expires_at, row.used_at)

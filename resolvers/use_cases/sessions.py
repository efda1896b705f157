"""Sessions: begun by a sign-in, kept by refresh tokens that are good for one use, ended by the owner or by a theft."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from domain.accounts.models import Account, EndReason, RefreshToken, Session, SessionId, TokenHash
from domain.accounts.ports import AccountPorts, Issued, UnitOfWork
from domain.accounts.problems import WrongSignIn
from resolvers.use_cases.owner import account_of, session_of, signed_in

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from resolvers.context import Context

__all__ = ["begin", "end", "end_one", "own", "refresh"]


async def begin(ports: AccountPorts, work: UnitOfWork, account: Account, device: str, now: datetime) -> Issued:
    """Begin a session of an account."""
    lifetimes = ports.lifetimes
    session = Session(SessionId(uuid4()), account.id, device, now, now, now + lifetimes.session)
    await work.sessions.add(session)
    token, hash_ = ports.issuer.secret()
    return _issued(ports, account, await _next(ports, work, session, hash_, now), token, now)


async def refresh(ctx: Context, token: str, *, is_shared: bool = False) -> Issued | WrongSignIn:
    """Give new tokens for a refresh token; one that was used before ends the session, for both who hold it.

    One that the tabs of a browser share may come from several of them at once: they are given the same next token, for
    a moment and until that one was used.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    following, hash_ = ports.issuer.successor(token)
    async with ports.store.work() as work:
        known = await work.sessions.token(ports.issuer.hash(token))
        if known is None:
            return WrongSignIn()
        given = None if known.used_at is None else await work.sessions.token(hash_)
        if known.used_at is not None:
            at_once = is_shared and now - known.used_at < ports.lifetimes.again
            if not at_once or given is None or given.used_at is not None:
                await work.sessions.end(known.session, EndReason.REUSED_TOKEN, now)
                return WrongSignIn()
        # The account first, as whoever ends all its sessions does: else each could wait for the other.
        owner = await work.sessions.owner(known.session)
        account = None if owner is None else await work.accounts.by_id(owner)
        session = await work.sessions.by_id(known.session)
        if session is None or session.ended_at is not None or now >= min(known.expires_at, session.expires_at):
            return WrongSignIn()
        if account is None or account.locked_at is not None:
            return WrongSignIn()
        await work.sessions.touch(session.id, now, session.expires_at)
        if given is None:
            await work.sessions.token_used(known.hash, now)
            given = await _next(ports, work, session, hash_, now)
        return _issued(ports, account, given, following, now)


async def end(ctx: Context, refresh_token: str | None = None) -> None:
    """End the session that the request was made in, and that of a refresh token; without either nothing is done."""
    ports, now = ctx.account_ports, ctx.clock.now()
    session = None if ctx.viewer is None else session_of(ctx.viewer)
    async with ports.store.work() as work:
        kept = None if refresh_token is None else await work.sessions.token(ports.issuer.hash(refresh_token))
        both = (session, None if kept is None else kept.session)
        meant = sorted({each for each in both if each is not None})
        # The account first, then by their ids, as whoever acts as the owner does: else each could wait for the other.
        for owner in sorted({each for each in [await work.sessions.owner(id_) for id_ in meant] if each is not None}):
            await work.accounts.by_id(owner)
        for id_ in meant:
            await work.sessions.end(id_, EndReason.SIGNED_OUT, now)


async def own(ctx: Context) -> list[Session]:
    """Return the viewer's sessions that are not over, the latest used first."""
    account = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        open_ = await work.sessions.of_account(account)
    now, unused = ctx.clock.now(), ctx.account_ports.lifetimes.refresh
    return [each for each in open_ if now < min(each.expires_at, each.used_at + unused)]


async def end_one(ctx: Context, id_: UUID) -> bool:
    """End one of the viewer's sessions; return whether there was such a one."""
    async with ctx.account_ports.store.work() as work:
        account = await signed_in(work, ctx)
        session = await work.sessions.by_id(SessionId(id_))
        if session is None or session.account != account.id:
            return False
        await work.sessions.end(session.id, EndReason.ENDED_BY_OWNER, ctx.clock.now())
        return True


async def _next(
    ports: AccountPorts, work: UnitOfWork, session: Session, hash_: TokenHash, now: datetime
) -> RefreshToken:
    """Keep the session's next refresh token."""
    token = RefreshToken(hash_, session.id, now, min(now + ports.lifetimes.refresh, session.expires_at))
    await work.sessions.add_token(token)
    return token


def _issued(ports: AccountPorts, account: Account, kept: RefreshToken, token: str, now: datetime) -> Issued:
    access_token, expires_in_s = ports.issuer.access_token(account, kept.session, now)
    return Issued(access_token, expires_in_s, token, kept.expires_at, kept.session)

"""Accounts closed and opened again by employees; who did so and why is kept for good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, NoAccount, Reason
from domain.audit import LONGEST_REMARK, AccountAction, AccountActionKind
from domain.errors import NotFound
from resolvers import staff
from resolvers.use_cases.security import Changed
from resolvers.use_cases.telling import tell
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from domain.models import Isn
    from resolvers.context import Context

__all__ = ["lock", "unlock"]


async def lock(ctx: Context, client: Isn | None, reason: str) -> Changed:
    """Close a client's account; one that is closed stays as it is. Raises: ``NotFound``, for who may not.

    Nobody signs in any more, all sessions end, and the owner is told by mail, though not the reason.
    """
    actor, now = _actor(ctx), ctx.clock.now()
    remark = reason.strip()
    if (unfit := _unfit(remark)) is not None:
        return Changed((unfit,))
    async with ctx.account_ports.store.work() as work:
        account = await _account(work, client)
        if account is None:
            return Changed((NoAccount(),))
        if account.locked_at is None:
            await work.accounts.change(replace(account, locked_at=now, lock_reason=remark))
            await void_underway(work, account.id)
            await work.sessions.end_all(account.id, EndReason.LOCKED, now)
            await tell(work, account, Template.ACCOUNT_LOCKED)
            kind = AccountActionKind.LOCK
            await work.account_actions.add(AccountAction(now, actor, account.client_isn, kind, remark))
    return Changed()


async def unlock(ctx: Context, client: Isn | None, reason: str) -> Changed:
    """Open a client's account again; one that is open stays as it is. Raises: ``NotFound``, for who may not."""
    actor, now = _actor(ctx), ctx.clock.now()
    remark = reason.strip()
    if (unfit := _unfit(remark)) is not None:
        return Changed((unfit,))
    async with ctx.account_ports.store.work() as work:
        account = await _account(work, client)
        if account is None:
            return Changed((NoAccount(),))
        if account.locked_at is not None:
            await work.accounts.change(replace(account, locked_at=None, lock_reason=None))
            kind = AccountActionKind.UNLOCK
            await work.account_actions.add(AccountAction(now, actor, account.client_isn, kind, remark))
    return Changed()


def _actor(ctx: Context) -> str:
    """Return which employee asks. To anybody who may not there is nothing here.

    Raises: ``SignInRequired``, ``NotFound``.
    """
    viewer = ctx.signed_in()
    if not staff.may_lock_accounts(viewer):
        raise NotFound
    return viewer.subject


def _unfit(remark: str) -> InvalidField | None:
    if not remark:
        return InvalidField("reason", Reason.TOO_SHORT)
    return InvalidField("reason", Reason.TOO_LONG) if len(remark) > LONGEST_REMARK else None


async def _account(work: UnitOfWork, client: Isn | None) -> Account | None:
    """Return a client's account, its row locked."""
    found = None if client is None else await work.accounts.of_client(client)
    return None if found is None else await work.accounts.by_id(found.id)

"""Accounts closed and opened again by employees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, NoAccount, Reason
from domain.errors import NotFound
from resolvers import staff
from resolvers.use_cases.security import Changed
from resolvers.use_cases.telling import tell
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from domain.models import Isn
    from resolvers.context import Context

__all__ = ["MOST_CHARACTERS", "lock", "unlock"]

MOST_CHARACTERS: Final = 500
"""Of a reason, which is a remark for colleagues."""


async def lock(ctx: Context, client: Isn | None, reason: str) -> Changed:
    """Close a client's account; one that is closed stays as it is. Raises: ``NotFound``, for who may not.

    Nobody signs in any more, all sessions end, and the owner is told by mail, though not the reason.
    """
    _allowed(ctx)
    remark = reason.strip()
    if not remark or len(remark) > MOST_CHARACTERS:
        return Changed((InvalidField("reason", Reason.TOO_LONG if remark else Reason.TOO_SHORT),))
    now = ctx.clock.now()
    async with ctx.account_ports.store.work() as work:
        found = None if client is None else await work.accounts.of_client(client)
        account = None if found is None else await work.accounts.by_id(found.id)
        if account is None:
            return Changed((NoAccount(),))
        if account.locked_at is None:
            await work.accounts.change(replace(account, locked_at=now, lock_reason=remark))
            await void_underway(work, account.id)
            await work.sessions.end_all(account.id, EndReason.LOCKED, now)
            await tell(work, account, Template.ACCOUNT_LOCKED)
    return Changed()


async def unlock(ctx: Context, client: Isn | None) -> Changed:
    """Open a client's account again. Raises: ``NotFound``, for who may not."""
    _allowed(ctx)
    async with ctx.account_ports.store.work() as work:
        found = None if client is None else await work.accounts.of_client(client)
        account = None if found is None else await work.accounts.by_id(found.id)
        if account is None:
            return Changed((NoAccount(),))
        await work.accounts.change(replace(account, locked_at=None, lock_reason=None))
    return Changed()


def _allowed(ctx: Context) -> None:
    """Let employees who may go on. To anybody else there is nothing here. Raises: ``SignInRequired``, ``NotFound``."""
    if not staff.may_lock_accounts(ctx.signed_in()):
        raise NotFound

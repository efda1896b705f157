"""Whose account a request is about: the viewer's own, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.accounts.models import AccountId, SessionId
from domain.errors import SignInRequired

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from domain.viewer import Viewer
    from resolvers.context import Context

__all__ = ["account_of", "session_of", "signed_in"]


def account_of(ctx: Context) -> AccountId:
    """Return the viewer's account, as the token names it: enough to read. Raises: ``SignInRequired``."""
    viewer = ctx.signed_in()
    try:
        # A token of another issuer speaks for nobody who has an account here.
        return AccountId(UUID(viewer.subject))
    except ValueError:
        raise SignInRequired from None


def session_of(viewer: Viewer) -> SessionId | None:
    """Return the session that a viewer's token came of; None for another issuer's."""
    try:
        return None if viewer.session is None else SessionId(UUID(viewer.session))
    except ValueError:
        return None


async def signed_in(work: UnitOfWork, ctx: Context) -> Account:
    """Return the viewer's account, held until the block ends together with the session that the token came of.

    Whoever acts as the owner looks here first, in the block that writes: a token outlives its session and the lock of
    its account, and neither ends while the block goes on. Raises: ``SignInRequired`` where one of them has.
    """
    owner = account_of(ctx)
    # The account first, as everywhere: else each could wait for the other.
    account = await work.accounts.by_id(owner)
    if account is None or account.locked_at is not None:
        raise SignInRequired
    id_ = session_of(ctx.signed_in())
    if id_ is None:
        return account
    session = await work.sessions.by_id(id_)
    if session is None or session.account != owner or session.ended_at is not None:
        raise SignInRequired
    if ctx.clock.now() >= session.expires_at:
        raise SignInRequired
    return account

"""Whose account a request is about: the viewer's own, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.accounts.models import AccountId
from domain.errors import SignInRequired

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["account_of"]


def account_of(ctx: Context) -> AccountId:
    """Return the viewer's account. Raises: ``SignInRequired``."""
    viewer = ctx.signed_in()
    try:
        # A token of another issuer speaks for nobody who has an account here.
        return AccountId(UUID(viewer.subject))
    except ValueError:
        raise SignInRequired from None

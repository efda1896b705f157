"""Attempts are counted before anything is done for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.problems import TryLater

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import Throttle

__all__ = ["are_used_up", "taken"]


async def taken(throttle: Throttle, limits: dict[str, str]) -> TryLater | None:
    """Count one attempt against limits, one after the other. Shape: name of the limit -> whose attempt it is.

    Behind one that is used up none is counted: a blocked address must not use up what is another person's.
    """
    for name, key in limits.items():
        wait = await throttle.take(name, key)
        if wait is not None:
            return TryLater(wait)
    return None


async def are_used_up(throttle: Throttle, limit: str, account: Account | None, typed: str) -> bool:
    """Count one attempt at an account, by whichever of its contacts; say whether it has no more of them.

    Nobody is told: a wait for one contact that begins with attempts at another says that both are one account's. Who
    goes on does so as if there were none. Without an account as much is counted, in a counter of its own.
    """
    whose = f"nobody {typed}" if account is None else str(account.id)
    return await throttle.take(limit, whose) is not None

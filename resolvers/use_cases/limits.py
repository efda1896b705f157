"""Attempts are counted before anything is done for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.problems import TryLater

if TYPE_CHECKING:
    from domain.accounts.ports import Throttle

__all__ = ["taken"]


async def taken(throttle: Throttle, limits: dict[str, str]) -> TryLater | None:
    """Count one attempt against limits, one after the other. Shape: name of the limit -> whose attempt it is.

    Behind one that is used up none is counted: a blocked address must not use up what is another person's.
    """
    for name, key in limits.items():
        wait = await throttle.take(name, key)
        if wait is not None:
            return TryLater(wait)
    return None

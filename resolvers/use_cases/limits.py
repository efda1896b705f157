"""Attempts are counted before anything is done for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.problems import TryLater

if TYPE_CHECKING:
    from domain.accounts.ports import Throttle

__all__ = ["taken"]


async def taken(throttle: Throttle, limits: dict[str, str]) -> TryLater | None:
    """Count one attempt against limits. Shape: name of the limit -> whose attempt it is.

    All are counted, also behind one that is used up: who goes on at a closed door stays outside.
    """
    waits = [await throttle.take(name, key) for name, key in limits.items()]
    longest = max((wait for wait in waits if wait is not None), default=None)
    return None if longest is None else TryLater(longest)

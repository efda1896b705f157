"""Waiting for something that another process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

__all__ = ["until"]

T = TypeVar("T")

LOOK_EVERY_S: Final = 0.02


def until(look: Callable[[], T | None], within_s: float, tick: Callable[[], object]) -> T:
    """Look until there is something, and return it; ``tick`` runs between looks and may raise to give up.

    Raises: ``TimeoutError``.
    """
    end = time.monotonic() + within_s
    while (found := look()) is None:
        tick()
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(LOOK_EVERY_S)
    return found

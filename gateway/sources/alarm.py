"""One timer for many who wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from math import inf
from typing import Final

from domain.clock import Clock
from gateway.observability.logs import logger

__all__ = ["Alarm"]

AGAIN_S: Final = 1.0


@dataclass(eq=False, slots=True)
class Alarm:
    """Rings once, at the earliest instant it was asked for, and then has to be asked again.

    Nobody is taken out of it: who is gone when it rings, as most are, has cost a comparison and no timer.
    When what it rings for breaks, those who were not seen to still wait: it rings again ``AGAIN_S`` seconds later.
    """

    clock: Clock
    rung: Callable[[], None]
    _timer: asyncio.TimerHandle | None = field(default=None, init=False)
    _at_s: float = field(default=inf, init=False)

    def ring_by(self, at_s: float) -> None:
        """Ring at an instant, or before. Units: seconds of the clock."""
        if at_s >= self._at_s:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at_s = at_s
        wait_s = max(0.0, at_s - self.clock.monotonic())
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._ring, context=Context())

    def _ring(self) -> None:
        self._timer, self._at_s = None, inf
        try:
            self.rung()
        except Exception as fault:  # noqa: BLE001 - whatever it is, nobody may be left waiting for it
            logger().error("alarm broken", exc_info=fault)
            self.ring_by(self.clock.monotonic() + AGAIN_S)

"""An event loop over real sockets of this one process whose time jumps to the next timer instead of passing."""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime
from typing import Final

__all__ = ["NOON", "VirtualClock", "VirtualLoop"]

NOON: Final = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
"""In Moscow; where the wall clock of every gateway begins."""

LEAP_S: Final = 0.1
LOOK_S: Final = 0.001
LOOK_BEFORE_LEAP_S: Final = 0.03
STUCK_S: Final = 60.0


class Jumping(selectors.DefaultSelector):
    """Lets time jump once no octet is on its way any more.

    What one end of a loopback connection writes, the other can read at once unless the kernel is busy, so a short look
    is enough before a short jump. Far jumps, which would pass over deadlines, are rare and get a longer look.
    """

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready, after a jump if nothing is."""
        if timeout is None:
            ready = super().select(STUCK_S)
            if not ready:
                raise RuntimeError("everybody waits, and no timer is left")
            return ready
        if timeout <= 0:
            return super().select(0)
        ready = super().select(LOOK_S if timeout <= LEAP_S else LOOK_BEFORE_LEAP_S)
        if not ready:
            self.loop.jump(timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop with a time of its own that starts at zero."""

    def __init__(self) -> None:
        self._now_s = 0.0
        selector = Jumping()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the seconds that have been jumped over."""
        return self._now_s

    def jump(self, seconds: float) -> None:
        """Let time pass."""
        self._now_s += seconds


class VirtualClock:
    """The running loop's time, for a gateway that starts at ``NOON``."""

    def __init__(self) -> None:
        self._began_s = self.monotonic()

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.fromtimestamp(NOON.timestamp() + self.monotonic() - self._began_s, UTC)

    def monotonic(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

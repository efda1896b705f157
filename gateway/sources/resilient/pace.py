"""How quick an operation can be: what is certainly too late is not begun."""

from __future__ import annotations

from collections import deque
from typing import Final

from domain.clock import Clock

__all__ = ["Pace"]

KEPT: Final = 32
FORGOTTEN_AFTER_S: Final = 60.0
QUICKEST: Final = 10
"""One answer in so many is quicker than what counts as quick."""


class Pace:
    """The latest answers' times.

    They are forgotten after a minute: when nobody brings enough time any more, somebody must find out again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds: deque[float] = deque(maxlen=KEPT)
        self._quick_s = 0.0
        self._learnt_at_s = 0.0

    @property
    def quick_s(self) -> float:
        """Seconds in which hardly any answer comes; 0 while that is not known."""
        if self._seconds and self._clock.monotonic() - self._learnt_at_s > FORGOTTEN_AFTER_S:
            self.forget()
        return self._quick_s

    def answered(self, seconds: float) -> None:
        """Learn from one answer."""
        self._learnt_at_s = self._clock.monotonic()
        self._seconds.append(seconds)
        self._quick_s = sorted(self._seconds)[len(self._seconds) // QUICKEST]

    def forget(self) -> None:
        """Know nothing, as at first: what was learnt is of another time."""
        self._seconds.clear()
        self._quick_s = 0.0

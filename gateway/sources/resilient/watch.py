"""How long a system is waited for during one call."""

from __future__ import annotations

from domain.clock import Clock

__all__ = ["Watch"]


class Watch:
    """Begins when the call does. Who takes the answer by pieces says when it waits for the next; others say nothing.

    Between the pieces the caller has its own time, as slow as it is: that is not the system's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since_s: float | None = clock.monotonic()
        self._first_s: float | None = None

    def came(self) -> None:
        """Note that what was waited for is there."""
        if self._first_s is None:
            self._first_s = self.waited_s
        self._since_s = None

    def awaited(self) -> None:
        """Note that the next piece is waited for, if that is news."""
        if self._since_s is None:
            self._since_s = self._clock.monotonic()

    @property
    def waited_s(self) -> float:
        """Seconds of the wait that goes on, 0 between the pieces."""
        return 0.0 if self._since_s is None else self._clock.monotonic() - self._since_s

    @property
    def answered_s(self) -> float:
        """Seconds until the first piece, or until now if nothing was said."""
        return self.waited_s if self._first_s is None else self._first_s

"""Where time comes in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["ShiftedClock", "SystemClock"]


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock moved by ``shift``, so that a demonstration can stand on another day. Development only."""

    shift: timedelta

    @classmethod
    def starting_at(cls, instant: datetime) -> ShiftedClock:
        """Return a clock that shows ``instant`` now and runs on from there."""
        return cls(instant - datetime.now(UTC))

    def now(self) -> datetime:
        """Return the moved instant, in UTC."""
        return datetime.now(UTC) + self.shift

    def monotonic(self) -> float:
        """Return seconds that never run backwards; durations are not moved."""
        return time.monotonic()

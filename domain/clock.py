"""Time, brought in from the edge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

__all__ = ["MOSCOW", "Clock", "Deadline", "today"]

MOSCOW: Final = ZoneInfo("Europe/Moscow")
"""Insurance dates are dates in Moscow, wherever the reader is."""


class Clock(Protocol):
    """The only source of time for everything above the edge."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for durations and deadlines."""
        ...


def today(clock: Clock) -> date:
    """Return the insurance date: the calendar day in Moscow."""
    return clock.now().astimezone(UTC).astimezone(MOSCOW).date()


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant by which an answer is of use. Units: ``at_s`` in seconds of ``clock.monotonic()``."""

    clock: Clock
    at_s: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(clock, clock.monotonic() + seconds)

    def remaining_s(self) -> float:
        """Return the seconds left, never below zero."""
        return max(0.0, self.at_s - self.clock.monotonic())

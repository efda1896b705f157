"""A clock that moves only when told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

__all__ = ["NOW", "TODAY", "StillClock"]

NOW: Final = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
"""Noon in Moscow on the day of the worked life example."""

TODAY: Final = date(2026, 1, 15)


@dataclass(slots=True)
class StillClock:
    """Stands at ``instant`` until advanced."""

    instant: datetime = NOW
    seconds: float = 0.0

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return self.instant + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.seconds += seconds

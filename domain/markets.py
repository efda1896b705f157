"""When markets trade, and so how long a figure that follows them holds.

The table is data (venue, zone, hours, days); the rule is that a figure moves while any venue of the table is open and
stands still between its sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["Calendar", "MarketFreshness", "Session", "TradingHours"]

ONE_DAY: Final = timedelta(days=1)
LONGEST_BREAK_DAYS: Final = 31
"""A table without a session for that long says nothing about when the next one is."""


@dataclass(frozen=True, slots=True)
class Session:
    """One time of trading, as instants in UTC; the closing instant is no longer part of it."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A venue's days: ``weekdays`` counted from Monday as 0.

    ``closed`` days are without trade on top of the weekly rest, every year where only (month, day) is given;
    ``added`` days are traded whatever the weekday or ``closed`` say.
    """

    weekdays: frozenset[int]
    closed: frozenset[date | tuple[int, int]] = frozenset()
    added: frozenset[date] = frozenset()

    def trades_on(self, day: date) -> bool:
        """Whether the venue trades on its local calendar day."""
        if day in self.added:
            return True
        is_closed = day in self.closed or (day.month, day.day) in self.closed
        return day.weekday() in self.weekdays and not is_closed


@dataclass(frozen=True, slots=True)
class TradingHours:
    """A session that a venue repeats, in its local time; one that closes before it opens ends on the next day."""

    venue: str
    zone: ZoneInfo
    opens: time
    closes: time
    calendar: Calendar

    def session_of(self, day: date) -> Session | None:
        """Return the session that opens on a local day, or None for a day without trade."""
        if not self.calendar.trades_on(day):
            return None
        last = day if self.opens < self.closes else day + ONE_DAY
        return Session(self._instant(day, self.opens), self._instant(last, self.closes))

    def sessions_from(self, instant: datetime) -> Iterator[Session]:
        """Yield the sessions of the local day before ``instant``, of its own and of those after, the earliest first."""
        first = instant.astimezone(self.zone).date() - ONE_DAY
        for count in range(LONGEST_BREAK_DAYS + 2):
            session = self.session_of(first + timedelta(days=count))
            if session is not None:
                yield session

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class MarketFreshness:
    """How long a figure computed at some instant is as good as a new one.

    ``while_open`` for one computed during a session, or so soon after it (``after_close``) that closing levels may not
    be in yet. Any other holds until the next opening of any venue and ``after_open`` more, when new levels are in.
    """

    table: tuple[TradingHours, ...]
    while_open: timedelta
    after_open: timedelta
    after_close: timedelta

    def fresh_until(self, computed_at: datetime) -> datetime:
        """Return the instant at which a figure computed at an instant in UTC stops being fresh; always a later one."""
        upcoming: list[datetime] = []
        for hours in self.table:
            for session in hours.sessions_from(computed_at):
                if session.opens <= computed_at < session.closes + self.after_close:
                    return computed_at + self.while_open
                if session.opens > computed_at:
                    upcoming.append(session.opens)
                    break
        if not upcoming:
            return computed_at + self.while_open
        return min(upcoming) + self.after_open

"""Market sessions as settings: a line a session, since the lines stand in a file and in the environment alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.markets import Calendar, MarketFreshness, TradingHours
from gateway.settings.declaring import Between

__all__ = ["MarketSettings"]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSettings:
    """When the markets trade that valuations follow, and how long a valuation is fresh then.

    A valuation names no venue, so it counts as moving while any venue of the table is open.
    """

    hours: Annotated[
        tuple[str, ...], "Sessions, each as 'VENUE ZONE HH:MM-HH:MM DAYS'; DAYS as mon-fri or mon,wed; local time"
    ] = ("MOEX Europe/Moscow 10:00-18:50 mon-fri",)
    closed: Annotated[
        tuple[str, ...], "Days without trade, each as 'VENUE YYYY-MM-DD' or, for every year, 'VENUE MM-DD'"
    ] = (
        "MOEX 01-01",
        "MOEX 01-02",
        "MOEX 01-07",
        "MOEX 05-01",
        "MOEX 05-09",
        "MOEX 06-12",
        "MOEX 11-04",
    )
    added: Annotated[tuple[str, ...], "Days of trade against the rule, each as 'VENUE YYYY-MM-DD'"] = ()
    while_open_s: Annotated[float, "Seconds a valuation computed in a session is fresh", Between(1, 86_400)] = 900.0
    after_open_s: Annotated[
        float, "Seconds into the next session that a valuation computed between sessions is fresh", Between(0, 86_400)
    ] = 900.0
    after_close_s: Annotated[
        float, "Seconds after a session in which closing levels may not be in yet", Between(0, 43_200)
    ] = 1800.0

    def __post_init__(self) -> None:
        self.table()

    @property
    def freshness(self) -> MarketFreshness:
        """The rule with this table."""
        return MarketFreshness(
            self.table(),
            timedelta(seconds=self.while_open_s),
            timedelta(seconds=self.after_open_s),
            timedelta(seconds=self.after_close_s),
        )

    def table(self) -> tuple[TradingHours, ...]:
        """Return the sessions. Raises: ``ValueError`` for a line that cannot be read, or of no known venue."""
        if not self.hours:
            raise ValueError("hours: at least one session is wanted")
        venues = {line.split()[0] for line in self.hours if line.strip()}
        closed = [(venue, recurring(day)) for venue, day in map(dated, self.closed)]
        added = [(venue, exact(day)) for venue, day in map(dated, self.added)]
        if strangers := {venue for venue, _ in [*closed, *added]} - venues:
            raise ValueError(f"days of a venue without hours: {', '.join(sorted(strangers))}")
        return tuple(trading_hours(line, closed, added) for line in self.hours)


def trading_hours(
    line: str, closed: Sequence[tuple[str, date | tuple[int, int]]], added: Sequence[tuple[str, date]]
) -> TradingHours:
    """Read ``VENUE ZONE HH:MM-HH:MM DAYS``; the days are of all venues. Raises: ``ValueError``."""
    try:
        venue, zone, hours, days = line.split()
        opens, closes = map(time.fromisoformat, hours.split("-"))
        calendar = Calendar(
            weekdays(days),
            frozenset(day for each, day in closed if each == venue),
            frozenset(day for each, day in added if each == venue),
        )
        return TradingHours(venue, ZoneInfo(zone), opens, closes, calendar)
    except (ValueError, ZoneInfoNotFoundError) as wrong:
        raise ValueError(f"hours: {line!r} is not 'VENUE ZONE HH:MM-HH:MM DAYS'") from wrong


def weekdays(text: str) -> frozenset[int]:
    """Read ``mon-fri`` or ``mon,wed``. Raises: ``ValueError``."""
    chosen: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        start = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last or first)
        chosen.update(range(start, (end if end >= start else end + 7) + 1))
    return frozenset(day % 7 for day in chosen)


def dated(line: str) -> tuple[str, str]:
    """Split ``VENUE DAY``. Raises: ``ValueError``."""
    try:
        venue, day = line.split()
    except ValueError:
        raise ValueError(f"{line!r} is not 'VENUE YYYY-MM-DD'") from None
    return venue, day


def recurring(day: str) -> date | tuple[int, int]:
    """Read a day of one year or, without the year, of all. Raises: ``ValueError``."""
    if len(day) == len("MM-DD"):
        # A leap year, so that 02-29 can be given.
        whole = exact(f"2000-{day}")
        return whole.month, whole.day
    return exact(day)


def exact(day: str) -> date:
    """Read a day. Raises: ``ValueError``."""
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"{day!r} is not a day as YYYY-MM-DD") from None

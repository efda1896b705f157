"""The clock of a simulated system: the Moscow day decides all relative dates."""

from datetime import date, datetime, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3), "MSK")


class Clock:
    """Runs with the machine, from a set instant, or within a pinned day.

    A pinned day never ends: `now` keeps its time of day and the date stays.
    """

    def __init__(self, today: date | None = None, now: datetime | None = None) -> None:
        self._today: date | None = None
        self._shift = timedelta()
        self.move(today, now)

    def move(self, today: date | None = None, now: datetime | None = None) -> None:
        """Pin the day, or go on from the instant; with neither, back to the machine's clock."""
        if now is not None and now.tzinfo is None:
            now = now.replace(tzinfo=MOSCOW)
        self._shift = now - datetime.now(MOSCOW) if now is not None else timedelta()
        self._today = today

    def now(self) -> datetime:
        """The present instant, in Moscow."""
        running = datetime.now(MOSCOW) + self._shift
        return running if self._today is None else datetime.combine(self._today, running.timetz())

    def today(self) -> date:
        """The present day, in Moscow."""
        return self._today or self.now().date()

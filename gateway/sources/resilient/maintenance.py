"""A system that is closed on purpose, until when it said or until it answers again."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.clock import Clock
from gateway.settings.resilience import HoldSettings

__all__ = ["Maintenance"]


class Changed(Protocol):
    """Is told when the system closes, opens, or names another end."""

    def __call__(self, *, closed: bool, until: datetime | None) -> None: ...


class Maintenance:
    """Whether the whole system is closed.

    Announced ends are late as often as early, and some announcements name none. So one call each period looks whether
    the system answers again, and only at an announced end everyone may ask without that.
    """

    def __init__(self, settings: HoldSettings, clock: Clock, changed: Changed) -> None:
        self._settings = settings
        self._clock = clock
        self._changed = changed
        self._closed = False
        self._until: datetime | None = None
        self._probe_at_s = 0.0

    @property
    def is_closed(self) -> bool:
        """Whether the system is closed now."""
        if self._closed and self._until is not None and self._clock.now() >= self._until:
            self.end()
        return self._closed

    @property
    def until(self) -> datetime | None:
        """The announced end, an instant in UTC; None when there is none."""
        return self._until

    @property
    def refuses(self) -> bool:
        """Whether no call may be made now, not even to look."""
        return self.is_closed and self._clock.monotonic() < self._probe_at_s

    def admit(self) -> bool:
        """Take the period's look if the system is closed, and return whether this call is it."""
        if not self.is_closed:
            return False
        self._wait_for_next_probe()
        return True

    def announced(self, until: datetime | None) -> None:
        """Close, or stay closed. An end that is past already is none."""
        if until is not None and until <= self._clock.now():
            until = None
        if not self._closed or until != self._until:
            self._changed(closed=True, until=until)
        self._closed, self._until = True, until
        self._wait_for_next_probe()

    def look_given_up(self) -> None:
        """Let another call look at once."""
        self._probe_at_s = self._clock.monotonic()

    def end(self) -> None:
        """Open the system for everyone."""
        if self._closed:
            self._closed, self._until = False, None
            self._changed(closed=False, until=None)

    def _wait_for_next_probe(self) -> None:
        self._probe_at_s = self._clock.monotonic() + self._settings.maintenance_probe_s

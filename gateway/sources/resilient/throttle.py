"""A system that said "too many requests" is left alone by everyone."""

from __future__ import annotations

from domain.clock import Clock
from gateway.settings.resilience import HoldSettings

__all__ = ["Throttle"]


class Throttle:
    """Until when nobody may ask."""

    def __init__(self, settings: HoldSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._until_s = clock.monotonic()

    @property
    def remaining_s(self) -> float:
        """Seconds that are left to wait; 0 when anybody may ask."""
        return max(0.0, self._until_s - self._clock.monotonic())

    def hold(self, retry_after_s: float | None) -> None:
        """Wait as long as the system asked for, within reason; a shorter wait never cuts a longer one."""
        asked_s = self._settings.throttled_s if retry_after_s is None else retry_after_s
        until_s = self._clock.monotonic() + min(asked_s, self._settings.throttled_max_s)
        self._until_s = max(self._until_s, until_s)

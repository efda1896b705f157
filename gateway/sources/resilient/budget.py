"""How many retries a system gets: a share of its reads, so that trouble is never multiplied."""

from __future__ import annotations

from domain.clock import Clock
from gateway.settings.resilience import RetrySettings

__all__ = ["RetryBudget"]


class RetryBudget:
    """A token bucket shared by all reads of one system.

    Every read pays ``share`` in, every retry takes one out. Time pays in ``floor_per_s`` too, for systems so quiet that
    their reads alone would never buy a retry. It holds ``burst`` at most, and begins full.
    """

    def __init__(self, settings: RetrySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._tokens = settings.burst
        self._counted_at_s = clock.monotonic()

    @property
    def tokens(self) -> float:
        """Retries that could be made now."""
        now_s = self._clock.monotonic()
        self._pay_in((now_s - self._counted_at_s) * self._settings.floor_per_s)
        self._counted_at_s = now_s
        return self._tokens

    def called(self) -> None:
        """Count a read, not a retry of one."""
        self._pay_in(self._settings.share)

    def spend(self) -> bool:
        """Pay for one retry, or return that there must be none."""
        if self.tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _pay_in(self, tokens: float) -> None:
        self._tokens = min(self._settings.burst, self._tokens + tokens)

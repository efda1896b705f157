"""How long to wait before something is tried again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from gateway.settings import OutboxSettings

__all__ = ["Pauses"]

LONGEST: Final = timedelta(days=1)


def nobody_s(_queue: str) -> float:
    """Return the seconds that one waits for the sake of others where there are none."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Pauses(BaseRetryStrategy):
    """Twice as long each time, up to a longest. It never gives up: whoever sends decides that, and says so.

    Units: ``crowd_s`` says how long it is at least on average where many wait in a queue, in seconds.
    """

    settings: OutboxSettings
    longest_s: float
    crowd_s: Callable[[str], float] = nobody_s

    @classmethod
    def of_messages(cls, settings: OutboxSettings) -> Pauses:
        """Return the pauses between tries to send a message."""
        return cls(settings, settings.longest_pause_s)

    @classmethod
    def of_commands(cls, settings: OutboxSettings, crowd_s: Callable[[str], float] = nobody_s) -> Pauses:
        """Return the pauses between tries to have a system do something."""
        return cls(settings, settings.longest_command_pause_s, crowd_s)

    def after_s(self, tries: int) -> float:
        """Return the seconds to wait after so many tries in vain."""
        doublings = min(tries - 1, 64)
        return min(self.longest_s, self.settings.first_pause_s * 2.0**doublings)

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Say when a job is run again; at once if it was broken off because its worker stops.

        Not before ``exception.until``, where a system has said when it will be back; but within a day at most.
        """
        pause_s = 0.0 if isinstance(exception, asyncio.CancelledError) else self._pause_s(job)
        now = datetime.now(UTC)
        again = now + timedelta(seconds=pause_s)
        until: datetime | None = getattr(exception, "until", None)
        if until is not None:
            again = max(again, min(until + self._spread(), now + LONGEST))
        return RetryDecision(retry_at=again)

    def _pause_s(self, job: Job) -> float:
        # Those that failed in one instant are not all tried again in another one.
        crowd_s = self.crowd_s(job.queue) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        return max(self.after_s(job.attempts + 1), crowd_s)

    def _spread(self) -> timedelta:
        """Return a while, never the same: those that wait for one instant are not all tried in it."""
        return timedelta(seconds=random.uniform(0, self.longest_s))  # noqa: S311 - no secret

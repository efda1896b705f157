"""Valuation jobs: accepted, running for a while, done, forgotten."""

import random
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEPT_S = 600.0
MAX_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Job:
    """Contracts to value. Units: `done_at_s` in seconds of the monotonic clock."""

    id: str
    contracts: tuple[str, ...]
    done_at_s: float


@dataclass(frozen=True, slots=True)
class Duration:
    """How long jobs take. Units: milliseconds."""

    least_ms: float
    most_ms: float

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """`150` or `2000-8000`. Raises: ValueError."""
        least, _, most = text.partition("-")
        duration = cls(float(least), float(most or least))
        if not 0 <= duration.least_ms <= duration.most_ms:
            raise ValueError("durations must grow")
        return duration


class JobsFull(Exception):
    """As many jobs run as may. Units: milliseconds until one of them ends."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(wait_ms)
        self.wait_ms = wait_ms


class Jobs:
    """The engine's queue."""

    def __init__(self, seed: int, duration: Duration, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._random = random.Random(f"{seed}:jobs")
        self._duration = duration
        self._most = most
        self._clock = clock
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def submit(self, contracts: tuple[str, ...]) -> tuple[Job, int]:
        """Accept a job; with it the milliseconds it takes, rounded up. Raises: JobsFull."""
        now_s = self._clock()
        self._forget(now_s)
        running = [job.done_at_s for job in self._jobs.values() if job.done_at_s > now_s]
        if len(running) >= self._most:
            raise JobsFull(_up(min(running) - now_s))
        took_s = self._random.uniform(self._duration.least_ms, self._duration.most_ms) / 1_000
        job = Job(f"{self._random.getrandbits(64):016x}", contracts, now_s + took_s)
        self._jobs[job.id] = job
        return job, _up(took_s)

    def find(self, job_id: str) -> Job | None:
        """The job, done or not, until it is forgotten."""
        self._forget(self._clock())
        return self._jobs.get(job_id)

    def left_ms(self, job: Job) -> int:
        """Milliseconds until the job is done, 0 when it is."""
        return max(0, _up(job.done_at_s - self._clock()))

    def _forget(self, now_s: float) -> None:
        while self._jobs:
            oldest = next(iter(self._jobs.values()))
            if now_s - oldest.done_at_s < KEPT_S and len(self._jobs) <= MAX_KEPT:
                return
            del self._jobs[oldest.id]


def _up(seconds: float) -> int:
    return -int(-seconds * 1_000 // 1)

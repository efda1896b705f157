"""Slow answers: requests that are answered later, at an address to poll."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from dev.simulators.claims_core.problems import Problem
from dev.simulators.kit import Draw, Reply

KEPT_S = 300.0
MAX_JOBS = 1_000


@dataclass(frozen=True, slots=True)
class Job:
    """A request put aside; `answer` gives what it would have been answered."""

    tenant: str
    ready_at_s: float
    answer: Callable[[Draw], Reply]


class Jobs:
    """Jobs take `running_s` seconds of the given clock; results are kept for five minutes."""

    def __init__(self, running_s: float, clock: Callable[[], float]) -> None:
        self._running_s = running_s
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def put(self, tenant: str, answer: Callable[[Draw], Reply]) -> Reply:
        """Accept a request. Raises: Problem."""
        now = self._clock()
        self._jobs = {name: job for name, job in self._jobs.items() if job.ready_at_s + KEPT_S > now}
        if len(self._jobs) >= MAX_JOBS:
            raise Problem("RATE_LIMITED")
        name = str(uuid.uuid4())
        self._jobs[name] = Job(tenant, now + self._running_s, answer)
        return self._accepted(name, self._running_s)

    def poll(self, tenant: str, name: str, draw: Draw) -> Reply:
        """The result, or the request to wait for it. Raises: Problem."""
        job = self._jobs.get(name)
        if job is None or job.tenant != tenant or job.ready_at_s + KEPT_S <= self._clock():
            raise Problem("NOT_FOUND")
        left_s = job.ready_at_s - self._clock()
        return self._accepted(name, left_s) if left_s > 0 else job.answer(draw)

    def _accepted(self, name: str, wait_s: float) -> Reply:
        headers = {"Location": f"/jobs/{name}", "Retry-After": str(-int(-wait_s // 1))}
        return Reply(content_type="", status=202, headers=headers)

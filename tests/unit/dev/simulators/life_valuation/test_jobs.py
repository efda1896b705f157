"""The simulated queue of valuation jobs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dev.simulators.life_valuation.jobs import KEPT_S, Duration, Jobs, JobsFull


@dataclass(slots=True)
class Seconds:
    """A clock to turn by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def queue(duration: str, most: int = 8) -> tuple[Jobs, Seconds]:
    """Jobs of a duration and their clock."""
    clock = Seconds()
    return Jobs(1, Duration.parse(duration), most, clock), clock


def test_a_job_is_done_when_its_estimate_has_passed() -> None:
    jobs, clock = queue("2000-8000")
    job, eta_ms = jobs.submit(("P1",))
    assert 2_000 <= eta_ms <= 8_000
    clock.now += eta_ms / 1_000 - 0.002
    assert jobs.left_ms(job) > 0
    clock.now += 0.002
    assert jobs.left_ms(job) == 0
    assert jobs.find(job.id) is job


def test_durations_differ_and_repeat_with_the_seed() -> None:
    etas = [
        [queue_of.submit(("P1",))[1] for _ in range(5)] for queue_of in (queue("2000-8000")[0], queue("2000-8000")[0])
    ]
    assert etas[0] == etas[1]
    assert len(set(etas[0])) == 5


def test_a_job_too_many_is_refused_until_one_ends() -> None:
    jobs, clock = queue("500", most=2)
    jobs.submit(("P1",))
    clock.now += 0.2
    jobs.submit(("P2",))
    with pytest.raises(JobsFull) as refused:
        jobs.submit(("P3",))
    assert refused.value.wait_ms == pytest.approx(300, abs=1)
    clock.now += refused.value.wait_ms / 1_000
    jobs.submit(("P3",))


def test_jobs_without_duration_never_fill_the_queue() -> None:
    jobs, _ = queue("0", most=1)
    assert [jobs.submit(("P1",))[1] for _ in range(3)] == [0, 0, 0]


def test_finished_jobs_are_forgotten_in_time() -> None:
    jobs, clock = queue("1000")
    job, _ = jobs.submit(("P1",))
    clock.now += KEPT_S
    assert jobs.find(job.id) is job
    clock.now += 1.1
    assert jobs.find(job.id) is None
    assert jobs.find("nosuch") is None


@pytest.mark.parametrize("text", ["", "-5", "9-3", "fast", "1-2-3"])
def test_durations_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Duration.parse(text)

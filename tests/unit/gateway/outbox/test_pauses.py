"""Pauses between tries."""

import asyncio
from datetime import UTC, datetime, timedelta

from procrastinate.jobs import Job

from gateway.outbox.pauses import Pauses
from gateway.outbox.sending import Later
from gateway.settings import OutboxSettings

PAUSES = Pauses.of_messages(OutboxSettings(first_pause_s=2, longest_pause_s=60))


def test_they_double_up_to_the_longest() -> None:
    assert [PAUSES.after_s(tries) for tries in range(1, 8)] == [2, 4, 8, 16, 32, 60, 60]
    assert PAUSES.after_s(10_000) == 60


def test_a_job_that_was_broken_off_is_run_again_at_once_and_a_failed_one_after_its_pause() -> None:
    job = Job(queue="outbox", lock=None, queueing_lock=None, task_name="outbox.send", attempts=3)
    before = datetime.now(UTC)
    at_once = PAUSES.get_retry_decision(exception=asyncio.CancelledError(), job=job).retry_at
    later = PAUSES.get_retry_decision(exception=Later(), job=job).retry_at
    assert at_once is not None
    assert later is not None
    assert at_once <= datetime.now(UTC)
    assert later >= before + timedelta(seconds=16)

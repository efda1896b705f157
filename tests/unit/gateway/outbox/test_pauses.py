"""Pauses between tries."""

import asyncio
from datetime import UTC, datetime, timedelta

from procrastinate.jobs import Job

from gateway.outbox.pauses import Pauses
from gateway.outbox.sending import Later
from gateway.settings import OutboxSettings
from resolvers.use_cases import delivering

JOB = Job(queue="outbox", lock=None, queueing_lock=None, task_name="outbox.send", attempts=3)
PAUSES = Pauses.of_messages(OutboxSettings(first_pause_s=2, longest_pause_s=60))


def test_they_double_up_to_the_longest() -> None:
    assert [PAUSES.after_s(tries) for tries in range(1, 8)] == [2, 4, 8, 16, 32, 60, 60]
    assert PAUSES.after_s(10_000) == 60


def test_those_of_commands_have_a_longest_of_their_own() -> None:
    settings = OutboxSettings(longest_pause_s=60, longest_command_pause_s=7)
    assert (Pauses.of_commands(settings).after_s(30), Pauses.of_messages(settings).after_s(30)) == (7, 60)


def test_a_job_that_was_broken_off_is_run_again_at_once_and_a_failed_one_after_its_pause() -> None:
    before = datetime.now(UTC)
    at_once = PAUSES.get_retry_decision(exception=asyncio.CancelledError(), job=JOB).retry_at
    later = PAUSES.get_retry_decision(exception=Later(), job=JOB).retry_at
    assert at_once is not None
    assert later is not None
    assert at_once <= datetime.now(UTC)
    assert later >= before + timedelta(seconds=16)


def again(until: datetime) -> datetime:
    """Return when one is tried again that a system put off."""
    retry_at = PAUSES.get_retry_decision(exception=delivering.Later(until), job=JOB).retry_at
    assert retry_at is not None
    return retry_at


def test_those_that_were_put_off_to_one_instant_are_tried_one_after_the_other_from_then_on() -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    instants = {again(until) for _ in range(100)}
    assert len(instants) > 90
    assert min(instants) >= until
    assert max(instants) <= until + timedelta(seconds=60)


def test_an_end_of_maintenance_that_is_over_shortens_no_pause() -> None:
    before = datetime.now(UTC)
    assert again(before - timedelta(hours=1)) >= before + timedelta(seconds=16)


def test_however_far_one_is_put_off_it_is_tried_within_a_day() -> None:
    assert again(datetime(2999, 1, 1, tzinfo=UTC)) <= datetime.now(UTC) + timedelta(days=1)

"""Ten thousand that wait for a system that is away are few tries a second, and soon done once it is back."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from procrastinate.jobs import Job
from sqlalchemy import text

from domain.outbox.models import Command, CommandId, CommandKind, CommandState
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from gateway.outbox.crowd import Crowd, Waking
from gateway.outbox.pauses import Pauses
from gateway.settings import OutboxSettings
from gateway.store.desk import Standing
from gateway.store.paused import PausedCommands
from gateway.store.store import PostgresStore
from resolvers.use_cases.delivering import Later, Outcome
from tests.unit.gateway.store.made import NOON, rows

BILL, CONTACTS, DEDUCTIBLE = CommandKind.CREATE_BILL, CommandKind.UPDATE_CONTACTS, CommandKind.RECORD_DEDUCTIBLE
HOUR_S = 3600
SETTINGS = OutboxSettings(command_tries_per_s=20)
DUE = "SELECT commands.number FROM commands JOIN procrastinate_jobs ON args ->> 'id' = commands.id::text WHERE {} "
DUE_NOW = DUE.format("scheduled_at <= now() ORDER BY 1")


def crowd(**waiting: int) -> Crowd:
    """A worker that has counted so many of each kind."""
    counted = Crowd(SETTINGS, OutboxTally(Metrics()))
    counted.commands_stand({CommandKind(kind): Standing(waiting=count) for kind, count in waiting.items()})
    return counted


def tries_in_an_hour(known: Crowd, queue: str, count: int, attempts: int) -> int:
    """Let so many be tried in vain for an hour, from one instant on."""
    pauses = Pauses.of_commands(SETTINGS, known.pause_s)
    due, tries = [(0.0, attempts)] * count, 0
    while due[0][0] < HOUR_S:
        at_s, before = due[0]
        job = Job(queue=queue, lock=None, queueing_lock=None, task_name="commands.deliver", attempts=before)
        retry_at = pauses.get_retry_decision(exception=Later(), job=job).retry_at
        assert retry_at is not None
        heapq.heapreplace(due, (at_s + (retry_at - datetime.now(UTC)).total_seconds(), before + 1))
        tries += 1
    return tries


@pytest.mark.parametrize("attempts", [0, 30], ids=["from the first try on", "after many"])
def test_ten_thousand_that_wait_are_about_as_many_tries_a_second_as_are_allowed(attempts: int) -> None:
    waiting = crowd(CREATE_BILL=4_000, UPDATE_CONTACTS=6_000)
    tries = tries_in_an_hour(waiting, "policy_core", 10_000, attempts)
    # Each is tried once before its first pause.
    assert 0.7 * 20 * HOUR_S < tries - 10_000 < 1.2 * 20 * HOUR_S


def test_who_waits_for_another_system_or_with_few_is_tried_as_often_as_ever() -> None:
    waiting = crowd(CREATE_BILL=10_000, RECORD_DEDUCTIBLE=1)
    assert tries_in_an_hour(waiting, "claims_core", 1, 30) == pytest.approx(HOUR_S / 60, abs=1)


@dataclass
class Pausing:
    """Counts pauses that are to be cut short."""

    asked: list[tuple[CommandKind, int]] = field(default_factory=list)

    async def cut_short(self, kind: CommandKind, most: int) -> int:
        self.asked.append((kind, most))
        return most


def tried(known: Crowd, kind: CommandKind, outcome: Outcome, times: int = 1) -> None:
    command = Command(CommandId(uuid4()), 1, kind, "one", uuid4(), CommandState.WAITING, NOON)
    for _ in range(times):
        known.command_tried(command, outcome, None)


async def test_while_a_system_is_away_no_pause_is_cut_short() -> None:
    known, pausing = crowd(CREATE_BILL=10_000), Pausing()
    tried(known, BILL, Outcome.LATER, 100)
    tried(known, BILL, Outcome.DEAD)
    await Waking(pausing, known, 10).run()
    assert pausing.asked == []


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.REFUSED, Outcome.GIVEN_UP])
async def test_once_it_answers_a_few_and_then_ever_more_of_the_same_kind_are_tried(outcome: Outcome) -> None:
    known, pausing = crowd(CREATE_BILL=10_000), Pausing()
    waking = Waking(pausing, known, 10)
    for answers in (1, 150, 1_000):
        tried(known, BILL, outcome, answers)
        tried(known, CONTACTS, Outcome.LATER)
        await waking.run()
    await waking.run()
    assert pausing.asked == [(BILL, 200), (BILL, 300), (BILL, 2_000)]
    assert known.answered == Counter()


async def test_the_oldest_of_the_kind_come_first_and_what_met_a_fault_of_its_own_waits_out_its_pause(
    store: PostgresStore,
) -> None:
    async with store.work() as work:
        for number, kind in enumerate((BILL, CONTACTS, BILL, BILL, BILL)):
            id_ = await work.commands.accept(kind, f"{number}", uuid4(), NOON)
            if number == 2:
                await work.commands.tried(id_, 1, 0)
    async with store.connection() as connection, connection.begin():
        await connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 h'"))
    assert await PausedCommands(store).cut_short(BILL, 2) == 2
    assert await rows(store, DUE_NOW) == [(1,), (4,)]
    assert await PausedCommands(store).cut_short(BILL, 2) == 1
    assert await rows(store, DUE_NOW) == [(1,), (4,), (5,)]

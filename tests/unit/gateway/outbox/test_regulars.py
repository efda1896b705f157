"""What is done from time to time is done by one at a time, and never for ever."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass

from sqlalchemy import text

from domain.errors import StoreUnavailable
from gateway.outbox.jobs import SWEEP, Regular
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from tests.unit.gateway.outbox.at_work import EVERY_SECOND, at_work, until
from tests.unit.gateway.store.made import rows

ROUND = "payments.reconcile"
IN_HAND = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = '{}' AND status = 'doing'"


@dataclass
class Rounds:
    """Rounds that last for so long each."""

    lasts_s: float = 0.0
    begun: int = 0
    under_way: int = 0
    most: int = 0
    failure: Exception | None = None

    async def run(self) -> None:
        self.begun += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.lasts_s)
        finally:
            self.under_way -= 1
        if self.failure is not None:
            raise self.failure


def events(written: io.StringIO) -> list[str]:
    return [json.loads(each)["event"] for each in written.getvalue().splitlines()]


async def test_a_round_that_lasts_longer_than_its_pause_is_never_overtaken_by_the_next(
    store: PostgresStore, database: StoreSettings
) -> None:
    rounds = Rounds(lasts_s=2.5)
    every_second = {ROUND: Regular(EVERY_SECOND, rounds.run)}
    async with at_work(database, regulars=every_second), at_work(database, regulars=every_second):
        await until(lambda: rounds.begun == 3)
    assert rounds.most == 1


async def test_a_round_that_hangs_is_broken_off_and_the_next_begins(
    store: PostgresStore, database: StoreSettings, written: io.StringIO
) -> None:
    rounds = Rounds(lasts_s=3600)
    async with at_work(database, regulars={ROUND: Regular(EVERY_SECOND, rounds.run, longest_s=0.1)}):
        await until(lambda: rounds.begun == 2)
    assert "round broken off" in events(written)


async def test_a_round_without_a_database_is_told_and_the_next_begins(
    store: PostgresStore, database: StoreSettings, written: io.StringIO
) -> None:
    rounds = Rounds(failure=StoreUnavailable("57P01"))
    async with at_work(database, regulars={ROUND: Regular(EVERY_SECOND, rounds.run)}):
        await until(lambda: rounds.begun == 2)
    assert "broken off" in events(written)


async def test_a_round_whose_worker_was_killed_holds_up_those_after_it_no_longer_than_the_worker_counts_as_alive(
    store: PostgresStore, database: StoreSettings
) -> None:
    rounds = Rounds()
    async with store.connection() as connection, connection.begin():
        for name in (ROUND, SWEEP):
            await connection.execute(
                text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status)"
                    " SELECT 'outbox', name, name, name, '{\"timestamp\": 0}', 'doing' FROM cast(:name AS text) AS name"
                ),
                {"name": name},
            )
    async with at_work(database, regulars={ROUND: Regular(EVERY_SECOND, rounds.run)}):
        await until(lambda: rounds.begun == 2)
    assert await rows(store, IN_HAND.format(SWEEP)) == [(0,)]
    assert await rows(store, IN_HAND.format(ROUND)) == [(0,)]

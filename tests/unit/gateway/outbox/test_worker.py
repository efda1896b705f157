"""Workers as processes: nothing is lost however they end, and nothing is sent twice when they end well."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from dev.processes import Child, stop_all
from domain.outbox.models import CommandKind
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from tests.unit.gateway.store import test_contact_changes
from tests.unit.gateway.store.made import code, kept_account, message, rows
from tests.unit.gateway.store.made_payments import OPEN, kept, payment

HANGS_S = 60
COMMANDS_LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'commands.deliver'"
LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'outbox.send'"
MANY = """INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts)
  SELECT gen_random_uuid(), 'UPDATE_CONTACTS', number::text, gen_random_uuid(), 'WAITING', now(), 1
  FROM generate_series(1, 5000) AS number"""
JOBS = """SELECT queue_name, status::text, attempts > 30 FROM procrastinate_jobs
  WHERE task_name IN ('commands.deliver', 'payments.check') ORDER BY queue_name"""
ENDED = "SELECT sent_at IS NOT NULL, address, contents, dead_at FROM messages"


@dataclass
class House:
    """Workers over one database, and the file that their channels write."""

    store: PostgresStore
    settings: StoreSettings
    folder: Path
    workers: list[Child] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "sent"

    def worker(self, *options: str) -> Child:
        """Start one."""
        assert self.settings.address is not None
        command = [sys.executable, "-m", "tests.unit.gateway.outbox.sending_process", str(self.file), *options]
        log = self.folder / f"worker-{len(self.workers)}.log"
        child = Child.start("worker", command, log, env={"ADDRESS": self.settings.address})
        self.workers.append(child)
        return child

    def lines(self) -> list[list[str]]:
        return [each.split() for each in self.file.read_text().splitlines()] if self.file.exists() else []

    async def until(self, count: int) -> list[list[str]]:
        """Wait until so many lines were written."""
        async with asyncio.timeout(HANGS_S):
            while len(self.lines()) < count:
                for each in self.workers:
                    assert each.is_running or each.process.returncode in {0, -signal.SIGKILL}, each.last_lines(20)
                await asyncio.sleep(0.05)
        return self.lines()

    async def all_ended(self, query: str = LEFT) -> None:
        async with asyncio.timeout(HANGS_S):
            while await rows(self.store, query) != [(0,)]:
                await asyncio.sleep(0.05)

    @property
    def closed(self) -> Path:
        """While it is there the policy core is in maintenance."""
        return self.file.with_suffix(".closed")

    async def comes_to(self, query: str, value: object) -> None:
        """Wait until a query answers so."""
        async with asyncio.timeout(HANGS_S):
            while await rows(self.store, query) != [(value,)]:
                await asyncio.sleep(0.05)

    async def until_put_back(self, queue: str) -> None:
        """Wait until a job of a queue was taken and given back."""
        async with asyncio.timeout(HANGS_S):
            while (queue, "todo", True) not in await rows(self.store, JOBS):
                await asyncio.sleep(0.05)

    async def leave(self, *codes: str) -> None:
        for each in codes:
            async with self.store.work() as work:
                await work.outbox.add(message(values={"code": each}))


@pytest.fixture
async def house(store: PostgresStore, database: StoreSettings, tmp_path: Path) -> AsyncIterator[House]:
    house = House(store, database, tmp_path)
    yield house
    stop_all(house.workers, within_s=0)


def ended(worker: Child) -> int:
    return worker.process.wait(HANGS_S)


async def test_what_was_committed_before_a_worker_starts_and_while_it_runs_is_sent_once(house: House) -> None:
    await house.leave("1", "2")
    worker = house.worker()
    await house.until(2)
    await house.leave("3")
    sent = await house.until(3)
    await house.all_ended()
    worker.signal(signal.SIGTERM)
    assert ended(worker) == 0
    assert sorted(line[2] for line in sent) == ["1", "2", "3"]
    assert len(house.lines()) == 3
    assert await rows(house.store, ENDED) == [(True, None, None, None)] * 3


async def test_one_without_an_acquirer_leaves_what_is_for_payments_to_others_and_says_so(house: House) -> None:
    owner = await kept_account(house.store)
    made = await kept(house.store, payment(owner.id, **OPEN))
    bill, charge = CommandKind.CREATE_BILL, CommandKind.CHARGE_ORDER
    async with house.store.work() as work:
        for kind in (bill, charge):
            await work.commands.accept(kind, f"{kind}", made.id, datetime.now(UTC))
    async with house.store.connection() as connection, connection.begin():
        await house.store.deferral.check(made.id, connection)
        await connection.execute(text("UPDATE procrastinate_jobs SET attempts = 30"))
    worker = house.worker()
    await house.until_put_back("policy_core")
    await house.leave("1")
    await house.until(1)
    assert await rows(house.store, JOBS) == [
        ("acquirer", "todo", False),
        ("checks", "todo", False),
        ("policy_core", "todo", True),
    ]
    assert await rows(house.store, "SELECT state, attempts, faults FROM commands") == [("WAITING", 0, 0)] * 2
    [told] = [json.loads(each) for each in worker.last_lines(50) if "no acquirer" in each]
    assert told["left_to_others"] == ["checks", "acquirer", "reconciling"]


async def test_while_many_wait_for_a_system_that_is_away_each_is_tried_seldom(house: House) -> None:
    owner = await kept_account(house.store)
    await test_contact_changes.accepted(house.store, owner.id)
    async with house.store.connection() as connection, connection.begin():
        await connection.execute(text(MANY))
    house.closed.touch()
    house.worker()
    await house.comes_to("SELECT scheduled_at > now() + interval '100 s' FROM procrastinate_jobs WHERE id = 1", True)


async def test_once_a_system_answers_again_nobody_waits_out_a_pause(house: House) -> None:
    for number in range(5):
        owner = await kept_account(house.store, number + 1)
        await test_contact_changes.accepted(house.store, owner.id)
    async with house.store.connection() as connection, connection.begin():
        await connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 h'"))
        await connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = 3"))
    house.worker()
    assert len(await house.until(5)) == 5


async def test_two_workers_share_the_work(house: House) -> None:
    house.worker()
    house.worker()
    codes = [str(number) for number in range(40)]
    await house.leave(*codes)
    await house.until(40)
    await house.all_ended()
    assert sorted(line[2] for line in house.lines()) == sorted(codes)


async def test_a_worker_killed_while_it_sends_loses_nothing(house: House) -> None:
    await house.leave("1")
    first = house.worker("hang")
    ((key, begun, _),) = await house.until(1)
    first.signal(signal.SIGKILL)
    ended(first)
    house.worker()
    lines = await house.until(2)
    await house.all_ended()
    assert begun == "begun"
    assert lines[1:] == [[key, "sent", "1"]]
    assert await rows(house.store, ENDED) == [(True, None, None, None)]


async def a_changed_phone(store: PostgresStore) -> None:
    """Leave the policy core to be told of a customer's new phone."""
    owner = await kept_account(store)
    await test_contact_changes.accepted(store, owner.id)


async def test_a_command_whose_worker_was_killed_is_done_by_the_next_under_the_same_request_id(house: House) -> None:
    await a_changed_phone(house.store)
    first = house.worker("hang")
    ((request_id, begun, phone),) = await house.until(1)
    first.signal(signal.SIGKILL)
    ended(first)
    house.worker()
    lines = await house.until(2)
    await house.all_ended(COMMANDS_LEFT)
    assert begun == "begun"
    assert lines[1:] == [[request_id, "written", phone]]
    assert await rows(house.store, "SELECT id::text, state, attempts FROM commands") == [(request_id, "DONE", 1)]


async def test_what_was_accepted_in_maintenance_is_done_after_it_in_its_order_by_however_many_workers(
    house: House,
) -> None:
    closed = house.file.with_suffix(".closed")
    closed.touch()
    owner = await kept_account(house.store)
    phones = [f"+7905000110{number}" for number in range(8)]
    for phone in phones:
        await test_contact_changes.accepted(house.store, owner.id, address=phone)
    house.worker()
    house.worker()
    await house.all_ended("SELECT 1 - count(*) FROM commands WHERE attempts > 2")
    tried = "SELECT state, attempts > 0, count(*) FROM commands GROUP BY 1, 2 ORDER BY 2"
    assert await rows(house.store, tried) == [("WAITING", False, 7), ("WAITING", True, 1)]
    assert house.lines() == []
    closed.unlink()
    assert [line[2] for line in await house.until(len(phones))] == phones
    await house.all_ended(COMMANDS_LEFT)
    assert await rows(house.store, "SELECT DISTINCT state FROM commands") == [("DONE",)]


async def test_a_command_whose_job_was_lost_is_left_again(house: House) -> None:
    await a_changed_phone(house.store)
    async with house.store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    house.worker()
    assert [line[1] for line in await house.until(1)] == ["written"]
    await house.all_ended(COMMANDS_LEFT)
    assert await rows(house.store, "SELECT state FROM commands") == [("DONE",)]


async def test_a_worker_told_to_stop_gives_back_what_it_could_not_end(house: House) -> None:
    await house.leave("1")
    first = house.worker("hang")
    ((key, _, _),) = await house.until(1)
    first.signal(signal.SIGTERM)
    assert ended(first) == 0
    assert await rows(house.store, "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'outbox.send'") == [
        ("todo",)
    ]
    house.worker()
    assert (await house.until(2))[1:] == [[key, "sent", "1"]]


async def test_a_worker_outlives_its_connections(house: House) -> None:
    worker = house.worker()
    await house.leave("1")
    await house.until(1)
    await house.all_ended()
    await rows(
        house.store,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'gateway worker'",
    )
    await house.leave("2")
    await house.until(2)
    await house.all_ended()
    worker.signal(signal.SIGTERM)
    assert ended(worker) == 0


async def test_a_message_whose_job_was_lost_is_left_again(house: House) -> None:
    await house.leave("1")
    async with house.store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
        await connection.exec_driver_sql("UPDATE messages SET left_at = now() - interval '1 day'")
    house.worker()
    assert [line[2] for line in await house.until(1)] == ["1"]


async def test_one_that_is_left_again_when_it_is_not_good_any_more_is_dead_and_nothing_of_it_kept(house: House) -> None:
    async with house.store.work() as work:
        await work.outbox.add(message(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    async with house.store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
        await connection.exec_driver_sql("UPDATE messages SET left_at = now() - interval '1 day'")
    house.worker()
    await house.all_ended("SELECT count(*) FROM messages WHERE dead_at IS NULL")
    assert await rows(house.store, "SELECT sent_at, address, contents, failure FROM messages") == [
        (None, None, None, "expired")
    ]
    assert house.lines() == []


async def test_what_is_done_with_is_removed_when_its_hour_comes(house: House) -> None:
    async with house.store.work() as work:
        await work.codes.add(code(uuid4(), expires_at=datetime.now(UTC) - timedelta(days=2)))
        await work.codes.add(code(uuid4(), expires_at=datetime.now(UTC)))
    async with house.store.connection() as connection, connection.begin():
        await connection.exec_driver_sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            """ VALUES ('outbox', 'store.purge', '{"timestamp": 0}')"""
        )
    house.worker()
    await house.all_ended("SELECT count(*) - 1 FROM codes")


async def test_a_job_that_a_living_worker_has_lost_sight_of_is_put_back(house: House) -> None:
    await house.leave("1")
    async with house.store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + '1 hour')")
        await connection.exec_driver_sql(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
        await connection.exec_driver_sql("UPDATE procrastinate_events SET at = now() - interval '1 hour'")
    house.worker()
    assert [line[2] for line in await house.until(1)] == ["1"]

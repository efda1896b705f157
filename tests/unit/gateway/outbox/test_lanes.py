"""Who hangs holds up nobody but those who wait for the same."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.outbox.models import CommandKind
from gateway.outbox.jobs import Task
from gateway.outbox.pauses import Pauses
from gateway.settings import StoreSettings
from gateway.store.deferral import CHECK, COMMAND, SEND
from gateway.store.store import PostgresStore
from tests.unit.gateway.outbox.at_work import SETTINGS, at_work, until

PAUSES = Pauses.of_commands(SETTINGS)
MANY = 40


async def hang(*_given: object) -> None:
    await asyncio.Event().wait()


async def left(store: PostgresStore, what: str, id_: UUID) -> None:
    """Leave a job, and before it more of the others than a worker has places for."""
    async with store.connection() as connection, connection.begin():
        for _ in range(MANY):
            if what != "policy_core":
                await store.deferral.command(uuid4(), CommandKind.CREATE_BILL, connection)
            if what != "message":
                await store.deferral.send(uuid4(), connection)
            if what != "check":
                await store.deferral.check(uuid4(), connection)
        match what:
            case "message":
                await store.deferral.send(id_, connection)
            case "check":
                await store.deferral.check(id_, connection)
            case "policy_core":
                await store.deferral.command(id_, CommandKind.CREATE_BILL, connection)
            case "claims_core":
                await store.deferral.command(id_, CommandKind.RECORD_DEDUCTIBLE, connection)
            case "acquirer":
                await store.deferral.command(id_, CommandKind.CHARGE_ORDER, connection)


@pytest.mark.parametrize("what", ["message", "check", "policy_core", "claims_core", "acquirer"])
async def test_what_one_outside_party_is_to_do_is_done_while_all_others_hang(
    store: PostgresStore, database: StoreSettings, what: str
) -> None:
    mine, done = uuid4(), []

    async def run(id_: UUID, _tries: int) -> None:
        if id_ != mine:
            await hang()
        done.append(id_)

    await left(store, what, mine)
    async with at_work(database, {name: Task(run, PAUSES, None) for name in (SEND, CHECK, COMMAND)}):
        await until(lambda: done == [mine])


async def test_what_waits_in_the_one_queue_of_old_is_done_too(store: PostgresStore, database: StoreSettings) -> None:
    mine, done = uuid4(), []

    async def run(id_: UUID, _tries: int) -> None:
        done.append(id_)

    async with store.connection() as connection, connection.begin():
        await store.deferral.command(mine, CommandKind.CREATE_BILL, connection)
        await connection.execute(text("UPDATE procrastinate_jobs SET queue_name = 'outbox'"))
    async with at_work(database, {COMMAND: Task(run, PAUSES, None)}):
        await until(lambda: done == [mine])

"""A database that is away, slow or of another revision is told as such, soon; a fault of ours is not hidden by it."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.errors import StoreUnavailable
from domain.models import Isn
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store import connections
from gateway.store.migrating import migrate
from gateway.store.revisions import RevisionDiffers
from gateway.store.store import PostgresStore, opened
from tests.unit.gateway.store.made import account, hash_of, kept_account, registration, rows, somebody_waits

CUT_ALL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def failure(settings: StoreSettings) -> str:
    """Return what is said of a database that cannot be had."""
    async with opened(settings) as store:
        assert store is not None
        with pytest.raises(StoreUnavailable) as told:
            await store.ping()
    return told.value.detail


@pytest.mark.parametrize("address", ["postgresql://somebody:pw-1@127.0.0.1:1/x", "postgresql:///x?host=/nowhere"])
async def test_nobody_there(address: str) -> None:
    detail = await failure(StoreSettings(address=Secret(address)))
    assert detail == "OperationalError"


async def test_somebody_there_who_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = StoreSettings(address=Secret(f"postgresql://127.0.0.1:{port}/x"), connect_timeout_s=2)
        async with asyncio.timeout(20):
            assert await failure(settings) == "ConnectionTimeout"


async def test_no_such_database(database: StoreSettings) -> None:
    assert database.address is not None
    elsewhere = Secret(database.address.replace("@/", "@/not_"))
    assert await failure(replace(database, address=elsewhere)) == "OperationalError"


async def test_all_connections_taken(database: StoreSettings) -> None:
    async with opened(replace(database, connections=1, more_connections=0, connection_wait_s=0.05)) as store:
        assert store is not None
        async with store.work():
            with pytest.raises(StoreUnavailable, match="no free connection"):
                await store.ping()
        await store.ping()


async def test_a_connection_that_is_cut_in_the_block_takes_its_work_along_and_nothing_else(
    store: PostgresStore,
) -> None:
    async def broken_off() -> None:
        async with store.work() as work:
            await work.accounts.add(account(1))
            await rows(store, CUT_ALL_OTHERS)
            await work.accounts.add(account(2))

    with pytest.raises(StoreUnavailable):
        await broken_off()
    assert await rows(store, "SELECT count(*) FROM accounts") == [(0,)]


async def test_connections_that_were_cut_while_nobody_used_them_are_not_noticed(store: PostgresStore) -> None:
    async with store.connection(), store.connection(), store.connection():
        pass
    await rows(store, CUT_ALL_OTHERS)
    await asyncio.gather(*(store.ping() for _ in range(3)))


async def test_a_row_that_another_does_not_let_go(database: StoreSettings, store: PostgresStore) -> None:
    made = registration("1")
    async with store.work() as work:
        await work.registrations.add(made)
    async with opened(replace(database, lock_timeout_s=0.05)) as hurried, store.work() as work:
        assert hurried is not None
        await work.registrations.by_token(made.token)
        with pytest.raises(StoreUnavailable, match="55P03"):
            async with hurried.work() as beside:
                await beside.registrations.by_token(made.token)


async def test_a_statement_that_takes_too_long(database: StoreSettings) -> None:
    async with opened(replace(database, statement_timeout_s=0.05)) as store:
        assert store is not None
        with pytest.raises(StoreUnavailable, match="57014"):
            await rows(store, "SELECT pg_sleep(20)")


async def test_a_transaction_that_is_left_lying(database: StoreSettings) -> None:
    async with opened(replace(database, idle_timeout_s=0.1)) as store:
        assert store is not None

        async def dawdle() -> None:
            async with store.work() as work:
                await work.accounts.add(account())
                await asyncio.sleep(0.5)
                await work.accounts.of_client(Isn(1))

        with pytest.raises(StoreUnavailable):
            await dawdle()


async def test_of_two_who_wait_for_each_other_one_is_let_go(store: PostgresStore) -> None:
    one, other = registration("1"), registration("2")
    async with store.work() as work:
        await work.registrations.add(one)
        await work.registrations.add(other)
    both_have_one = asyncio.Barrier(2)

    async def take(*tokens: bytes) -> None:
        async with store.work() as work:
            await work.registrations.by_token(hash_of("1") if tokens[0] == one.token else hash_of("2"))
            await both_have_one.wait()
            await work.registrations.by_token(hash_of("1") if tokens[1] == one.token else hash_of("2"))

    outcomes = await asyncio.gather(take(one.token, other.token), take(other.token, one.token), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "StoreUnavailable"]


async def test_a_fault_of_ours_stays_one_and_quotes_no_values(store: PostgresStore) -> None:
    made = await kept_account(store)
    with pytest.raises(IntegrityError) as raised:
        async with store.work() as work:
            await work.accounts.change(replace(made, email="Anna@Example.ru"))
    assert "[SQL parameters hidden" in str(raised.value)


async def test_a_database_of_another_revision_is_as_good_as_none_until_it_is_migrated(
    empty_database: StoreSettings,
) -> None:
    async with opened(empty_database) as store:
        assert store is not None
        with pytest.raises(StoreUnavailable, match="revision empty"):
            await store.ping()
        with pytest.raises(RevisionDiffers, match=r"at revision empty, wanted is .*: run python -m gateway migrate"):
            await store.verify()
        await asyncio.to_thread(migrate, empty_database)
        await store.ping()


async def test_without_an_address_there_is_none() -> None:
    async with opened(StoreSettings()) as store:
        assert store is None


async def test_a_request_that_is_cancelled_gives_its_connection_back_and_leaves_nothing(
    database: StoreSettings, store: PostgresStore
) -> None:
    async with opened(replace(database, connections=1, more_connections=0)) as narrow:
        assert narrow is not None

        async def add(then: Callable[[], Awaitable[Any]]) -> None:
            async with narrow.work() as work:
                await work.accounts.add(account(1))
                await then()

        async with store.work() as work:
            await work.accounts.add(account(1))
            waiting = asyncio.create_task(add(asyncio.Event().wait))
            await somebody_waits(store)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await narrow.ping()
    assert await rows(store, "SELECT count(*) FROM accounts") == [(1,)]


def test_the_address_is_never_shown(tmp_path: Path) -> None:
    settings = StoreSettings(address=Secret("postgresql://gateway:pw-1@db/x"))
    assert "pw-1" not in f"{settings} {settings!r}"
    with pytest.raises(ValueError, match="must start with postgresql://") as raised:
        StoreSettings(address=Secret("mysql://gateway:pw-1@db/x"))
    assert "pw-1" not in str(raised.value)


async def test_the_server_sees_who_we_are_and_what_we_bear(store: PostgresStore) -> None:
    async with store.connection() as connection:
        shown = {
            name: (await connection.execute(text(f"SHOW {name}"))).scalar_one()
            for name in ("application_name", "statement_timeout", "lock_timeout", "timezone")
        }
    assert shown == {
        "application_name": "gateway",
        "statement_timeout": "20s",
        "lock_timeout": "20s",
        "timezone": "UTC",
    }


async def test_the_server_is_to_notice_within_a_minute_that_a_machine_is_gone(database: StoreSettings) -> None:
    said = dict(each.split("=") for each in connections.parameters(database)["options"].split("-c ")[1:])
    idle, interval, count = (
        int(said[name]) for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count")
    )
    assert 0 < idle + interval * count <= 60
    # It takes them: here, where nothing is between, it has no use for them.
    async with opened(database) as store:
        assert store is not None
        await store.ping()

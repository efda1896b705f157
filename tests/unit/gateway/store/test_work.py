"""A unit of work: all of it or nothing, the messages included."""

import pytest

from domain.accounts.ports import Store
from domain.models import Isn
from gateway.store.messages import PostgresMessages
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import PHONE, account, kept_account, message, rows

JOBS = "SELECT task_name, queue_name, status::text, args ->> 'id' FROM procrastinate_jobs"


async def test_what_was_done_in_the_block_is_there_after_it(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.accounts.add(account())
        await work.outbox.add(message())
    ((id_,),) = await rows(store, "SELECT id FROM messages")
    assert await rows(store, "SELECT client_isn FROM accounts") == [(1,)]
    assert await rows(store, JOBS) == [("outbox.send", "messages", "todo", str(id_))]
    assert await PostgresMessages(store).waiting(id_) == message()


async def test_a_block_that_raises_leaves_neither_row_nor_message_nor_job(store: PostgresStore) -> None:
    async def given_up() -> None:
        async with store.work() as work:
            await work.accounts.add(account())
            await work.outbox.add(message())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await given_up()
    assert await rows(store, "SELECT 1 FROM accounts UNION ALL SELECT 2 FROM messages") == []
    assert await rows(store, "SELECT 1 FROM procrastinate_jobs UNION ALL SELECT 2 FROM procrastinate_events") == []


async def test_what_is_under_way_is_seen_by_nobody_else(store: PostgresStore) -> None:
    async with store.work() as work, store.work() as beside:
        await work.accounts.add(account())
        await work.outbox.add(message())
        assert await beside.accounts.of_client(Isn(1)) is None
        assert await rows(store, JOBS) == []


async def test_a_job_holds_nothing_personal(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.outbox.add(message())
    ((args,),) = await rows(store, "SELECT args FROM procrastinate_jobs")
    assert set(args) == {"id"}
    assert PHONE not in str(await rows(store, "SELECT procrastinate_jobs::text FROM procrastinate_jobs"))


async def test_it_is_the_domains_store(store: PostgresStore) -> None:
    port: Store = store
    kept = await kept_account(store)
    async with port.work() as work:
        assert await work.accounts.by_id(kept.id) == kept

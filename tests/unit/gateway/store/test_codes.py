"""One-time codes: the newest counts."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from domain.accounts.models import Code, CodePurpose
from domain.models import ContactKind
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, SOON, code, rows, somebody_waits

SUBJECT = uuid4()


async def kept(store: PostgresStore, *codes: Code) -> None:
    for each in codes:
        async with store.work() as work:
            await work.codes.add(each)


async def newest(store: PostgresStore, kind: ContactKind = ContactKind.PHONE) -> Code | None:
    async with store.work() as work:
        return await work.codes.newest(CodePurpose.REGISTRATION, SUBJECT, kind)


async def test_a_newer_code_voids_the_one_before(store: PostgresStore) -> None:
    old, new = code(SUBJECT, attempts=2, used_at=NOON), code(SUBJECT, hash=b"other", sent_at=SOON)
    await kept(store, old, new)
    assert await newest(store) == new
    async with store.work() as work:
        await work.codes.tried(old.id)
        await work.codes.used(old.id, NOON)
    assert await newest(store) == new


async def test_codes_for_something_else_count_beside_it(store: PostgresStore) -> None:
    phone, email = code(SUBJECT), code(SUBJECT, kind=ContactKind.EMAIL, address="a@example.ru")
    others = code(uuid4()), code(SUBJECT, purpose=CodePurpose.RECOVERY)
    await kept(store, phone, email, *others)
    assert await newest(store) == phone
    assert await newest(store, ContactKind.EMAIL) == email


async def test_tries_are_counted_and_the_first_use_stays(store: PostgresStore) -> None:
    made = code(SUBJECT)
    await kept(store, made)
    async with store.work() as work:
        await work.codes.tried(made.id)
        await work.codes.tried(made.id)
        await work.codes.used(made.id, NOON)
        await work.codes.used(made.id, NOON + timedelta(minutes=1))
    found = await newest(store)
    assert found is not None
    assert (found.attempts, found.used_at) == (2, NOON)


async def test_no_try_is_lost_among_those_that_come_together(store: PostgresStore) -> None:
    made = code(SUBJECT)
    await kept(store, made)

    async def wrong() -> None:
        async with store.work() as work:
            found = await work.codes.newest(CodePurpose.REGISTRATION, SUBJECT, ContactKind.PHONE)
            assert found is not None
            if found.attempts < 3:
                await work.codes.tried(found.id)

    await asyncio.gather(*(wrong() for _ in range(8)))
    found = await newest(store)
    assert found is not None
    assert found.attempts == 3


async def test_of_codes_added_at_the_same_time_one_counts(store: PostgresStore) -> None:
    first, second = code(SUBJECT), code(SUBJECT, hash=b"second")
    async with store.work() as work:
        await work.codes.add(first)
        adding = asyncio.create_task(kept(store, second))
        await somebody_waits(store)
    await adding
    assert await newest(store) == second
    assert await rows(store, "SELECT count(*) FROM codes") == [(1,)]

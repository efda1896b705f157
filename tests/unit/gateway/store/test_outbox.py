"""Messages that wait: until a newer one says what counts, or what they are about is no more."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts.models import CodePurpose
from domain.accounts.ports import Message, Topic
from domain.models import ContactKind
from gateway.store.messages import PostgresMessages
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import EMAIL, SOON, message, rows

SUBJECT = uuid4()
TOPIC = Topic(CodePurpose.RECOVERY, SUBJECT)
OF_A_CODE: dict[str, Any] = {"topic": TOPIC, "expires_at": SOON}
OTHERS: list[dict[str, Any]] = [
    {"topic": Topic(CodePurpose.RECOVERY, uuid4())},
    {"topic": Topic(CodePurpose.SIGN_IN, SUBJECT)},
    {"topic": TOPIC, "kind": ContactKind.EMAIL, "address": EMAIL},
    {"topic": None},
]


async def left(store: PostgresStore, **changed: Any) -> UUID:
    """Leave a message; return its id."""
    before = {each for (each,) in await rows(store, "SELECT id FROM messages")}
    async with store.work() as work:
        await work.outbox.add(message(**changed))
    [(id_,)] = [each for each in await rows(store, "SELECT id FROM messages") if each[0] not in before]
    assert isinstance(id_, UUID)
    return id_


async def waiting(store: PostgresStore, id_: UUID) -> Message | None:
    return await PostgresMessages(store).waiting(id_)


async def failures(store: PostgresStore) -> list[tuple[Any, ...]]:
    """What was given up, and what is kept of it."""
    query = "SELECT failure, address, contents FROM messages WHERE dead_at IS NOT NULL ORDER BY failure"
    return await rows(store, query)


async def test_what_it_is_good_for_comes_back_with_it(store: PostgresStore) -> None:
    assert await waiting(store, await left(store, **OF_A_CODE)) == message(**OF_A_CODE)


async def test_a_newer_code_replaces_the_message_of_the_one_before(store: PostgresStore) -> None:
    old = await left(store, **OF_A_CODE)
    new = await left(store, **OF_A_CODE, values={"code": "654321"})
    assert await waiting(store, old) is None
    assert await waiting(store, new) == message(**OF_A_CODE, values={"code": "654321"})
    assert await failures(store) == [("replaced", None, None)]


async def test_one_that_is_rolled_back_replaces_nothing(store: PostgresStore) -> None:
    old = await left(store, **OF_A_CODE)

    async def broken_off() -> None:
        async with store.work() as work:
            await work.outbox.add(message(**OF_A_CODE))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken_off()
    assert await waiting(store, old) is not None


@pytest.mark.parametrize("other", OTHERS)
async def test_a_message_about_something_else_replaces_nothing(store: PostgresStore, other: dict[str, Any]) -> None:
    old = await left(store, **OF_A_CODE)
    beside = await left(store, **other)
    assert None not in [await waiting(store, old), await waiting(store, beside)]


async def test_what_was_sent_stays_as_it_is(store: PostgresStore) -> None:
    await PostgresMessages(store).sent(await left(store, **OF_A_CODE))
    await left(store, **OF_A_CODE)
    async with store.work() as work:
        await work.outbox.void([SUBJECT])
    assert await rows(store, "SELECT count(*) FROM messages WHERE sent_at IS NOT NULL AND dead_at IS NULL") == [(1,)]


async def test_one_that_is_just_being_sent_when_it_is_replaced_stays_replaced(store: PostgresStore) -> None:
    old = await left(store, **OF_A_CODE)
    await left(store, **OF_A_CODE)
    await PostgresMessages(store).sent(old)
    assert await failures(store) == [("replaced", None, None)]


async def test_of_a_void_subject_nothing_is_sent_and_of_others_all(store: PostgresStore) -> None:
    phone, mail = await left(store, **OF_A_CODE), await left(store, **OF_A_CODE, kind=ContactKind.EMAIL, address=EMAIL)
    beside = [await left(store, **OTHERS[0]), await left(store)]
    async with store.work() as work:
        await work.outbox.void([SUBJECT, uuid4()])
        await work.outbox.void([])
    assert [await waiting(store, phone), await waiting(store, mail)] == [None, None]
    assert None not in [await waiting(store, each) for each in beside]
    assert await failures(store) == [("void", None, None)] * 2


async def test_a_topic_is_whole(store: PostgresStore) -> None:
    await left(store, **OF_A_CODE)
    with pytest.raises(IntegrityError, match="messages_topic_check"):
        async with store.connection() as connection, connection.begin():
            await connection.exec_driver_sql("UPDATE messages SET purpose = NULL")


async def test_a_message_of_a_gateway_that_knows_of_no_end_is_sent_whenever(store: PostgresStore) -> None:
    old = await left(store, **OF_A_CODE)
    async with store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("UPDATE messages SET purpose = NULL, subject = NULL, expires_at = NULL")
    assert await waiting(store, old) == message()

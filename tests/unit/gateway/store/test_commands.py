"""Commands: one after the other of a subject, each ended once, a dead one in the way of those after it."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from domain.outbox.models import CommandAction, CommandId, CommandKind, CommandState, Wish
from gateway.store.deferral import SYSTEMS
from gateway.store.left import LeftCommands
from gateway.store.store import PostgresStore
from tests.fakes.clock import StillClock
from tests.unit.gateway.store.made import NOON, rows, somebody_waits

BILL = CommandKind.CREATE_BILL
DONE, DEAD = CommandState.DONE, CommandState.DEAD
OWNER = uuid4()
JOBS = "SELECT task_name, args ->> 'id', (SELECT count(*) FROM jsonb_object_keys(args)) FROM procrastinate_jobs"


async def accepted(store: PostgresStore, subject: str = "one", owner: UUID = OWNER) -> CommandId:
    async with store.work() as work:
        return await work.commands.accept(BILL, subject, owner, NOON)


async def is_head(store: PostgresStore, id_: CommandId) -> bool:
    async with store.work() as work:
        return await work.commands.head(id_) is not None


async def ended(store: PostgresStore, id_: CommandId, state: CommandState, why: str | None = None) -> bool:
    async with store.work() as work:
        return await work.commands.end(id_, state, NOON, why)


async def jobs_of(store: PostgresStore, id_: CommandId) -> int:
    return sum(row[1] == str(id_) for row in await rows(store, JOBS))


async def taken(store: PostgresStore) -> None:
    """As if workers had taken and finished every job."""
    async with store.connection() as connection, connection.begin():
        await connection.execute(text("DELETE FROM procrastinate_jobs"))


async def test_a_command_leaves_a_job_that_knows_its_id_alone(store: PostgresStore) -> None:
    id_ = await accepted(store)
    assert await rows(store, JOBS) == [("commands.deliver", str(id_), 1)]
    async with store.work() as work:
        (kept,) = await work.commands.of_owner(OWNER)
    assert (kept.id, kept.kind, kept.subject, kept.state) == (id_, BILL, "one", CommandState.WAITING)


@pytest.mark.parametrize(
    ("kind", "queue"),
    [
        (BILL, "policy_core"),
        (CommandKind.RECORD_DEDUCTIBLE, "claims_core"),
        (CommandKind.CHARGE_ORDER, "acquirer"),
    ],
)
async def test_its_job_waits_in_the_queue_of_the_system_however_it_is_left(
    store: PostgresStore, kind: CommandKind, queue: str
) -> None:
    async with store.work() as work:
        first, _ = [await work.commands.accept(kind, "one", OWNER, NOON) for _ in range(2)]
    queues = "SELECT DISTINCT queue_name FROM procrastinate_jobs"
    assert await rows(store, queues) == [(queue,)]
    await taken(store)
    await LeftCommands(store, StillClock(NOON + timedelta(minutes=1))).leave_again(timedelta(0))
    assert await rows(store, queues) == [(queue,)]
    await taken(store)
    await ended(store, first, DONE)
    assert await rows(store, queues) == [(queue,)]


def test_every_kind_is_done_by_a_system() -> None:
    assert set(SYSTEMS) == set(CommandKind)


async def test_without_its_transaction_there_is_neither_command_nor_job(store: PostgresStore) -> None:
    async def broken_off() -> None:
        async with store.work() as work:
            await work.commands.accept(BILL, "one", OWNER, NOON)
            raise LookupError

    with pytest.raises(LookupError):
        await broken_off()
    assert await rows(store, JOBS) == []
    assert await rows(store, "SELECT id FROM commands") == []


async def test_of_one_subject_the_first_accepted_is_the_first_delivered(store: PostgresStore) -> None:
    first, second = await accepted(store), await accepted(store)
    other = await accepted(store, "two")
    assert [await is_head(store, each) for each in (first, second, other)] == [True, False, True]
    await ended(store, first, DONE)
    assert [await is_head(store, each) for each in (first, second, other)] == [False, True, True]


@pytest.mark.parametrize(("state", "why"), [(DONE, None), (CommandState.REFUSED, "NO")])
async def test_the_end_of_one_leaves_the_next_to_be_delivered(
    store: PostgresStore, state: CommandState, why: str | None
) -> None:
    first, second, third = [await accepted(store) for _ in range(3)]
    await taken(store)
    await ended(store, first, state, why)
    assert [await jobs_of(store, each) for each in (first, second, third)] == [0, 1, 0]


async def test_of_two_who_end_one_the_first_is_told_so(store: PostgresStore) -> None:
    id_ = await accepted(store)
    both = await asyncio.gather(ended(store, id_, DONE), ended(store, id_, CommandState.REFUSED, "NO"))
    assert sorted(both) == [False, True]


async def test_who_tried_in_vain_what_another_has_ended_meanwhile_counts_nothing(store: PostgresStore) -> None:
    id_ = await accepted(store)
    await ended(store, id_, DONE)
    async with store.work() as work:
        await work.commands.tried(id_, 7, 0)
    assert await rows(store, "SELECT attempts, faults FROM commands") == [(1, 0)]


async def test_a_dead_one_holds_up_those_after_it_until_an_operator_decides(store: PostgresStore) -> None:
    first, second = await accepted(store), await accepted(store)
    await taken(store)
    await ended(store, first, DEAD, "NotFound")
    assert not await is_head(store, second)
    assert await jobs_of(store, second) == 0
    async with store.work() as work:
        dead = (await work.commands.of_owner(OWNER))[0]
        assert await work.commands.act(dead.number, CommandAction.DROP, "Ivanova", "paid by hand", NOON)
    assert await is_head(store, second)
    assert await jobs_of(store, second) == 1
    # Why it was dead stays known.
    assert await rows(store, "SELECT state, failure FROM commands ORDER BY number LIMIT 1") == [("DROPPED", "NotFound")]


async def test_a_dead_one_is_tried_again_under_its_own_request_id(store: PostgresStore) -> None:
    id_ = await accepted(store)
    await ended(store, id_, DEAD, "NotFound")
    await taken(store)
    async with store.work() as work:
        (dead,) = await work.commands.of_owner(OWNER)
        assert await work.commands.act(dead.number, CommandAction.RETRY, "Ivanova", "core was mended", NOON)
    assert await is_head(store, id_)
    assert await jobs_of(store, id_) == 1


@pytest.mark.parametrize("task", ["commands.deliver", "contacts.deliver"])
async def test_one_that_waits_is_tried_now_by_the_job_that_it_has_and_no_other_is(
    store: PostgresStore, task: str
) -> None:
    id_, other = await accepted(store), await accepted(store, "another", uuid4())
    async with store.connection() as connection, connection.begin():
        later = "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour', task_name = :task"
        await connection.execute(text(later), {"task": task})
    assert await acted(store, CommandAction.RETRY)
    due = "SELECT args ->> 'id', scheduled_at <= now() FROM procrastinate_jobs ORDER BY id"
    assert await rows(store, due) == [(str(id_), True), (str(other), False)]
    assert await rows(store, "SELECT action FROM command_actions") == [("RETRY",)]


async def test_one_that_is_tried_just_now_is_given_no_second_job(store: PostgresStore) -> None:
    id_ = await accepted(store)
    async with store.connection() as connection, connection.begin():
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    assert await acted(store, CommandAction.RETRY)
    assert await jobs_of(store, id_) == 1


async def test_one_that_waits_without_a_job_is_given_one(store: PostgresStore) -> None:
    id_ = await accepted(store)
    await taken(store)
    assert await acted(store, CommandAction.RETRY)
    assert await jobs_of(store, id_) == 1


async def test_one_that_waits_may_be_given_up_and_the_next_has_its_turn(store: PostgresStore) -> None:
    first, second = await accepted(store), await accepted(store)
    await taken(store)
    assert await acted(store, CommandAction.DROP)
    assert await rows(store, "SELECT state, failure FROM commands WHERE ended_at IS NOT NULL") == [
        ("DROPPED", "DROPPED")
    ]
    assert (await is_head(store, second), await jobs_of(store, second)) == (True, 1)
    assert not await ended(store, first, DONE)


async def acted(store: PostgresStore, action: CommandAction) -> bool:
    """Act on the first command."""
    async with store.work() as work:
        first = (await work.commands.of_owner(OWNER))[0]
        return await work.commands.act(first.number, action, "Ivanova", "as agreed", NOON) is not None


@pytest.mark.parametrize("state", [DONE, CommandState.REFUSED])
async def test_one_that_is_over_is_no_operators_business(store: PostgresStore, state: CommandState) -> None:
    id_ = await accepted(store)
    await ended(store, id_, state, "NO" if state is CommandState.REFUSED else None)
    async with store.work() as work:
        (one,) = await work.commands.of_owner(OWNER)
        assert await work.commands.act(one.number, CommandAction.DROP, "Ivanova", "no reason", NOON) is None
    assert await rows(store, "SELECT id FROM command_actions") == []


@pytest.mark.parametrize("change", ["UPDATE command_actions SET by = 'x'", "DELETE FROM command_actions"])
async def test_what_operators_did_is_kept_for_good(store: PostgresStore, change: str) -> None:
    id_ = await accepted(store)
    await ended(store, id_, DEAD, "NotFound")
    async with store.work() as work:
        (dead,) = await work.commands.of_owner(OWNER)
        await work.commands.act(dead.number, CommandAction.DROP, "Ivanova", "paid by hand", NOON)
    async with store.engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="added to only"):
            await connection.execute(text(change))
    kept = await rows(store, "SELECT command_id, action, by, reason FROM command_actions")
    assert kept == [(id_, "DROP", "Ivanova", "paid by hand")]


async def test_one_that_ends_while_the_next_is_accepted_waits_for_it_and_leaves_it_to_be_delivered(
    store: PostgresStore,
) -> None:
    first = await accepted(store, "raced")
    async with store.work() as work:
        second = await work.commands.accept(BILL, "raced", OWNER, NOON)
        ending = asyncio.create_task(ended(store, first, DONE))
        await somebody_waits(store)
    assert await ending
    # One job was left when it was accepted, and may have been taken before its turn had come.
    assert await jobs_of(store, second) == 2


async def test_one_that_is_accepted_while_the_one_before_it_ends_waits_for_that_and_is_the_first(
    store: PostgresStore,
) -> None:
    first = await accepted(store, "raced")
    async with store.work() as work:
        assert await work.commands.end(first, DONE, NOON)
        accepting = asyncio.create_task(accepted(store, "raced"))
        await somebody_waits(store)
    second = await accepting
    assert await is_head(store, second)
    assert await jobs_of(store, second) == 1


async def test_an_operator_who_gives_one_up_while_the_next_is_accepted_leaves_that_to_be_delivered(
    store: PostgresStore,
) -> None:
    await accepted(store, "raced")
    async with store.work() as work:
        second = await work.commands.accept(BILL, "raced", uuid4(), NOON)
        await taken(store)
        acting = asyncio.create_task(acted(store, CommandAction.DROP))
        await somebody_waits(store)
    assert await acting
    assert (await is_head(store, second), await jobs_of(store, second)) == (True, 1)


async def test_one_without_a_job_is_given_one_again(store: PostgresStore) -> None:
    first, second = await accepted(store), await accepted(store)
    await taken(store)
    # Long ago by the database's clock, and a minute by ours.
    left = LeftCommands(store, StillClock(NOON + timedelta(minutes=1)))
    assert await left.leave_again(timedelta(minutes=1)) == []
    assert await left.leave_again(timedelta(seconds=59)) == [first]
    assert (await jobs_of(store, first), await jobs_of(store, second)) == (1, 0)
    assert await left.leave_again(timedelta(0)) == []
    await taken(store)
    await ended(store, first, DEAD, "NotFound")
    assert await left.leave_again(timedelta(0)) == []


async def test_a_wish_is_granted_once_and_remembered_with_its_input(store: PostgresStore) -> None:
    wish, object_ = Wish("anna/pay", "key-1234", b"\1" * 32), uuid4()
    async with store.work() as work:
        assert await work.wishes.granted(wish.scope, wish.key) is None
        assert await work.wishes.claim(wish, object_, NOON) == (wish.digest, object_)
    async with store.work() as work:
        assert await work.wishes.claim(Wish(wish.scope, wish.key, b"\2" * 32), uuid4(), NOON) == (wish.digest, object_)
        assert await work.wishes.granted("boris/pay", wish.key) is None


async def test_a_second_one_with_the_key_waits_for_what_becomes_of_the_first(store: PostgresStore) -> None:
    wish, first, second = Wish("anna/pay", "key-1234", b"\1" * 32), uuid4(), uuid4()

    async def other() -> tuple[bytes, UUID]:
        async with store.work() as work:
            return await work.wishes.claim(wish, second, NOON)

    async with store.work() as work:
        await work.wishes.claim(wish, first, NOON)
        waiting = asyncio.create_task(other())
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
    assert await waiting == (wish.digest, first)


async def test_faults_in_a_row_are_kept_with_the_command_until_an_operator_has_it_tried_again(
    store: PostgresStore,
) -> None:
    id_ = await accepted(store)
    met = []
    async with store.work() as work:
        [number] = [each.number for each in await work.commands.of_owner(OWNER)]
        for before, faults in ((0, 1), (1, 2), (2, 0), (0, 1)):
            await work.commands.tried(id_, faults, before)
            head = await work.commands.head(id_)
            assert head is not None
            met.append((head.attempts, head.faults))
        assert await work.commands.act(number, CommandAction.RETRY, "Ivanova", "was mended", NOON)
        again = await work.commands.head(id_)
    assert met == [(1, 1), (2, 2), (3, 0), (4, 1)]
    assert again is not None
    assert (again.attempts, again.faults) == (4, 0)


async def test_a_try_that_was_under_way_when_an_operator_had_it_tried_again_neither_counts_nor_ends_it(
    store: PostgresStore,
) -> None:
    id_ = await accepted(store)
    async with store.work() as work:
        await work.commands.tried(id_, 1, 0)
        [before] = await work.commands.of_owner(OWNER)
        assert await work.commands.act(before.number, CommandAction.RETRY, "Ivanova", "was mended", NOON)
        assert not await work.commands.end(id_, DEAD, NOON, "ValueError", before.faults)
        await work.commands.tried(id_, before.faults + 1, before.faults)
        [after] = await work.commands.of_owner(OWNER)
        assert (after.state, after.attempts, after.faults) == (CommandState.WAITING, 2, 0)
        assert await work.commands.end(id_, DEAD, NOON, "ValueError", after.faults)

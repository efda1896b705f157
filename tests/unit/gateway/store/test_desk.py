"""What operators and metrics are shown of commands."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from domain.outbox.models import CommandKind, CommandState
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from gateway.outbox.counting import Counting
from gateway.store.desk import Desk, Job, Standing, Wanted
from gateway.store.store import PostgresStore
from tests.fakes.clock import StillClock
from tests.unit.gateway.store.made import NOON

BILL, CONFIRM = CommandKind.CREATE_BILL, CommandKind.CONFIRM_PAYMENT
WAITING, DEAD, DONE = CommandState.WAITING, CommandState.DEAD, CommandState.DONE


async def kept(store: PostgresStore, *wanted: tuple[CommandKind, CommandState]) -> None:
    """Keep commands, a minute apart."""
    for number, (kind, state) in enumerate(wanted):
        async with store.work() as work:
            id_ = await work.commands.accept(kind, f"{number}", uuid4(), NOON + timedelta(minutes=number))
            if state is not WAITING:
                await work.commands.end(id_, state, NOON, "NotFound" if state is DEAD else None)


async def test_the_dead_come_first_each_in_their_order_and_what_was_left_out_is_counted(store: PostgresStore) -> None:
    await kept(store, (BILL, WAITING), (BILL, DEAD), (BILL, DONE), (BILL, WAITING), (BILL, DEAD))
    listing = await Desk(store).listed(Wanted([WAITING, DEAD]), 3)
    assert [(each.command.subject, each.command.state) for each in listing.commands] == [
        ("1", DEAD),
        ("4", DEAD),
        ("0", WAITING),
    ]
    assert listing.more == 1


async def test_of_several_jobs_the_one_that_comes_first_is_told(store: PostgresStore) -> None:
    await kept(store, (BILL, WAITING))
    copied = """INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at, status)
      SELECT queue_name, task_name, args, {}, '{}' FROM procrastinate_jobs LIMIT 1"""

    async def job(at: str, status: str = "todo") -> Job | None:
        async with store.connection() as connection, connection.begin():
            await connection.exec_driver_sql(copied.format(at, status))
        [listed] = (await Desk(store).listed(Wanted([WAITING]), 1)).commands
        return listed.job

    assert await job("now() + interval '1 h'") == Job(is_under_way=False, due=None)
    assert await job("NULL", "doing") == Job(is_under_way=True, due=None)


async def test_it_is_counted_how_many_of_each_kind_wait_and_are_dead_and_for_how_long(store: PostgresStore) -> None:
    await kept(store, (BILL, DONE), (BILL, WAITING), (BILL, WAITING), (CONFIRM, DEAD))
    standing = await Desk(store).standing(NOON + timedelta(minutes=3))
    assert standing[BILL] == Standing(waiting=2, dead=0, oldest_s=120)
    assert standing[CONFIRM] == Standing(waiting=0, dead=1, oldest_s=0)
    assert standing[CommandKind.UPDATE_CONTACTS] == Standing()


async def test_what_is_counted_is_shown_and_taken_back_when_it_is_over(store: PostgresStore) -> None:
    metrics, clock = Metrics(), StillClock()
    counting = Counting(Desk(store), OutboxTally(metrics), clock)
    await kept(store, (BILL, WAITING), (CONFIRM, DEAD))

    def shown(name: str, kind: CommandKind) -> float | None:
        return metrics.registry.get_sample_value(f"gateway_commands_{name}", {"kind": kind.value})

    await counting.run()
    assert [shown("waiting", BILL), shown("dead", CONFIRM), shown("dead", BILL)] == [1, 1, 0]
    assert shown("oldest_seconds", BILL) == (clock.now() - NOON).total_seconds()
    async with store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("UPDATE commands SET state = 'DONE', ended_at = now(), failure = NULL")
    await counting.run()
    assert [shown("waiting", BILL), shown("dead", CONFIRM), shown("oldest_seconds", BILL)] == [0, 0, 0]

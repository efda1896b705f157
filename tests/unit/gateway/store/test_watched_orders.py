"""Orders that are watched: kept, found by callback and by time, and settled once, whoever comes first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from domain.acquirer import Order, OrderState
from domain.payments.models import Payment, PaymentFailure, PaymentState
from domain.payments.watching import WatchedOrder
from gateway.store.notices import PostgresNotices
from gateway.store.store import PostgresStore
from resolvers.use_cases.payments import following
from resolvers.use_cases.payments.closing import close
from tests.unit.gateway.store.made import NOON, kept_account, rows, somebody_waits
from tests.unit.gateway.store.made_payments import CHARGED, OPEN, PAYABLES, STOPPED, kept, named, payment, shown
from tests.unit.resolvers.use_cases.paying import RULES

LATER = NOON + timedelta(hours=1)
WATCHED = "SELECT order_id, since, look_at, paid_at FROM watched_orders"
JOBS = "SELECT task_name, args ->> 'id' FROM procrastinate_jobs"
COMMANDS = "SELECT kind FROM commands"


async def watch(store: PostgresStore, *orders: WatchedOrder) -> None:
    async with store.work() as work:
        for each in orders:
            await work.watched_orders.add(each)


async def watched(store: PostgresStore, order: str) -> WatchedOrder | None:
    async with store.work() as work:
        return await work.watched_orders.by_id(order)


async def settle(store: PostgresStore, made: Payment, order: str, state: OrderState) -> following.Change:
    """Let the acquirer say something of an order."""
    said = Order(order, state, made.amount, LATER if state is OrderState.PAID else None)
    async with store.work() as work:
        change = await following.settle(work, made.id, said, RULES, LATER)
    assert change is not None
    return change


async def declined(store: PostgresStore) -> Payment:
    """Return a payment whose first order was declined, and which has a second."""
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **CHARGED))
    anew = (await settle(store, made, "order-1", OrderState.DECLINED)).after
    assert (anew.state, anew.order) == (PaymentState.WAITING, None)
    again = replace(anew, **{**OPEN, "order": "order-2", "means": None})
    async with store.work() as work:
        await work.payments.change(again)
    return again


async def test_it_is_kept_as_it_is_and_changed(store: PostgresStore) -> None:
    made = await kept(store, payment((await kept_account(store)).id, **OPEN))
    first = WatchedOrder("order-0", made.id, NOON, LATER)
    await watch(store, first)
    assert await watched(store, "order-0") == first
    paid = replace(first, look_at=None, paid_at=LATER)
    async with store.work() as work:
        await work.watched_orders.change(paid)
    assert await watched(store, "order-0") == paid
    assert await watched(store, "order-1") is None


async def test_watched_anew_it_begins_anew_unless_it_is_known_to_be_paid(store: PostgresStore) -> None:
    made = await kept(store, payment((await kept_account(store)).id, **OPEN))
    paid = WatchedOrder("paid", made.id, NOON, None, NOON)
    await watch(store, WatchedOrder("unpaid", made.id, NOON, None), paid)
    await watch(store, *(WatchedOrder(each, made.id, LATER, LATER) for each in ("unpaid", "paid")))
    assert await watched(store, "unpaid") == WatchedOrder("unpaid", made.id, LATER, LATER)
    assert await watched(store, "paid") == paid


async def test_due_are_those_whose_time_has_come_the_longest_due_first(store: PostgresStore) -> None:
    owner = await kept_account(store)
    one = await kept(store, payment(owner.id, **OPEN))
    other = await kept(store, payment(owner.id, PAYABLES[1], **{**OPEN, **named(2)}))
    looks = {"late": (one, LATER), "early": (other, NOON), "over": (one, None), "soon": (one, NOON + timedelta(1))}
    await watch(store, *(WatchedOrder(each, of.id, NOON, at) for each, (of, at) in looks.items()))
    async with store.work() as work:
        assert await work.watched_orders.due(LATER, 10) == ["early", "late"]
        assert await work.watched_orders.due(LATER, 1) == ["early"]
        assert await work.watched_orders.due(LATER - timedelta(seconds=1), 10) == ["early"]
        assert await work.watched_orders.due_of(one.id, LATER) == ["late"]


async def test_what_is_paid_is_not_to_be_asked_about(store: PostgresStore) -> None:
    made = await kept(store, payment((await kept_account(store)).id, **OPEN))
    with pytest.raises(IntegrityError):
        await watch(store, WatchedOrder("order-0", made.id, NOON, LATER, LATER))


async def test_the_order_that_was_declined_is_watched_and_found_by_its_callback(store: PostgresStore) -> None:
    made = await declined(store)
    async with store.work() as work:
        assert await work.payments.of_order("order-1") == made.id
        assert await work.payments.of_order("order-2") == made.id
    over = WatchedOrder("order-1", made.id, LATER, None)
    async with store.work() as work:
        await work.watched_orders.change(over)
    for order in ("order-1", "order-2", "order-3"):
        await PostgresNotices(store).came(order)
    assert await rows(store, JOBS + " WHERE task_name = 'payments.check'") == [("payments.check", str(made.id))] * 2
    assert await watched(store, "order-1") == replace(over, look_at=LATER)


async def test_a_callback_of_one_that_is_known_to_be_paid_is_nothing_new(store: PostgresStore) -> None:
    made = await declined(store)
    await settle(store, made, "order-1", OrderState.PAID)
    before = await watched(store, "order-1")
    await PostgresNotices(store).came("order-1")
    assert await watched(store, "order-1") == before


async def test_one_that_is_paid_after_all_is_told_to_the_core_once_and_the_other_is_watched(
    store: PostgresStore,
) -> None:
    made = await declined(store)
    paid = await settle(store, made, "order-1", OrderState.PAID)
    for state in (OrderState.PAID, OrderState.DECLINED):
        again = await settle(store, made, "order-1", state)
        assert (again.after, again.stops) == (again.before, False)
    assert (paid.after.state, paid.after.order, paid.stops) == (PaymentState.CONFIRMING, "order-1", False)
    assert await shown(store, made) == paid.after
    assert await rows(store, COMMANDS + " WHERE kind = 'CONFIRM_PAYMENT'") == [("CONFIRM_PAYMENT",)]
    assert await rows(store, WATCHED + " ORDER BY 1") == [
        ("order-1", LATER, None, LATER),
        ("order-2", LATER, LATER, None),
    ]


async def test_two_orders_that_are_paid_at_the_same_time_are_one_confirmation_and_one_alarm(
    store: PostgresStore,
) -> None:
    made = await declined(store)
    async with store.work() as work:
        await work.payments.by_id(made.id)
        both = [
            asyncio.create_task(settle(store, made, order, OrderState.PAID))
            for order in ("order-1", "order-2", "order-1", "order-2")
        ]
        await somebody_waits(store, len(both))
    changes = await asyncio.gather(*both)
    assert sorted(each.stops for each in changes) == [False, False, False, True]
    assert await rows(store, COMMANDS + " WHERE kind = 'CONFIRM_PAYMENT'") == [("CONFIRM_PAYMENT",)]
    after = await shown(store, made)
    assert (after.state, after.doubled_at) == (PaymentState.CONFIRMING, LATER)
    async with store.work() as work:
        assert await work.payments.for_a_person() == [after]


@pytest.mark.parametrize(
    ("changed", "state", "failure"),
    [
        ({**OPEN, "state": PaymentState.FAILED, "failure": PaymentFailure.DECLINED}, PaymentState.STOPPED, None),
        (
            {**STOPPED, "paid_at": None, "doubled_at": None, "failure": PaymentFailure.AMOUNT_DIFFERS},
            PaymentState.STOPPED,
            None,
        ),
        (STOPPED, PaymentState.STOPPED, PaymentFailure.NOT_CONFIRMED),
    ],
    ids=["failed", "stopped without money", "stopped with money"],
)
async def test_whatever_has_become_of_the_payment_money_of_a_former_order_is_noticed_once(
    store: PostgresStore, changed: dict[str, Any], state: PaymentState, failure: PaymentFailure | None
) -> None:
    owner = await kept_account(store)
    ended = {
        **changed,
        "doubled_at": None,
        "address": None,
        "ended_at": NOON + timedelta(minutes=4),
        "order": "order-2",
    }
    made = await kept(store, payment(owner.id, **ended))
    await watch(store, WatchedOrder("order-1", made.id, NOON, NOON))
    changes = [await settle(store, made, "order-1", OrderState.PAID) for _ in range(2)]
    assert [each.stops for each in changes] == [True, False]
    after = await shown(store, made)
    assert (after.state, after.failure) == (state, PaymentFailure.NOT_CONFIRMED)
    assert (after.doubled_at is not None) is (failure is not None)


@pytest.mark.parametrize(("changed", "is_watched"), [({"in_vain": 20}, True), (STOPPED, False)])
async def test_what_a_person_closes_unseen_is_watched(
    store: PostgresStore, changed: dict[str, Any], *, is_watched: bool
) -> None:
    made = await kept(store, payment((await kept_account(store)).id, **{**OPEN, **changed}))
    assert await close(store, made.number, "Ivanova", "void by the bank's statement", LATER)
    assert await rows(store, WATCHED) == ([("order-1", LATER, LATER, None)] if is_watched else [])


async def test_money_that_a_person_has_seen_to_is_not_money_again(store: PostgresStore) -> None:
    made = await kept(store, payment((await kept_account(store)).id, **STOPPED))
    await watch(store, WatchedOrder("order-0", made.id, NOON, NOON))
    assert await close(store, made.number, "Ivanova", "money sent back", LATER)
    assert (await settle(store, made, "order-0", OrderState.PAID)).stops
    assert not (await settle(store, made, "order-1", OrderState.PAID)).stops


async def test_a_payment_that_waits_to_be_doubled_has_money(store: PostgresStore) -> None:
    owner = await kept_account(store)
    with pytest.raises(IntegrityError):
        await kept(store, payment(owner.id, **OPEN, doubled_at=NOON))

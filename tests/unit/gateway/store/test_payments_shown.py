"""What customers were shown of payments: that one waits, and where to pay, each the first time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.models import Isn
from domain.payments.models import (
    PaidInstalment,
    Payment,
    PaymentState,
)
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, kept_account, somebody_waits
from tests.unit.gateway.store.made_payments import (
    CHARGED,
    ENDED,
    NUMBER,
    OPEN,
    OTHER,
    PAYABLES,
    STOPPED,
    kept,
    named,
    payment,
    shown,
)


async def test_that_addresses_were_shown_is_kept_the_first_time_and_of_open_ones_alone(store: PostgresStore) -> None:
    owner = await kept_account(store)
    new = {**OPEN, "shown_at": None}
    first = await kept(store, payment(owner.id, **new))
    seen = await kept(store, payment(owner.id, PAYABLES[1], **{**OPEN, "bill": Isn(901), "order": "order-2"}))
    over = await kept(store, payment(owner.id, PAYABLES[2], **{**STOPPED, "order": "order-3", "shown_at": None}))
    left = await kept(store, payment(owner.id, PaidInstalment(Isn(7), NUMBER, 1), **{**new, **OTHER}))
    later = NOON + timedelta(hours=1)
    for at in (later, later + timedelta(hours=1)):
        async with store.work() as work:
            await work.payments.addressed({first.id, seen.id, over.id}, at)
    assert await shown(store, first) == replace(first, shown_at=later)
    assert [await shown(store, each) for each in (seen, over, left)] == [seen, over, left]


async def test_an_order_that_ends_while_its_address_is_read_is_not_kept_as_shown(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **{**OPEN, "shown_at": None}))

    async def read() -> None:
        async with store.work() as work:
            await work.payments.addressed({made.id}, NOON + timedelta(hours=1))

    async with store.work() as work:
        current = await work.payments.by_id(made.id)
        assert current is not None
        reading = asyncio.create_task(read())
        await somebody_waits(store)
        ended = replace(current, state=PaymentState.FAILED, address=None, **ENDED)
        await work.payments.change(ended)
    await reading
    assert await shown(store, made) == ended


async def test_many_who_read_the_same_addresses_do_not_wait_for_each_other_in_a_ring(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = [
        await kept(
            store, payment(owner.id, PaidInstalment(Isn(n), NUMBER, 1), **{**OPEN, **named(n), "shown_at": None})
        )
        for n in range(1, 9)
    ]

    async def read(those: list[Payment], at: timedelta) -> None:
        async with store.work() as work:
            await work.payments.addressed([each.id for each in those], NOON + at)

    await asyncio.gather(*(read(made[::step], timedelta(hours=n)) for n, step in enumerate([1, -1, 1, -1], start=1)))
    assert len({(await shown(store, each)).shown_at for each in made}) == 1


async def test_that_it_waits_is_kept_the_first_time_that_it_is_told(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made, open_ = await kept(store, payment(owner.id)), await kept(store, payment(owner.id, PAYABLES[1], **OPEN))
    for at in (NOON, NOON + timedelta(hours=1)):
        async with store.work() as work:
            await work.payments.waited(made.id, at)
            await work.payments.waited(open_.id, at)
    assert await shown(store, made) == replace(made, waited_at=NOON)
    assert await shown(store, open_) == open_


async def test_one_that_is_opened_while_its_customer_is_about_to_be_told_to_wait_does_not(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id))

    async def tell() -> Payment | None:
        async with store.work() as work:
            await work.payments.waited(made.id, NOON)
            return await work.payments.shown(made.id)

    async with store.work() as work:
        current = await work.payments.by_id(made.id)
        assert current is not None
        telling = asyncio.create_task(tell())
        await somebody_waits(store)
        opened = replace(current, **{**OPEN, "waited_at": None, "shown_at": None})
        await work.payments.change(opened)
    assert await telling == opened


async def test_one_that_is_charged_to_means_waits_and_shows_no_address(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **CHARGED))
    async with store.work() as work:
        await work.payments.addressed({made.id}, NOON)
        await work.payments.waited(made.id, NOON)
    assert await shown(store, made) == replace(made, waited_at=NOON)

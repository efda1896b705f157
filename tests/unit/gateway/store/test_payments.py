"""Payments: kept whole, one under way for what is paid, found by order, by account, and by when they were looked at."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts.models import AccountId
from domain.models import Isn
from domain.money import Money
from domain.payments import judging
from domain.payments.models import (
    MOST_IN_VAIN,
    PaidInstalment,
    PaidRenewal,
    Payable,
    Payment,
    PaymentFailure,
    PaymentId,
    PaymentState,
)
from gateway.store.notices import PostgresNotices
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, kept_account, rows, somebody_waits
from tests.unit.gateway.store.made_payments import (
    CHARGED,
    FAILED,
    INSTALMENT,
    NUMBER,
    OPEN,
    PAYABLES,
    STOPPED,
    kept,
    payment,
    shown,
)

JOBS = "SELECT task_name, args ->> 'id' FROM procrastinate_jobs"


@pytest.mark.parametrize("changed", [{}, OPEN, STOPPED, FAILED], ids=["waiting", "open", "stopped", "failed"])
@pytest.mark.parametrize("payable", PAYABLES, ids=lambda each: type(each).__name__)
async def test_a_payment_is_kept_as_it_is(store: PostgresStore, payable: Payable, changed: dict[str, Any]) -> None:
    owner = await kept_account(store)
    made = payment(owner.id, payable, **changed)
    found = await kept(store, made)
    assert (replace(found, number=0), found.number > 0) == (made, True)


@pytest.mark.parametrize("changed", [OPEN, STOPPED], ids=["open", "stopped"])
async def test_a_change_is_kept_in_every_field(store: PostgresStore, changed: dict[str, Any]) -> None:
    owner = await kept_account(store)
    begun = await kept(store, payment(owner.id))
    after = replace(begun, **changed)
    async with store.work() as work:
        await work.payments.change(after)
    assert await shown(store, begun) == after


def test_between_them_open_and_stopped_ones_have_every_field() -> None:
    made = [payment(AccountId(uuid4()), **each) for each in (OPEN, STOPPED)]
    assert all(any(getattr(each, field.name) is not None for each in made) for field in fields(Payment))


async def test_what_was_never_added_cannot_be_changed(store: PostgresStore) -> None:
    owner = await kept_account(store)
    with pytest.raises(LookupError):
        async with store.work() as work:
            await work.payments.change(payment(owner.id))


async def test_numbers_tell_payments_apart(store: PostgresStore) -> None:
    owner = await kept_account(store)
    first, second = [await kept(store, payment(owner.id, payable)) for payable in PAYABLES[:2]]
    assert first.number < second.number


async def test_whoever_looks_for_one_underway_waits_for_who_is_about_to_begin_it(store: PostgresStore) -> None:
    """There is no row yet that could be locked."""
    owner = await kept_account(store)

    async def second() -> Payment | None:
        async with store.work() as work:
            return await work.payments.underway(INSTALMENT.subject)

    async with store.work() as work:
        assert await work.payments.underway(INSTALMENT.subject) is None
        looking = asyncio.create_task(second())
        await somebody_waits(store)
        begun = payment(owner.id)
        await work.payments.add(begun)
    found = await looking
    assert found is not None
    assert found.id == begun.id


async def test_however_many_begin_one_at_a_time_it_is_one(store: PostgresStore) -> None:
    owner = await kept_account(store)

    async def begin() -> PaymentId:
        async with store.work() as work:
            if (earlier := await work.payments.underway(INSTALMENT.subject)) is not None:
                return earlier.id
            made = payment(owner.id)
            await work.payments.add(made)
            return made.id

    assert len(set(await asyncio.gather(*(begin() for _ in range(5))))) == 1


async def test_underway_is_what_has_not_failed_and_of_that_the_latest(store: PostgresStore) -> None:
    owner = await kept_account(store)
    stopped = await kept(store, payment(owner.id, **STOPPED))
    for expected, changed in ((stopped, FAILED), (None, {})):
        latest = await kept(store, payment(owner.id, **changed))
        async with store.work() as work:
            assert await work.payments.underway(INSTALMENT.subject) == (expected or latest)
            assert await work.payments.underway("instalment/100/3") is None


async def test_those_of_an_account_come_the_latest_first(store: PostgresStore) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2, phone="+79160000002")
    first, second = [await kept(store, payment(owner.id, payable)) for payable in PAYABLES[:2]]
    await kept(store, payment(other.id, PAYABLES[2]))
    async with store.work() as work:
        assert await work.payments.of_account(owner.id, 10) == [second, first]
        assert await work.payments.of_account(owner.id, 1) == [second]


async def test_those_among_some_that_are_an_accounts(store: PostgresStore) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2, phone="+79160000002")
    mine, theirs = await kept(store, payment(owner.id)), await kept(store, payment(other.id, PAYABLES[1]))
    async with store.work() as work:
        assert await work.payments.own(owner.id, {mine.id, theirs.id, PaymentId(uuid4())}) == [mine]
        assert await work.payments.own(owner.id, set()) == []


async def test_only_open_ones_that_were_not_looked_at_are_to_be_the_longest_unseen_first(store: PostgresStore) -> None:
    owner = await kept_account(store)
    seen = [NOON + timedelta(minutes=each) for each in (3, 1, 2)]
    made = [
        await kept(store, payment(owner.id, each, **{**OPEN, "bill": Isn(n), "order": f"order-{n}", "checked_at": at}))
        for n, (each, at) in enumerate(zip(PAYABLES, seen, strict=True), start=2)
    ]
    await kept(store, payment(owner.id, PaidRenewal(Isn(8), Isn(201), NUMBER), **{**STOPPED, "checked_at": NOON}))
    async with store.work() as work:
        assert await work.payments.unchecked(seen[0], NOON, 10) == [made[1].id, made[2].id]
        assert await work.payments.unchecked(seen[0], NOON, 1) == [made[1].id]
        assert await work.payments.unchecked(seen[1], NOON, 10) == []


async def test_one_that_cannot_be_told_of_waits_for_a_person_and_is_seldom_to_be_looked_at(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store)
    long_before, before = NOON - timedelta(hours=1), NOON
    puzzling = await kept(store, payment(owner.id, **{**OPEN, "checked_at": long_before, "in_vain": MOST_IN_VAIN}))
    almost = {**OPEN, "bill": Isn(901), "order": "order-2", "checked_at": long_before, "in_vain": MOST_IN_VAIN - 1}
    other = await kept(store, payment(owner.id, PAYABLES[1], **almost))
    stopped = await kept(store, payment(owner.id, PAYABLES[2], **{**STOPPED, "bill": Isn(902), "order": "order-3"}))
    async with store.work() as work:
        assert await work.payments.for_a_person() == [puzzling, stopped]
        assert await work.payments.unchecked(before, long_before, 10) == [other.id]
        due = await work.payments.unchecked(before, long_before + timedelta(seconds=1), 10)
    assert set(due) == {puzzling.id, other.id}
    for failure, waits in ((PaymentFailure.DECLINED, True), (PaymentFailure.CLOSED, False)):
        async with store.work() as work:
            await work.payments.change(judging.failed(puzzling, failure, NOON))
            assert (puzzling.id in {each.id for each in await work.payments.for_a_person()}) is waits


@pytest.mark.parametrize(
    ("changed", "has_failed"),
    [
        ({}, True),
        ({"amount": Money(Decimal("12000.51"))}, False),
        ({"failure": PaymentFailure.DECLINED}, False),
        ({"state": PaymentState.STOPPED}, False),
        ({"payable": PaidInstalment(Isn(100), NUMBER, 3)}, False),
    ],
)
async def test_what_has_failed_is_the_same_thing_sum_and_reason(
    store: PostgresStore, changed: dict[str, Any], *, has_failed: bool
) -> None:
    owner = await kept_account(store)
    await kept(store, replace(payment(owner.id, **FAILED), **changed))
    second = await kept(store, payment(owner.id, **FAILED))
    async with store.work() as work:
        assert await work.payments.has_failed(second) is has_failed


async def test_one_alone_has_not_failed_before(store: PostgresStore) -> None:
    owner = await kept_account(store)
    alone = await kept(store, payment(owner.id, **FAILED))
    async with store.work() as work:
        assert not await work.payments.has_failed(alone)


PAID: dict[str, Any] = {**STOPPED, "state": PaymentState.PAID, "failure": None}
CONFIRMING: dict[str, Any] = {**PAID, "state": PaymentState.CONFIRMING, "ended_at": None}


@pytest.mark.parametrize(
    ("changed", "is_named"),
    [(CONFIRMING, True), (PAID, True), (OPEN, False), (STOPPED, False), (FAILED, False)],
    ids=["confirming", "paid", "open", "stopped", "failed"],
)
async def test_by_which_payment_something_was_paid_is_known_to_its_account_alone(
    store: PostgresStore, changed: dict[str, Any], *, is_named: bool
) -> None:
    owner = await kept_account(store)
    await kept(store, payment(owner.id, **FAILED))
    made = await kept(store, payment(owner.id, **changed))
    other = AccountId(uuid4())
    async with store.work() as work:
        assert await work.payments.paid_by(made.subject, owner.id) == (made.id if is_named else None)
        assert await work.payments.paid_by(made.subject, other) is None
        assert await work.payments.paid_by("instalment/100/3", owner.id) is None


@pytest.mark.parametrize(
    ("changed", "was_taken"),
    [(STOPPED, True), ({**STOPPED, "paid_at": None, "doubled_at": None}, False), (FAILED, False), (OPEN, False)],
)
async def test_taken_is_what_was_stopped_after_it_was_paid(
    store: PostgresStore, changed: dict[str, Any], *, was_taken: bool
) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **changed))
    async with store.work() as work:
        assert await work.payments.was_taken(made.subject) is was_taken
        assert not await work.payments.was_taken("instalment/100/3")


async def test_a_callback_leaves_its_payment_to_be_looked_at(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **OPEN))
    await PostgresNotices(store).came("order-1")
    assert await rows(store, JOBS) == [("payments.check", str(made.id))]


async def test_a_callback_about_an_order_of_nobody_leaves_nothing(store: PostgresStore) -> None:
    await PostgresNotices(store).came("order-1")
    assert await rows(store, JOBS) == []


async def test_one_that_is_opened_anew_is_kept_without_its_order(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **CHARGED))
    anew = judging.opened_anew(made)
    async with store.work() as work:
        await work.payments.change(anew)
        assert await work.payments.of_order("order-1") is None
    assert await shown(store, made) == anew

"""Payments that nobody called back about, that a person looks at, and banks that keep one waiting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from domain.acquirer import Order
from domain.clock import Deadline
from domain.errors import (
    AcquirerError,
    AcquirerGarbled,
    AcquirerUnavailable,
    Source,
    SourceTimeout,
)
from domain.outbox.models import CommandAction, CommandKind, CommandState
from domain.payments.models import MOST_IN_VAIN, RARELY, PaymentFailure, PaymentId, PaymentState
from resolvers import ids
from resolvers.use_cases.delivering import Later
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.closing import close
from resolvers.use_cases.payments.reconciling import Reconciling
from tests.fakes import objects
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW
from tests.unit.resolvers.use_cases.paying import OTHER_KEY, RULES, Payer

STRANGERS = ids.encode("Policy", 300)
GARBLED = AcquirerGarbled("order", "not an order")
AWAY = SourceTimeout(Source.POLICY_CORE, "CreateBill", "no answer")


async def test_lost_callbacks_are_made_up_for_by_looking() -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    looking = Reconciling(Checking(olga.kept, olga.ports, olga.clock), RULES.check_every)
    assert await looking.look() == 0
    olga.clock.advance(RULES.check_every.total_seconds() + 1)
    assert await looking.look() == 1
    assert olga.payment.state is PaymentState.CONFIRMING


async def test_a_round_of_looking_ends_where_the_bank_is_away() -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.clock.advance(60)
    olga.acquirer.failing = [AcquirerUnavailable("order", "HTTP 503")]
    assert await Reconciling(Checking(olga.kept, olga.ports, olga.clock), RULES.check_every).look() == 0


@pytest.mark.parametrize(
    ("failure", "first"), [(AcquirerUnavailable("order", "HTTP 500"), 0), (AcquirerGarbled("order", "not an order"), 2)]
)
async def test_an_order_that_the_bank_cannot_tell_of_holds_up_no_other(failure: AcquirerError, first: int) -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    ill = replace(olga.payment, id=PaymentId(uuid4()), order="ill", checked_at=NOW - timedelta(hours=1))
    olga.kept.rows.underway.payments.append(ill)
    olga.clock.advance(60)
    looking = Reconciling(Checking(olga.kept, olga.ports, olga.clock), RULES.check_every)
    olga.acquirer.failing = [failure]
    assert await looking.look() == first
    await looking.look()
    assert olga.acquirer.asked.count(("order", "ill")) == 1
    assert olga.payments[0].state is PaymentState.CONFIRMING


async def rounds(olga: Payer, many: int, every: timedelta = RULES.check_every) -> int:
    """Let time pass and rounds be made; return how often the bank was asked."""
    looking, before = (
        Reconciling(Checking(olga.kept, olga.ports, olga.clock), RULES.check_every),
        len(olga.acquirer.asked),
    )
    for _ in range(many):
        olga.clock.advance(every.total_seconds() + 1)
        await looking.look()
    return len(olga.acquirer.asked) - before


async def for_a_person(olga: Payer) -> list[PaymentId]:
    async with olga.kept.work() as work:
        return [each.id for each in await work.payments.for_a_person()]


async def test_a_payment_that_cannot_be_told_of_is_for_a_person_once_and_looked_at_rarely_from_then_on() -> None:
    olga = Payer()
    order = await olga.on_the_page()
    olga.acquirer.failing = [GARBLED] * 30
    assert await rounds(olga, MOST_IN_VAIN - 1) == MOST_IN_VAIN - 1
    assert (olga.alarms, await for_a_person(olga)) == ([], [])
    await rounds(olga, 1)
    assert olga.alarms == [olga.payment]
    assert await for_a_person(olga) == [olga.payment.id]
    assert await rounds(olga, 10) == 0
    assert await rounds(olga, 2, RARELY) == 2
    assert len(olga.alarms) == 1
    olga.acquirer.failing = []
    olga.acquirer.pay(order)
    await rounds(olga, 1, RARELY)
    assert (olga.payment.state, await for_a_person(olga)) == (PaymentState.CONFIRMING, [])


async def test_an_outage_neither_counts_nor_ends_what_was_in_vain_and_a_usable_answer_does() -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.acquirer.failing = [GARBLED, AcquirerUnavailable("order", "HTTP 503"), GARBLED]
    await rounds(olga, 3)
    assert olga.payment.in_vain == 2
    await rounds(olga, 1)
    assert olga.payment.in_vain == 0


async def test_an_order_that_nobody_has_opened_is_a_usable_answer() -> None:
    olga = Payer()
    await olga.opened()
    olga.acquirer.failing = [GARBLED]
    await rounds(olga, 1)
    assert olga.payment.in_vain == 1
    await rounds(olga, 1)
    assert olga.payment.in_vain == 0


async def called_back(olga: Payer) -> datetime | None:
    """Let the bank call back, and answer what is of no use; return before when it is not asked again."""
    olga.acquirer.failing = [GARBLED]
    with pytest.raises(Later) as later:
        await Checking(olga.kept, olga.ports, olga.clock).when_called_back(olga.payment.id)
    return later.value.until


@pytest.mark.parametrize("state", [PaymentState.OPEN, PaymentState.FAILED])
async def test_a_callback_is_looked_into_again_and_again_and_rarely_in_the_end(state: PaymentState) -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.kept.rows.underway.payments = [replace(olga.payment, state=state)]
    assert [await called_back(olga) for _ in range(MOST_IN_VAIN - 1)] == [None] * (MOST_IN_VAIN - 1)
    assert olga.alarms == []
    if state is PaymentState.FAILED:
        assert await called_back(olga) == olga.clock.now() + RARELY
    else:
        # The looks from time to time see to it.
        olga.acquirer.failing = [GARBLED]
        await Checking(olga.kept, olga.ports, olga.clock).when_called_back(olga.payment.id)
    assert olga.alarms == [olga.payment]


async def test_a_failed_payment_of_which_the_bank_speaks_clearly_again_is_for_nobody() -> None:
    olga = Payer()
    olga.acquirer.decline(await olga.on_the_page())
    await olga.check()
    assert olga.payment.state is PaymentState.FAILED
    await called_back(olga)
    assert olga.payment.in_vain == 1
    await Checking(olga.kept, olga.ports, olga.clock).when_called_back(olga.payment.id)
    assert (olga.payment.state, olga.payment.in_vain) == (PaymentState.FAILED, 0)


@dataclass
class Slow(FakeAcquirer):
    """An acquirer whose answers take a moment. ``most``: how many it was asked for at a time."""

    at_once: int = 0
    most: int = 0

    async def order(self, order: str, deadline: Deadline) -> Order | None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return await FakeAcquirer.order(self, order, deadline)


async def test_a_round_asks_after_few_orders_at_a_time_and_after_all_in_the_end() -> None:
    olga, slow = Payer(), Slow()
    olga.acquirer = slow
    await olga.opened()
    olga.kept.rows.underway.payments += [
        replace(olga.payment, id=PaymentId(uuid4()), order=f"order-{number}") for number in range(30)
    ]
    olga.clock.advance(60)
    assert await Reconciling(Checking(olga.kept, olga.ports, olga.clock), RULES.check_every).look() == 31
    assert (len(slow.asked), slow.most) == (31, 8)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (CommandKind.CREATE_BILL, PaymentState.FAILED),
        (CommandKind.OPEN_ONLINE_BILL, PaymentState.FAILED),
        (CommandKind.CONFIRM_PAYMENT, PaymentState.STOPPED),
    ],
)
async def test_a_command_that_an_operator_gives_up_ends_the_payment(kind: CommandKind, state: PaymentState) -> None:
    olga = Payer()
    if kind is CommandKind.CONFIRM_PAYMENT:
        olga.acquirer.pay(await olga.on_the_page())
        await olga.check()
    else:
        await olga.start()
    if kind is CommandKind.OPEN_ONLINE_BILL:
        await olga.delivering().deliver(olga.commands[-1].id)
    command = olga.commands[-1]
    async with olga.kept.work() as work:
        await work.commands.end(command.id, CommandState.DEAD, NOW, "NotFound")
    assert await act(
        olga.kept, command.number, CommandAction.DROP, "Ivanova", "cannot be done", NOW, olga.alarms.append
    )
    assert (command.kind, olga.payment.state) == (kind, state)
    assert olga.alarms == ([olga.payment] if state is PaymentState.STOPPED else [])


async def test_a_stopped_payment_that_a_person_closed_stays_closed_and_makes_way_for_another() -> None:
    olga = Payer()
    order = await olga.on_the_page(objects.rub("12000.01"))
    olga.acquirer.pay(order)
    await olga.check()
    number = olga.payment.number
    assert await close(olga.kept, number, "Ivanova", "money sent back", NOW)
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.CLOSED)
    await olga.check()
    assert olga.payment.failure is PaymentFailure.CLOSED
    assert not await close(olga.kept, number, "Ivanova", "money sent back", NOW)
    assert olga.kept.rows.underway.closings == [(olga.payment.id, "Ivanova", "money sent back")]
    begun = await olga.start(key=OTHER_KEY)
    assert begun.problems == ()
    assert begun.payment is not None
    assert begun.payment.number == number + 1


async def not_told(olga: Payer) -> str:
    """Have a payment of which the bank tells nothing of use for so long that a person is to look; return its order."""
    order = await olga.on_the_page()
    olga.acquirer.failing = [GARBLED] * MOST_IN_VAIN
    await rounds(olga, MOST_IN_VAIN)
    assert olga.payment.cannot_be_told_of
    return order


async def closed(olga: Payer) -> bool:
    return await close(olga.kept, olga.payment.number, "Ivanova", "void by the bank's statement", NOW)


async def test_one_that_cannot_be_told_of_is_closed_by_whoever_has_the_banks_statement_and_makes_way() -> None:
    olga = Payer()
    await not_told(olga)
    assert await closed(olga)
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.CLOSED)
    assert (olga.payment.address, await for_a_person(olga)) == (None, [])
    assert olga.kept.rows.underway.closings == [(olga.payment.id, "Ivanova", "void by the bank's statement")]
    assert not await closed(olga)
    begun = await olga.start(key=OTHER_KEY)
    assert (begun.problems, len(olga.payments)) == ((), 2)


async def test_if_it_is_paid_after_all_it_is_stopped_and_what_was_begun_meanwhile_is_closed() -> None:
    olga = Payer()
    order = await not_told(olga)
    await closed(olga)
    await olga.start(key=OTHER_KEY)
    await olga.work()
    first = olga.payments[0]
    olga.acquirer.pay(order)
    await Checking(olga.kept, olga.ports, olga.clock).when_called_back(first.id)
    assert [each.state for each in olga.payments] == [PaymentState.STOPPED, PaymentState.FAILED]
    assert olga.payments[0].failure is PaymentFailure.NOT_CONFIRMED
    assert [each.id for each in olga.alarms] == [first.id, first.id]


async def test_one_that_had_failed_before_nothing_could_be_told_of_it_is_closed_too() -> None:
    olga = Payer()
    olga.acquirer.decline(await olga.on_the_page())
    await olga.check()
    for _ in range(MOST_IN_VAIN):
        await called_back(olga)
    assert await for_a_person(olga) == [olga.payment.id]
    assert await closed(olga)
    assert (await for_a_person(olga), await closed(olga)) == ([], False)


@pytest.mark.parametrize("far", ["waiting", "open", "declined", "confirming", "paid"])
async def test_nobody_closes_what_waits_for_nobody(far: str) -> None:
    olga = Payer()
    if far == "waiting":
        await olga.start()
    else:
        order = await olga.on_the_page()
        if far == "declined":
            olga.acquirer.decline(order)
        elif far != "open":
            olga.acquirer.pay(order)
        await olga.check()
    if far == "paid":
        await olga.work()
    before = olga.payment
    assert not await closed(olga)
    assert (olga.payment, olga.kept.rows.underway.closings) == (before, [])

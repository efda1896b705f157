"""Payments that nobody called back about, that a person looks at, and banks that keep one waiting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
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
from domain.payments.models import PaymentFailure, PaymentId, PaymentState
from resolvers import ids
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.closing import close
from resolvers.use_cases.payments.reconciling import Reconciling
from tests.fakes import objects
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW
from tests.unit.resolvers.use_cases.paying import OTHER_KEY, RULES, Payer

STRANGERS = ids.encode("Policy", 300)
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
    [(CommandKind.CREATE_BILL, PaymentState.FAILED), (CommandKind.CONFIRM_PAYMENT, PaymentState.STOPPED)],
)
async def test_a_command_that_an_operator_gives_up_ends_the_payment(kind: CommandKind, state: PaymentState) -> None:
    olga = Payer()
    if kind is CommandKind.CREATE_BILL:
        await olga.start()
    else:
        olga.acquirer.pay(await olga.on_the_page())
        await olga.check()
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

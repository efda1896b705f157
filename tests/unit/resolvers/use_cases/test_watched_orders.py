"""Orders that their payment does not wait for any more: one that is paid after all is nobody's money for a while only.

Former ones, whose remembered card was declined, and those that a person closed unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from domain import models
from domain.acquirer import Order, OrderState
from domain.errors import AcquirerError, AcquirerGarbled, AcquirerUnavailable
from domain.money import Money
from domain.outbox.models import CommandAction, CommandKind, CommandState
from domain.payments.means import MeansId, SavedMeans
from domain.payments.models import MOST_IN_VAIN, PaymentFailure, PaymentState
from domain.ports import Call
from resolvers import ids
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.closing import close
from resolvers.use_cases.payments.payables import Instalment
from resolvers.use_cases.payments.starting import start
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW
from tests.fakes.payments import FakeBilling
from tests.unit.resolvers.use_cases.paying import AMOUNT, KEY, OTHER_KEY, POLICY, RULES, Payer

GARBLED = AcquirerGarbled("order", "not an order")
AWAY = AcquirerUnavailable("order", "HTTP 503")
HOUR = timedelta(hours=1)


def paid_late(olga: Payer, order: str, amount: Money = AMOUNT) -> None:
    """Let the bank take the money for an order that it had called declined."""
    olga.acquirer.orders[order] = Order(order, OrderState.PAID, amount, NOW)
    olga.acquirer.taken[order] = 1


async def declined(olga: Payer, *, work: bool = True) -> None:
    """Begin a payment with a card that is declined; the core then opens another order, unless it is not asked."""
    token = f"means-{uuid4().hex}"
    means = SavedMeans(MeansId(uuid4()), olga.owner.id, token, "Карта", NOW.date(), NOW)
    olga.means.append(means)
    olga.acquirer.remembered(token)
    olga.acquirer.declines = True
    begun = await start(olga.context(), KEY, Instalment(POLICY, 1), ids.encode("PaymentMeans", means.id))
    assert begun.problems == ()
    if work:
        await olga.work()
        assert (olga.payment.state, olga.payment.order) == (PaymentState.OPEN, "order-2")


async def until_declined(olga: Payer) -> None:
    """As that, and the worker ends there: the core is not asked for another order yet."""
    await declined(olga, work=False)
    delivering = olga.delivering()
    while olga.payment.state is not PaymentState.WAITING or olga.payment.bill is None or olga.commands[-1].number < 4:
        for each in olga.commands:
            if each.state is CommandState.WAITING and each.number < 4:
                await delivering.deliver(each.id)
    assert (olga.payment.state, olga.payment.order) == (PaymentState.WAITING, None)


async def test_the_first_order_is_kept_and_looked_at_more_and_more_seldom_until_the_end() -> None:
    olga = Payer()
    await declined(olga)
    assert olga.watched["order-1"].payment == olga.payment.id
    at: list[timedelta] = []
    while olga.watched["order-1"].look_at is not None:
        olga.acquirer.asked.clear()
        await olga.rounds(every=timedelta(minutes=5))
        if ("order", "order-1") in olga.acquirer.asked:
            at.append(olga.clock.now() - olga.watched["order-1"].since)
    pauses = [after - before for before, after in pairwise(at[1:-1])]
    assert 8 < len(at) < 20
    assert pauses == sorted(pauses)
    assert RULES.watch_for <= at[-1] < RULES.watch_for + HOUR


async def test_paid_after_all_it_is_the_payments_and_told_to_the_core_once() -> None:
    olga = Payer()
    await declined(olga)
    paid_late(olga, "order-1")
    await olga.rounds()
    assert (olga.payment.state, olga.payment.order, olga.payment.paid_at) == (PaymentState.CONFIRMING, "order-1", NOW)
    assert olga.payment.page is None
    await olga.rounds(3)
    await olga.work()
    assert (olga.payment.state, olga.alarms) == (PaymentState.PAID, [])
    assert [each.order for each in olga.core.confirmed] == ["order-1"]
    assert [each.kind for each in olga.commands].count(CommandKind.CONFIRM_PAYMENT) == 1


async def test_and_its_second_order_can_be_paid_no_more() -> None:
    olga = Payer()
    await declined(olga)
    olga.acquirer.visit("order-2", "B-900", AMOUNT)
    paid_late(olga, "order-1")
    await olga.rounds(2)
    assert olga.acquirer.orders["order-2"].state is OrderState.CANCELLED


async def test_a_callback_finds_it_too_however_long_ago_it_was() -> None:
    olga = Payer()
    await declined(olga)
    olga.clock.advance(2 * RULES.watch_for.total_seconds())
    await olga.rounds(2)
    assert olga.watched["order-1"].look_at is None
    paid_late(olga, "order-1")
    await olga.called_back("order-1")
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.NOT_CONFIRMED)


async def test_a_callback_of_which_nothing_can_be_made_is_followed_by_looks_soon() -> None:
    olga = Payer()
    await declined(olga)
    await olga.rounds(10, HOUR)
    paid_late(olga, "order-1")
    olga.acquirer.failing = [GARBLED]
    await olga.called_back("order-1")
    assert olga.payment.paid_at is None
    await olga.rounds()
    assert olga.payment.paid_at == NOW


@pytest.mark.parametrize("worked", [False, True], ids=["confirming", "paid"])
async def test_a_second_order_that_is_paid_alarms_once_and_takes_nothing_back(*, worked: bool) -> None:
    olga = Payer()
    await declined(olga)
    olga.acquirer.visit("order-2", "B-900", AMOUNT)
    olga.acquirer.pay("order-2")
    await olga.check()
    if worked:
        await olga.work()
    state = olga.payment.state
    paid_late(olga, "order-1")
    await olga.rounds(3)
    await olga.called_back("order-1")
    assert (olga.payment.state, olga.payment.order) == (state, "order-2")
    assert olga.alarms == [replace(olga.payment, doubled_at=olga.alarms[0].doubled_at)]
    assert olga.payment.waits_for_a_person
    await olga.work()
    assert olga.payment.state is PaymentState.PAID
    assert [each.order for each in olga.core.confirmed] == ["order-2"]
    assert len(olga.alarms) == 1


async def test_so_it_is_where_both_were_paid_before_anybody_looked() -> None:
    olga = Payer()
    await declined(olga)
    olga.acquirer.visit("order-2", "B-900", AMOUNT)
    olga.acquirer.pay("order-2")
    paid_late(olga, "order-1")
    await olga.called_back("order-1")
    await olga.called_back("order-2")
    await olga.rounds(2)
    await olga.work()
    assert (olga.payment.state, olga.payment.order) == (PaymentState.PAID, "order-1")
    assert (len(olga.core.confirmed), len(olga.alarms)) == (1, 1)
    assert olga.payment.doubled_at is not None


async def test_the_person_who_sent_the_money_back_closes_that_alone() -> None:
    olga = Payer()
    await declined(olga)
    olga.acquirer.visit("order-2", "B-900", AMOUNT)
    olga.acquirer.pay("order-2")
    await olga.check()
    await olga.work()
    paid_late(olga, "order-1")
    await olga.called_back("order-1")
    assert await close(olga.kept, olga.payment.number, "Ivanova", "order-1 sent back", NOW)
    assert (olga.payment.state, olga.payment.failure, olga.payment.doubled_at) == (PaymentState.PAID, None, None)
    assert olga.kept.rows.underway.closings == [(olga.payment.id, "Ivanova", "order-1 sent back")]
    assert not await close(olga.kept, olga.payment.number, "Ivanova", "order-1 sent back", NOW)
    await olga.called_back("order-1")
    assert (olga.payment.waits_for_a_person, len(olga.alarms)) == (False, 1)


async def test_one_over_another_sum_stops_its_payment() -> None:
    olga = Payer()
    await declined(olga)
    paid_late(olga, "order-1", olga.dearer)
    await olga.called_back("order-1")
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.AMOUNT_DIFFERS)
    assert (olga.payment.order, olga.alarms) == ("order-1", [olga.payment])
    await olga.rounds()
    assert olga.acquirer.orders["order-2"].state is OrderState.CANCELLED


async def test_money_for_a_payment_that_has_failed_meanwhile_stops_it_and_closes_what_was_begun_since() -> None:
    olga = Payer()
    await declined(olga)
    olga.acquirer.visit("order-2", "B-900", AMOUNT)
    olga.acquirer.decline("order-2")
    await olga.check()
    assert olga.payment.state is PaymentState.FAILED
    await olga.start(key=OTHER_KEY)
    await olga.work()
    paid_late(olga, "order-1")
    await olga.rounds()
    assert [each.state for each in olga.payments] == [PaymentState.STOPPED, PaymentState.FAILED]
    assert (olga.payments[0].order, olga.alarms) == ("order-1", [olga.payments[0]])
    await olga.rounds(2, HOUR)
    assert olga.alarms == [olga.payments[0]]


async def test_an_order_that_can_still_be_paid_is_closed() -> None:
    olga = Payer()
    await declined(olga)
    olga.acquirer.orders["order-1"] = Order("order-1", OrderState.NEW, AMOUNT)
    await olga.rounds()
    assert olga.acquirer.orders["order-1"].state is OrderState.CANCELLED
    assert olga.payment.state is PaymentState.OPEN


async def test_one_that_is_paid_while_the_core_is_away_needs_no_other() -> None:
    olga = Payer()
    await until_declined(olga)
    paid_late(olga, "order-1")
    await olga.called_back("order-1")
    await olga.work()
    assert (olga.payment.state, olga.payment.order, list(olga.core.orders)) == (
        PaymentState.PAID,
        "order-1",
        ["order-1"],
    )
    assert [each.state for each in olga.commands][3:] == [CommandState.REFUSED, CommandState.DONE]
    assert (olga.payment.failure, olga.alarms) == (None, [])


@dataclass
class Slow(FakeBilling):
    """A core that opens a second order while the bank calls back about the first."""

    olga: Payer | None = None

    async def open_online_bill(
        self, bill: models.Isn, return_address: str, request_id: str, call: Call, /
    ) -> models.OnlineBill:
        made = await FakeBilling.open_online_bill(self, bill, return_address, request_id, call)
        if made.order == "order-2" and self.olga is not None:
            paid_late(self.olga, "order-1")
            await self.olga.called_back("order-1")
        return made


async def test_one_that_is_paid_while_the_core_opens_another_closes_that() -> None:
    olga = Payer(core=Slow())
    assert isinstance(olga.core, Slow)
    await until_declined(olga)
    olga.core.olga = olga
    await olga.work()
    assert (olga.payment.state, olga.payment.order) == (PaymentState.PAID, "order-1")
    assert [each.order for each in olga.core.confirmed] == ["order-1"]
    await olga.rounds()
    assert olga.acquirer.orders["order-2"].state is OrderState.CANCELLED
    assert olga.alarms == []


async def test_an_operator_who_gives_the_second_order_up_leaves_what_is_paid() -> None:
    olga = Payer()
    await until_declined(olga)
    paid_late(olga, "order-1")
    await olga.called_back("order-1")
    number = next(each.number for each in olga.commands if each.state is CommandState.WAITING)
    assert await act(olga.kept, number, CommandAction.DROP, "Ivanova", "the core is broken", NOW, olga.alarms.append)
    await olga.work()
    assert (olga.payment.state, olga.payment.failure, olga.alarms) == (PaymentState.PAID, None, [])


@pytest.mark.parametrize("failure", [GARBLED, AWAY])
async def test_an_order_that_the_bank_cannot_tell_of_is_asked_about_again(failure: AcquirerError) -> None:
    olga = Payer()
    await declined(olga)
    await olga.rounds(20, HOUR)
    olga.watched["order-1"] = replace(olga.watched["order-1"], look_at=olga.clock.now())
    paid_late(olga, "order-1")
    olga.acquirer.failing = [failure, failure]
    await olga.rounds()
    assert olga.payment.paid_at is None
    await olga.rounds(2, HOUR)
    assert olga.payment.paid_at == NOW


async def closed_unseen(olga: Payer) -> str:
    """Have a payment closed of which the bank tells nothing of use; return its order."""
    order = await olga.on_the_page()
    olga.acquirer.failing = [GARBLED] * MOST_IN_VAIN
    await olga.rounds(MOST_IN_VAIN)
    assert await close(olga.kept, olga.payment.number, "Ivanova", "void by the bank's statement", olga.clock.now())
    olga.alarms.clear()
    return order


async def test_what_a_person_closed_unseen_is_asked_about_and_closed_at_the_bank() -> None:
    olga = Payer()
    order = await closed_unseen(olga)
    assert await olga.rounds() == 2
    assert olga.acquirer.orders[order].state is OrderState.CANCELLED
    assert (olga.payment.state, olga.payment.failure, olga.alarms) == (PaymentState.FAILED, PaymentFailure.CLOSED, [])


async def test_paid_after_all_it_is_noticed_without_a_callback_and_stops_once() -> None:
    olga = Payer()
    order = await closed_unseen(olga)
    await olga.start(key=OTHER_KEY)
    await olga.work()
    olga.acquirer.pay(order)
    await olga.rounds()
    assert [each.state for each in olga.payments] == [PaymentState.STOPPED, PaymentState.FAILED]
    assert olga.payments[0].failure is PaymentFailure.NOT_CONFIRMED
    assert await close(olga.kept, 1, "Ivanova", "money sent back", olga.clock.now())
    await olga.rounds(3, HOUR)
    await olga.called_back(order)
    assert (olga.payments[0].failure, len(olga.alarms)) == (PaymentFailure.CLOSED, 1)


async def test_while_nothing_can_be_told_of_it_it_is_asked_about_once_an_hour_at_most_until_the_end() -> None:
    olga = Payer()
    await closed_unseen(olga)
    olga.acquirer.failing = [GARBLED] * 1000
    asked = await olga.rounds(60 * 12, timedelta(minutes=5))
    assert 60 <= asked < 80
    olga.clock.advance(RULES.watch_for.total_seconds())
    assert await olga.rounds(5, HOUR) == 1
    assert olga.alarms == []


async def test_one_that_was_stopped_with_its_money_is_not_asked_about_when_it_is_closed() -> None:
    olga = Payer(acquirer=FakeAcquirer())
    olga.acquirer.pay(await olga.on_the_page(olga.dearer))
    await olga.check()
    assert await close(olga.kept, olga.payment.number, "Ivanova", "money sent back", NOW)
    assert (olga.watched, await olga.rounds(3)) == ({}, 0)

"""A payment: begun once, billed by the policy core, paid at the bank, confirmed; never twice, never by hearsay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from domain import models
from domain.accounts.problems import TryLater
from domain.acquirer import OrderState
from domain.errors import (
    AcquirerUnavailable,
    Refused,
    Source,
    SourceInMaintenance,
    SourceTimeout,
)
from domain.money import Money
from domain.outbox.models import CommandAction, CommandKind, CommandState
from domain.payments.models import PaymentFailure, PaymentState
from domain.payments.problems import KeyReused, KeyUnfit, NothingSuch, PaidAlready, Unpayable
from domain.ports import Call
from resolvers import ids
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.payables import Deductible, Instalment
from resolvers.use_cases.payments.starting import Started, start
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.payments import FakeBilling
from tests.unit.resolvers.use_cases.paying import AMOUNT, CLAIM, OTHER_KEY, POLICY, RULES, Hasty, Payer

STRANGERS = ids.encode("Policy", 300)
AWAY = SourceTimeout(Source.POLICY_CORE, "CreateBill", "no answer")


async def test_it_is_accepted_with_a_number_and_waits_for_the_core() -> None:
    olga = Payer()
    begun = await olga.start()
    assert begun.payment is not None
    assert (begun.payment.state, begun.payment.number, begun.payment.amount) == (PaymentState.WAITING, 1, AMOUNT)
    assert [(each.kind, each.owner) for each in olga.commands] == [(CommandKind.CREATE_BILL, begun.payment.id)]


async def test_billed_and_ordered_it_has_the_address_of_the_banks_page() -> None:
    olga = Payer()
    payment = await olga.opened()
    assert (payment.state, payment.address) == (PaymentState.OPEN, "https://pay.test/pay?order=order-1")
    assert (payment.bill_number, payment.order) == ("B-900", "order-1")
    assert olga.core.returns == [f"https://account.test/?payment={ids.encode('Payment', payment.id)}"]


async def test_paid_at_the_bank_it_is_confirmed_to_the_core() -> None:
    olga = Payer()
    olga.clock.advance(60)  # The bank's clock stands still: whose instant it is can be told.
    order = await olga.on_the_page()
    olga.acquirer.pay(order)
    confirming = await olga.check()
    assert confirming is not None
    assert (confirming.state, confirming.paid_at, confirming.address) == (PaymentState.CONFIRMING, NOW, None)
    await olga.work()
    assert (olga.payment.state, olga.payment.ended_at) == (PaymentState.PAID, olga.clock.now())
    assert [(each.order, each.amount, each.paid_at) for each in olga.core.confirmed] == [(order, AMOUNT, NOW)]


async def test_what_is_kept_of_the_policy_is_outdated_when_the_core_knows_and_not_before() -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    await olga.check()
    assert olga.outdated == []
    await olga.work()
    assert olga.outdated == [objects.number(100)]


async def test_what_is_kept_is_older_too_where_the_core_says_that_it_was_paid_elsewhere() -> None:
    olga = Payer(core=FakeBilling(failing=[Refused("ALREADY_PAID")]))
    await olga.start()
    await olga.work()
    assert olga.outdated == [objects.number(100)]


async def test_a_paid_deductible_is_told_to_the_claims_core_too() -> None:
    olga = Payer()
    olga.clock.advance(60)
    await olga.start_deductible()
    await olga.work()
    order = olga.payment.order
    assert order is not None
    olga.acquirer.visit(order, "bill", AMOUNT)
    olga.acquirer.pay(order)
    await olga.check()
    await olga.work()
    assert olga.payment.state is PaymentState.PAID
    assert olga.core.recorded == [("c1", "B-900", NOW)]


class Declining(FakeBilling):
    """A claims core that will not record what was paid."""

    async def record_deductible(
        self, claim: models.ClaimId, bill_number: str, paid_at: datetime, request_id: str, call: Call, /
    ) -> None:
        raise Refused("NOT_PAYABLE")


async def test_a_paid_deductible_that_the_claims_core_refuses_is_for_an_operator_and_stays_paid() -> None:
    olga = Payer(core=Declining())
    await olga.start_deductible()
    await olga.work()
    order = olga.payment.order
    assert order is not None
    olga.acquirer.visit(order, "bill", AMOUNT)
    olga.acquirer.pay(order)
    await olga.check()
    await olga.work()
    last = olga.commands[-1]
    assert (last.kind, last.state, last.failure) == (
        CommandKind.RECORD_DEDUCTIBLE,
        CommandState.DEAD,
        "NOT_PAYABLE",
    )
    assert await act(olga.kept, last.number, CommandAction.DROP, "Ivanova", "told by hand", NOW, olga.alarms.append)
    assert (olga.payment.state, olga.alarms) == (PaymentState.PAID, [])


@pytest.mark.parametrize("times", [2, 5])
async def test_however_often_the_bank_calls_back_it_is_confirmed_once(times: int) -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    for _ in range(times):
        await olga.check()
    await olga.work()
    await olga.check()
    assert len(olga.core.confirmed) == 1
    assert sum(each.kind is CommandKind.CONFIRM_PAYMENT for each in olga.commands) == 1


async def test_a_callback_is_believed_only_as_far_as_the_banks_server_says_so() -> None:
    olga = Payer()
    await olga.on_the_page()
    payment = await olga.check()
    assert payment is not None
    assert payment.state is PaymentState.OPEN


async def test_the_same_key_is_the_same_payment_even_after_it_was_paid() -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    await olga.check()
    await olga.work()
    again = await olga.start()
    assert again.payment == olga.payment
    assert (len(olga.payments), len(olga.core.bills)) == (1, 1)


async def test_the_same_key_after_it_failed_shows_the_failure_and_a_new_one_begins_anew() -> None:
    olga = Payer()
    olga.acquirer.decline(await olga.on_the_page())
    await olga.check()
    again = await olga.start()
    assert again == Started(olga.payment)
    assert (olga.payment.state, len(olga.payments)) == (PaymentState.FAILED, 1)
    await olga.start(key=OTHER_KEY)
    assert (olga.payment.state, len(olga.payments)) == (PaymentState.WAITING, 2)


async def test_the_same_key_for_something_else_is_refused() -> None:
    olga = Payer()
    await olga.start()
    assert (await olga.start(Deductible(CLAIM))).problems == (KeyReused(),)
    assert len(olga.payments) == 1


@pytest.mark.parametrize("key", ["7 chars", "x" * 101, "ключ-ключ", "with\nline-feed"])
async def test_a_key_that_is_none_is_refused(key: str) -> None:
    olga = Payer()
    assert (await olga.start(key=key)).problems == (KeyUnfit(),)
    assert olga.payments == []


async def test_what_the_bank_declined_can_be_begun_anew_with_an_order_of_its_own() -> None:
    olga = Payer()
    olga.acquirer.decline(await olga.on_the_page())
    second = await olga.start(key=OTHER_KEY)
    assert second.payment is not None
    await olga.work()
    first = olga.payments[0]
    assert (first.state, first.failure) == (PaymentState.FAILED, PaymentFailure.DECLINED)
    assert (olga.payment.state, olga.payment.order) == (PaymentState.OPEN, "order-2")


@pytest.mark.parametrize("end", [OrderState.DECLINED, OrderState.EXPIRED, OrderState.CANCELLED])
async def test_it_fails_only_when_the_bank_will_never_have_the_money(end: OrderState) -> None:
    olga = Payer()
    order = await olga.on_the_page()
    olga.acquirer.orders[order] = replace(olga.acquirer.orders[order], state=end)
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure[end.value])


async def test_a_page_that_was_shown_and_never_opened_is_closed_after_its_time() -> None:
    olga = Payer()
    await olga.opened()
    olga.clock.advance(8 * 3600)
    await olga.look()
    olga.clock.advance(RULES.order_life.total_seconds())
    await olga.check()
    assert olga.payment.state is PaymentState.OPEN
    olga.clock.advance(1)
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.CANCELLED)
    assert olga.acquirer.orders["order-1"].state is OrderState.CANCELLED


async def test_an_address_that_was_never_shown_waits_for_its_customer_for_days_and_not_for_ever() -> None:
    olga = Payer()
    await olga.opened()
    olga.clock.advance(RULES.unshown_life.total_seconds())
    await olga.check()
    assert olga.payment.state is PaymentState.OPEN
    olga.clock.advance(1)
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.CANCELLED)
    assert olga.acquirer.orders["order-1"].state is OrderState.CANCELLED


async def test_who_comes_back_long_after_a_maintenance_has_the_whole_time_to_pay() -> None:
    olga = Payer()
    olga.core.failing = [SourceInMaintenance(Source.POLICY_CORE, "CreateBill", None)]
    await olga.opened()
    await olga.work()
    order = olga.payment.order
    assert order is not None
    olga.clock.advance(8 * 3600)
    again = await olga.start(key=OTHER_KEY)
    assert again.payment == olga.payment
    await olga.look()
    olga.clock.advance(RULES.order_life.total_seconds())
    await olga.check()
    assert olga.payment.state is PaymentState.OPEN
    olga.acquirer.visit(order, "bill", AMOUNT)
    olga.acquirer.pay(order)
    await olga.check()
    await olga.work()
    assert (olga.payment.state, len(olga.payments)) == (PaymentState.PAID, 1)


async def test_nobody_is_sent_to_a_page_of_somebody_else() -> None:
    olga = Payer()
    olga.core.host = "pay.test.evil"
    payment = await olga.opened()
    assert (payment.state, payment.failure, payment.address) == (
        PaymentState.FAILED,
        PaymentFailure.ADDRESS_REFUSED,
        None,
    )
    assert olga.acquirer.orders["order-1"].state is OrderState.CANCELLED
    assert olga.alarms == [payment]


async def test_once_the_page_is_known_as_the_banks_it_can_be_paid() -> None:
    olga = Payer()
    olga.core.host = "pay.test.evil"
    await olga.opened()
    olga.core.host = "pay.test"
    await olga.start(key=OTHER_KEY)
    await olga.work()
    assert (olga.payment.state, olga.payment.order) == (PaymentState.OPEN, "order-2")


async def test_an_order_behind_a_page_of_somebody_else_is_cancelled_until_the_bank_has_done_so() -> None:
    olga = Payer()
    olga.core.host = "pay.test.evil"
    olga.acquirer.failing = [AcquirerUnavailable("cancel", "HTTP 503")]
    assert (await olga.opened()).state is PaymentState.WAITING
    await olga.work()
    assert (olga.payment.state, len(olga.core.orders), olga.alarms) == (PaymentState.FAILED, 1, [olga.payment])


async def test_money_that_was_taken_behind_a_page_of_somebody_else_stops_it() -> None:
    olga = Payer(acquirer=Hasty())
    olga.core.host = "pay.test.evil"
    olga.acquirer.visit("order-1", "bill", AMOUNT)
    payment = await olga.opened()
    assert (payment.state, payment.paid_at, olga.alarms) == (PaymentState.STOPPED, NOW, [payment])


async def test_what_was_paid_at_a_desk_meanwhile_fails_without_an_order() -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.acquirer.decline("order-1")
    bill = next(iter(olga.core.bills.values()))
    olga.core.bills[bill.isn] = replace(bill, status=type(bill.status).PAID)
    await olga.start(key=OTHER_KEY)
    await olga.work()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.ALREADY_PAID)


async def test_money_that_the_core_will_not_have_stops_it_and_alarms() -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    await olga.check()
    bill = next(iter(olga.core.bills.values()))
    olga.core.bills[bill.isn] = replace(bill, status=type(bill.status).PAID, paid_by="another")
    await olga.work()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.NOT_CONFIRMED)
    assert olga.alarms == [olga.payment]


async def test_while_the_core_is_closed_it_waits_and_then_happens_once() -> None:
    olga = Payer()
    olga.core.failing = [SourceInMaintenance(Source.POLICY_CORE, "CreateBill", None)]
    payment = await olga.opened()
    assert payment.state is PaymentState.WAITING
    await olga.work()
    assert olga.payment.state is PaymentState.OPEN
    assert (len(olga.core.bills), len(olga.core.orders)) == (1, 1)


@pytest.mark.parametrize("step", [0, 1, 2])
async def test_an_answer_that_was_lost_is_one_effect(step: int) -> None:
    """Whichever of bill, order and confirmation the core did without our hearing of it."""
    olga = Payer()
    olga.core.commits = True
    olga.core.failing = [AWAY] if step == 0 else []
    await olga.start()
    await olga.work()
    if step == 1:
        await olga.work()
    await olga.work()
    olga.acquirer.visit("order-1", "bill", AMOUNT)
    olga.acquirer.pay("order-1")
    olga.core.failing = [AWAY] if step == 2 else []
    await olga.check()
    await olga.work()
    await olga.work()
    assert olga.payment.state is PaymentState.PAID
    assert (len(olga.core.bills), len(olga.core.orders), len(olga.core.confirmed)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Instalment(STRANGERS, 1), NothingSuch()),
        (Instalment(ids.encode("Policy", 999), 1), NothingSuch()),
        (Instalment("rubbish", 1), NothingSuch()),
        (Instalment(POLICY, 9), NothingSuch()),
        (Instalment(POLICY, 2), PaidAlready()),
        (Deductible(ids.encode("Claim", "c9")), NothingSuch()),
        (Deductible(ids.encode("Claim", "c2")), Unpayable()),
        (Deductible(POLICY), NothingSuch()),
    ],
)
async def test_what_is_not_theirs_or_not_owed_is_not_begun(wanted: object, problem: object) -> None:
    olga = Payer()
    assert (await olga.start(wanted)).problems == (problem,)  # type: ignore[arg-type]
    assert (olga.payments, olga.commands, olga.kept.rows.underway.wishes) == ([], [], {})


@pytest.mark.parametrize("status", [models.PolicyStatus.EXPIRED, models.PolicyStatus.CANCELLED])
async def test_of_a_policy_that_is_over_nothing_is_paid(status: models.PolicyStatus) -> None:
    olga = Payer()
    olga.reads.by_name["policies_of_holder"].rows[olga.owner.client_isn] = (objects.policy(100, status=status),)
    assert (await olga.start()).problems == (Unpayable(),)
    assert (olga.payments, olga.commands) == ([], [])


async def test_too_many_are_not_begun() -> None:
    olga = Payer()
    olga.kept.exhausted = {"payment_account"}
    (problem,) = (await olga.start()).problems
    assert isinstance(problem, TryLater)
    assert olga.payments == []
    assert olga.kept.takes == [("payment_account", str(olga.owner.id))]


async def test_with_the_bank_away_the_open_payment_is_shown_as_it_was() -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.acquirer.failing = [AcquirerUnavailable("order", "HTTP 503")]
    again = await olga.start(key=OTHER_KEY)
    assert again.payment is not None
    assert again.payment.state is PaymentState.OPEN


@pytest.mark.parametrize("amount", [AMOUNT, objects.rub("13000.00")])
@pytest.mark.parametrize("left_s", [2.0, 9.0])
async def test_a_slow_bank_is_given_no_more_time_than_the_request_has(left_s: float, amount: Money) -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, amount=amount),)
    ctx = olga.context()
    olga.clock.advance(ctx.call.deadline.remaining_s() - left_s)
    await start(ctx, OTHER_KEY, Instalment(POLICY, 1))
    assert olga.acquirer.given_s == [min(left_s, RULES.check_s)]

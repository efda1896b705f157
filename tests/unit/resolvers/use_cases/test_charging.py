"""A payment is charged to remembered means: once, and the bank's server is asked; if they do not pay, its page does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from domain.accounts.models import AccountId
from domain.accounts.ports import Template
from domain.acquirer import Order, OrderState
from domain.clock import Deadline
from domain.errors import AcquirerGarbled, AcquirerUnavailable, Refused
from domain.money import Money
from domain.outbox.models import CommandAction, CommandKind, CommandState
from domain.payments.means import MeansId, SavedMeans
from domain.payments.models import PaymentFailure, PaymentId, PaymentState
from domain.payments.problems import KeyReused, NoSuchMeans
from resolvers import ids
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments import following, remembered
from resolvers.use_cases.payments.payables import Instalment
from resolvers.use_cases.payments.starting import Started, start
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW
from tests.unit.resolvers.use_cases.paying import AMOUNT, KEY, OTHER_KEY, POLICY, RULES, Payer

AWAY = AcquirerUnavailable("charge", "no answer in time")
LONG_S = RULES.told_after.total_seconds()
GARBLED = AcquirerGarbled("charge", "HTTP 418")


def saved(olga: Payer, account: AccountId | None = None) -> str:
    """Let the bank have remembered a card before; return its global id."""
    token = f"means-{uuid4().hex}"
    means = SavedMeans(MeansId(uuid4()), account or olga.owner.id, token, "Карта", NOW.date(), NOW)
    olga.kept.rows.underway.means.append(means)
    olga.acquirer.remembered(token)
    return ids.encode("PaymentMeans", means.id)


async def begun(olga: Payer, means: str | None, key: str = KEY) -> Started:
    return await start(olga.context(), key, Instalment(POLICY, 1), means)


async def charged(olga: Payer, means: str) -> None:
    """Begin a payment with means, and let the worker do what it can."""
    assert (await begun(olga, means)).problems == ()
    await olga.work()


def kinds(olga: Payer) -> list[CommandKind]:
    return [each.kind for each in olga.commands]


async def test_it_is_paid_without_a_page() -> None:
    olga = Payer()
    await charged(olga, saved(olga))
    assert (olga.payment.state, olga.payment.paid_at) == (PaymentState.PAID, NOW)
    assert kinds(olga) == [
        CommandKind.CREATE_BILL,
        CommandKind.OPEN_ONLINE_BILL,
        CommandKind.CHARGE_ORDER,
        CommandKind.CONFIRM_PAYMENT,
    ]
    assert olga.acquirer.taken == {"order-1": 1}
    assert [(each.order, each.amount) for each in olga.core.confirmed] == [("order-1", AMOUNT)]
    assert olga.acquirer.bills == {"order-1": "B-900"}


async def test_what_a_charge_answers_is_not_believed_but_asked() -> None:
    olga = Payer()
    await charged(olga, saved(olga))
    assert [each for each, _ in olga.acquirer.asked] == ["charge", "order"]


@dataclass
class Boasting(FakeAcquirer):
    """Answers that it was paid, and its own server knows nothing of it."""

    async def charge(self, order: str, bill: str, amount: Money, token: str, deadline: Deadline) -> Order:
        return Order(order, OrderState.PAID, amount, NOW)


async def test_so_money_that_the_server_knows_nothing_of_is_none() -> None:
    olga = Payer(acquirer=Boasting())
    await charged(olga, saved(olga))
    assert (olga.payment.state, olga.core.confirmed) == (PaymentState.OPEN, [])


@pytest.mark.parametrize("commits", [True, False])
async def test_a_lost_answer_is_one_charge(*, commits: bool) -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY, AWAY, AWAY], commits=commits))
    means = saved(olga)
    for _ in range(3):
        await charged(olga, means)
        assert olga.payment.state is PaymentState.OPEN
    olga.acquirer.commits = False
    await olga.work()
    assert (olga.payment.state, olga.acquirer.taken) == (PaymentState.PAID, {"order-1": 1})
    assert len(olga.core.confirmed) == 1


async def test_however_long_the_bank_is_away_nobody_gives_it_up() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY] * 50))
    means = saved(olga)
    for _ in range(50):
        await charged(olga, means)
    assert olga.commands[-1].state is CommandState.WAITING
    await olga.work()
    assert olga.payment.state is PaymentState.PAID


async def test_a_callback_that_comes_before_the_answer_is_one_confirmation() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY], commits=True))
    await charged(olga, saved(olga))
    await olga.check()
    assert olga.payment.state is PaymentState.CONFIRMING
    await olga.work()
    assert (olga.payment.state, olga.acquirer.taken) == (PaymentState.PAID, {"order-1": 1})
    assert kinds(olga).count(CommandKind.CONFIRM_PAYMENT) == 1


async def test_two_workers_with_one_charge_are_one_payment() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY], commits=True))
    await charged(olga, saved(olga))
    command = olga.commands[-1]
    first, second = olga.delivering(), olga.delivering()
    await first.deliver(command.id)
    await second.deliver(command.id)
    await olga.work()
    assert (olga.acquirer.taken, len(olga.core.confirmed)) == ({"order-1": 1}, 1)


async def test_while_it_is_charged_no_page_is_shown_and_its_time_does_not_begin() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    await charged(olga, saved(olga))
    assert (olga.payment.is_being_charged, await olga.look(), olga.payment.shown_at) == (True, None, None)
    assert olga.kept.rows.underway.addressings == []


async def test_whoever_asks_while_it_is_charged_is_told_to_wait() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    means = saved(olga)
    await charged(olga, means)
    olga.kept.rows.underway.payments = [replace(olga.payment, waited_at=None)]
    again = await begun(olga, means)
    assert again.payment is not None
    assert again.payment.waited_at == NOW


async def test_means_that_the_bank_does_not_know_any_more_are_forgotten_and_the_page_is_shown() -> None:
    olga = Payer()
    means = saved(olga)
    olga.acquirer.means.clear()
    await charged(olga, means)
    assert (olga.payment.state, olga.payment.means) == (PaymentState.OPEN, None)
    assert await olga.look() == "https://pay.test/pay?order=order-1"
    assert (olga.means, olga.acquirer.taken) == ([], {})
    assert olga.outcomes[-1] == "refused"


async def test_means_that_the_bank_declines_are_kept_and_another_order_is_paid_on_its_page() -> None:
    olga = Payer()
    means = saved(olga)
    olga.acquirer.declines = True
    await charged(olga, means)
    assert (olga.payment.state, olga.payment.order, olga.payment.means) == (PaymentState.OPEN, "order-2", None)
    assert await olga.look() == "https://pay.test/pay?order=order-2"
    assert (len(olga.means), olga.acquirer.taken) == (1, {})
    olga.acquirer.visit("order-2", "B-900", AMOUNT)
    olga.acquirer.pay("order-2")
    await olga.check()
    await olga.work()
    assert (olga.payment.state, olga.acquirer.taken) == (PaymentState.PAID, {"order-2": 1})


async def test_so_it_is_where_a_callback_tells_that_they_were_declined() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY], commits=True, declines=True))
    await charged(olga, saved(olga))
    await olga.check()
    assert olga.payment.state is PaymentState.WAITING
    await olga.work()
    assert (olga.payment.state, olga.payment.order, olga.payment.page) == (
        PaymentState.OPEN,
        "order-2",
        "https://pay.test/pay?order=order-2",
    )
    assert kinds(olga).count(CommandKind.OPEN_ONLINE_BILL) == 2


async def test_a_late_word_of_the_order_before_changes_nothing() -> None:
    olga = Payer()
    olga.acquirer.declines = True
    await charged(olga, saved(olga))
    before = olga.payment
    late = Order("order-1", OrderState.CANCELLED, AMOUNT)
    async with olga.kept.work() as work:
        await following.settle(work, before.id, late, RULES, NOW)
    assert olga.payment == before


async def test_an_order_of_another_sum_is_stopped() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    await charged(olga, saved(olga))
    olga.acquirer.visit("order-1", "B-900", olga.dearer)
    await olga.work()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.AMOUNT_DIFFERS)
    assert (olga.alarms, olga.acquirer.taken) == ([olga.payment], {})
    assert olga.acquirer.orders["order-1"].state is OrderState.CANCELLED


async def test_nothing_is_charged_where_the_money_for_the_same_was_taken_before() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    await charged(olga, saved(olga))
    taken = replace(
        olga.payment,
        id=PaymentId(uuid4()),
        order="order-0",
        state=PaymentState.STOPPED,
        failure=PaymentFailure.NOT_CONFIRMED,
        paid_at=NOW,
    )
    olga.kept.rows.underway.payments.insert(0, taken)
    await olga.work()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.CANCELLED)
    assert olga.acquirer.taken == {}


async def test_a_payment_that_failed_meanwhile_is_not_charged() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    await charged(olga, saved(olga))
    await olga.acquirer.cancel("order-1", Deadline.after(olga.clock, 5))
    await olga.check()
    await olga.work()
    assert (olga.payment.state, olga.acquirer.taken) == (PaymentState.FAILED, {})
    assert [each for each, _ in olga.acquirer.asked].count("charge") == 1


async def test_the_means_are_part_of_the_wish() -> None:
    olga = Payer()
    one, other = saved(olga), saved(olga)
    await begun(olga, one)
    assert (await begun(olga, other)).problems == (KeyReused(),)
    assert (await begun(olga, None)).problems == (KeyReused(),)
    assert (await begun(olga, one)).problems == ()
    assert len(olga.payments) == 1


@pytest.mark.parametrize("whose", ["somebody else's", "forgotten", "none", "of another kind"])
async def test_means_of_somebody_else_are_as_none(whose: str) -> None:
    olga = Payer()
    mine = saved(olga)
    given = {
        "somebody else's": saved(olga, AccountId(uuid4())),
        "forgotten": mine,
        "none": "no id",
        "of another kind": ids.encode("Payment", uuid4()),
    }[whose]
    if whose == "forgotten":
        await remembered.forget(olga.context(), OTHER_KEY, mine)
    assert await begun(olga, given) == Started(problems=(NoSuchMeans(),))
    assert (olga.payments, olga.commands) == ([], [])
    assert all("startPayment" not in scope for scope, _ in olga.kept.rows.underway.wishes)


async def test_means_that_are_forgotten_before_the_charge_pay_nothing() -> None:
    olga = Payer()
    means = saved(olga)
    await begun(olga, means)
    await remembered.forget(olga.context(), OTHER_KEY, means)
    await olga.work()
    assert (olga.payment.state, olga.payment.page) == (PaymentState.OPEN, "https://pay.test/pay?order=order-1")
    assert olga.acquirer.taken == {}


async def test_but_what_they_have_paid_before_their_answer_came_is_paid() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY], commits=True))
    means = saved(olga)
    await charged(olga, means)
    await remembered.forget(olga.context(), OTHER_KEY, means)
    await olga.work()
    assert (olga.payment.state, olga.acquirer.taken) == (PaymentState.PAID, {"order-1": 1})


async def test_who_came_back_from_the_page_may_choose_means_instead() -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.acquirer.bills["order-1"] = "B-900"
    again = await begun(olga, saved(olga), OTHER_KEY)
    assert again.payment is not None
    await olga.work()
    assert (len(olga.payments), olga.payment.state) == (1, PaymentState.PAID)
    assert olga.acquirer.taken == {"order-1": 1}


async def test_so_may_who_waits_for_the_core() -> None:
    olga = Payer()
    await olga.start()
    await begun(olga, saved(olga), OTHER_KEY)
    await olga.work()
    assert (len(olga.payments), olga.payment.state) == (1, PaymentState.PAID)
    assert kinds(olga).count(CommandKind.CHARGE_ORDER) == 1


async def test_two_tabs_with_two_means_are_one_charge() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    one, other = saved(olga), saved(olga)
    await charged(olga, one)
    await begun(olga, other, OTHER_KEY)
    await olga.work()
    assert (olga.acquirer.taken, ids.encode("PaymentMeans", olga.payment.means)) == ({"order-1": 1}, one)
    assert kinds(olga).count(CommandKind.CHARGE_ORDER) == 1


async def test_an_operator_who_gives_the_charge_up_sends_the_customer_to_the_page() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[GARBLED] * 20))
    means = saved(olga)
    for _ in range(20):
        await charged(olga, means)
    last = olga.commands[-1]
    assert (last.kind, last.state) == (CommandKind.CHARGE_ORDER, CommandState.DEAD)
    assert await act(
        olga.kept, last.number, CommandAction.DROP, "Ivanova", "the bank is broken", NOW, olga.alarms.append
    )
    assert (olga.payment.state, olga.payment.page) == (PaymentState.OPEN, "https://pay.test/pay?order=order-1")
    assert (len(olga.means), olga.alarms) == (1, [])


async def test_who_was_told_to_wait_is_told_when_there_is_a_page_after_all() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[AWAY]))
    means = saved(olga)
    await charged(olga, means)
    await begun(olga, means)
    assert olga.payment.waited_at == NOW
    olga.acquirer.means.clear()
    olga.clock.advance(LONG_S)
    await olga.work()
    assert [each.template for each in olga.kept.rows.messages] == [Template.PAYMENT_READY]


async def test_who_was_told_to_wait_hears_nothing_of_a_page_where_it_is_charged() -> None:
    olga = Payer()
    await begun(olga, saved(olga))
    olga.clock.advance(LONG_S)
    await olga.work()
    assert olga.payment.state is PaymentState.PAID
    assert olga.kept.rows.messages == []


async def test_a_refusal_that_says_nothing_of_the_means_keeps_them() -> None:
    olga = Payer(acquirer=FakeAcquirer(failing=[Refused("OTHER")]))  # type: ignore[list-item]
    await charged(olga, saved(olga))
    assert (olga.payment.page, len(olga.means)) == ("https://pay.test/pay?order=order-1", 1)

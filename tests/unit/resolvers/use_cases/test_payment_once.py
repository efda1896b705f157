"""One thing is paid once: whatever is begun beside it, by whomever, and whatever the bank says after all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain import models
from domain.accounts.problems import TryLater
from domain.acquirer import OrderState
from domain.errors import SignInRequired, Source, SourceTimeout
from domain.payments.models import Payment, PaymentFailure, PaymentState
from domain.payments.problems import (
    PaidAlready,
    PaymentProblem,
    PaymentStopped,
    Unpayable,
)
from resolvers.context import Context
from resolvers.use_cases.payments import starting
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.payables import Deductible, Instalment, Priced, Wanted, priced
from resolvers.use_cases.payments.reconciling import Reconciling
from resolvers.use_cases.payments.starting import Started
from tests.fakes import objects
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import NOW
from tests.unit.resolvers.use_cases.paying import AMOUNT, CLAIM, OTHER_KEY, POLICY, RULES, Hasty, Payer


async def test_two_tabs_pay_the_same_instalment_by_one_payment() -> None:
    olga = Payer()
    first = await olga.start()
    await olga.work()
    second = await olga.start(key=OTHER_KEY)
    assert first.payment is not None
    assert second.payment == olga.payment
    assert (len(olga.payments), second.payment.id) == (1, first.payment.id)


async def test_two_tabs_at_the_very_same_time_are_one_payment() -> None:
    olga = Payer()
    both = await asyncio.gather(olga.start(), olga.start(key=OTHER_KEY))
    assert len({each.payment.id for each in both if each.payment is not None}) == 1
    assert len(olga.commands) == 1


@pytest.mark.parametrize("end", [PaymentState.PAID, PaymentState.STOPPED, PaymentState.FAILED])
@pytest.mark.parametrize("is_seen", [False, True], ids=["read before", "read after"])
async def test_who_is_overtaken_by_the_first_with_the_key_gets_its_payment_whatever_became_of_it(
    monkeypatch: pytest.MonkeyPatch, end: PaymentState, *, is_seen: bool
) -> None:
    olga = Payer()

    async def slowly(ctx: Context, wanted: Wanted) -> Any:
        """Ask the core, which takes so long that all is over before or after it has read."""
        monkeypatch.undo()
        found = None if is_seen else await priced(ctx, wanted)
        order = await olga.on_the_page()
        if end is PaymentState.FAILED:
            olga.acquirer.decline(order)
        else:
            olga.acquirer.pay(order)
        if end is PaymentState.STOPPED:
            olga.acquirer.orders[order] = replace(olga.acquirer.orders[order], amount=olga.dearer)
        await olga.check()
        await olga.work()
        return found or await priced(ctx, wanted)

    monkeypatch.setattr(starting, "priced", slowly)
    overtaken = await olga.start()
    [payment] = olga.payments
    assert payment.state is end
    assert (overtaken.problems, overtaken.payment) == ((), payment)


async def test_nothing_is_begun_by_whose_account_is_locked_while_the_core_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    olga = Payer()

    async def slowly(ctx: Context, wanted: Wanted) -> Any:
        found = await priced(ctx, wanted)
        olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, locked_at=NOW, lock_reason="stolen")
        return found

    monkeypatch.setattr(starting, "priced", slowly)
    # What is in the way is looked at under the same condition.
    monkeypatch.setattr(starting, "_clear_the_way", unhindered)
    with pytest.raises(SignInRequired):
        await olga.start()
    assert (olga.payments, olga.commands, olga.kept.rows.underway.wishes) == ([], [], {})


async def unhindered(ctx: Context, found: Priced) -> None:
    """Nothing is in the way."""


async def test_the_same_key_again_is_answered_though_the_core_is_away_and_no_attempt_is_left() -> None:
    olga = Payer()
    begun = await olga.start()
    olga.kept.exhausted.add("payment_account")
    olga.reads.by_name["instalments"].failure = SourceTimeout(Source.POLICY_CORE, "GetInstalments", "no answer")
    assert await olga.start() == begun
    assert [type(each) for each in (await olga.start(key=OTHER_KEY)).problems] == [TryLater]


async def paid_after_all(olga: Payer) -> Payment | None:
    """Begin two payments, the second after the first has failed; then the bank says that the first was paid."""
    order = await olga.on_the_page()
    olga.acquirer.expire(order)
    await olga.check()
    await olga.start(key=OTHER_KEY)
    olga.acquirer.orders[order] = replace(olga.acquirer.orders[order], state=OrderState.PAID, paid_at=NOW)
    return olga.payments[0]


async def look(olga: Payer, payment: Payment | None) -> None:
    assert payment is not None
    await Checking(olga.kept, olga.ports, olga.clock).check(payment.id)


async def test_one_that_failed_and_was_paid_after_all_is_stopped_and_alarms() -> None:
    olga = Payer()
    order = await olga.on_the_page()
    olga.acquirer.expire(order)
    await olga.check()
    olga.acquirer.orders[order] = replace(olga.acquirer.orders[order], state=OrderState.PAID, paid_at=NOW)
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.NOT_CONFIRMED)
    assert (olga.payment.paid_at, olga.alarms) == (NOW, [olga.payment])


async def test_what_was_begun_meanwhile_is_closed_then_so_that_nobody_pays_twice() -> None:
    olga = Payer()
    first = await paid_after_all(olga)
    await olga.work()
    await look(olga, first)
    assert olga.acquirer.orders["order-2"].state is OrderState.CANCELLED
    assert [each.state for each in olga.payments] == [PaymentState.STOPPED, PaymentState.FAILED]
    assert olga.alarms == [olga.payments[0]]
    assert (await olga.start(key="third-key")).problems == (PaymentStopped(olga.payments[0].id),)


async def test_what_the_bank_did_not_close_then_is_closed_by_the_next_look() -> None:
    olga = Payer(acquirer=Hasty(away=True))
    first = await paid_after_all(olga)
    await olga.work()
    await look(olga, first)
    assert [each.state for each in olga.payments] == [PaymentState.STOPPED, PaymentState.OPEN]
    olga.acquirer = FakeAcquirer(olga.acquirer.orders)
    olga.clock.advance(RULES.check_every.total_seconds() + 1)
    await Reconciling(Checking(olga.kept, olga.ports, olga.clock), RULES.check_every).look()
    assert olga.payment.state is PaymentState.FAILED


async def test_what_was_begun_meanwhile_and_still_waits_is_never_opened() -> None:
    olga = Payer()
    await look(olga, await paid_after_all(olga))
    await olga.work()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.ALREADY_PAID)
    assert list(olga.core.orders) == ["order-1"]


async def test_paid_in_the_moment_of_being_closed_it_is_paid() -> None:
    olga = Payer()
    payment = await olga.opened()
    order = await olga.on_the_page()
    olga.acquirer.pay(order)
    closed = await Checking(olga.kept, olga.ports, olga.clock).close(payment)
    assert closed is not None
    assert closed.state is PaymentState.CONFIRMING


async def shown_as_paid(olga: Payer, wanted: Wanted) -> None:
    """Pay, and have it shown: by what is laid over, or by the systems themselves."""
    number = objects.claim("c1").number
    assert number is not None
    olga.core.amounts[models.DeductibleBill(objects.number(100), number, AMOUNT)] = AMOUNT
    order = (await olga.opened(wanted)).order
    assert order is not None
    olga.acquirer.visit(order, "bill", AMOUNT)
    olga.acquirer.pay(order)
    await olga.check()
    rows = {name: read.rows for name, read in olga.reads.by_name.items()}
    rows["instalments"][objects.number(100)] = (objects.instalment(1, amount=AMOUNT, paid_on=objects.in_days(0)),)
    referral = objects.referral(deductible_due=AMOUNT, deductible_paid_on=objects.in_days(0))
    rows["claims"][models.ClaimId("c1")] = objects.claim("c1", referral=referral)
    rows["claims_of_policy"][objects.number(100)] = (objects.claim("c1", referral=referral),)


@pytest.mark.parametrize("wanted", [Instalment(POLICY, 1), Deductible(CLAIM)])
@pytest.mark.parametrize("is_confirmed", [False, True])
async def test_what_is_shown_as_paid_names_the_payment_by_which_it_was_paid_here(
    wanted: Wanted, is_confirmed: bool
) -> None:
    olga = Payer()
    await shown_as_paid(olga, wanted)
    if is_confirmed:
        await olga.work()
    assert (await olga.start(wanted, OTHER_KEY)).problems == (PaidAlready(olga.payment.id),)


async def test_what_was_paid_elsewhere_or_by_another_account_names_none() -> None:
    olga = Payer()
    await shown_as_paid(olga, Instalment(POLICY, 1))
    olga.belongs_to_another()
    assert (await olga.start(key=OTHER_KEY)).problems == (PaidAlready(),)
    olga.kept.rows.underway.payments = []
    assert (await olga.start(key="third-key")).problems == (PaidAlready(),)


async def test_one_that_failed_is_not_the_one_by_which_it_was_paid() -> None:
    olga = Payer()
    olga.acquirer.decline(await olga.on_the_page())
    await olga.check()
    paid = objects.instalment(1, amount=AMOUNT, paid_on=objects.in_days(0))
    olga.reads.by_name["instalments"].rows[objects.number(100)] = (paid,)
    assert (await olga.start(key=OTHER_KEY)).problems == (PaidAlready(),)


@pytest.mark.parametrize(
    ("end", "problem"), [(None, Unpayable()), ("paid", PaidAlready()), ("confirmed", PaidAlready())]
)
async def test_of_another_accounts_payment_is_told_no_more_than_whether_it_is_paid(
    end: str | None, problem: PaymentProblem
) -> None:
    olga = Payer()
    order = await olga.on_the_page()
    if end is not None:
        olga.acquirer.pay(order)
        await olga.check()
    if end == "confirmed":
        await olga.work()
    olga.belongs_to_another()
    assert await olga.start(key=OTHER_KEY) == Started(problems=(problem,))
    assert len(olga.payments) == 1


async def test_another_accounts_payment_is_neither_asked_about_nor_closed() -> None:
    olga = Payer()
    order = await olga.on_the_page()
    olga.belongs_to_another()
    dearer = objects.rub("13000.00")
    for amount in (AMOUNT, dearer):
        olga.reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, amount=amount),)
        assert (await olga.start(key=OTHER_KEY)).problems == (Unpayable(),)
    assert (olga.acquirer.asked, olga.acquirer.orders[order].state) == ([], OrderState.NEW)

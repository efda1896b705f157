"""What is paid is what the customer was told: whoever asks for another sum, core or bank, does not get it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.acquirer import OrderState
from domain.errors import AcquirerUnavailable, Refused, SignInRequired
from domain.money import Money
from domain.payments.models import PaymentFailure, PaymentState
from domain.payments.problems import (
    PaymentStopped,
    Unpayable,
)
from resolvers.use_cases.payments.payables import Deductible, Instalment
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.unit.resolvers.use_cases.paying import AMOUNT, CLAIM, INSTALMENT, OTHER_KEY, POLICY, Hasty, Payer


@pytest.mark.parametrize("amount", ["12000.01", "11999.99"])
async def test_another_sum_at_the_bank_stops_it_and_alarms(amount: str) -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page(objects.rub(amount)))
    await olga.check()
    await olga.work()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.AMOUNT_DIFFERS)
    assert olga.alarms == [olga.payment]
    assert olga.core.confirmed == []
    assert (await olga.start(key=OTHER_KEY)).problems == (PaymentStopped(olga.payment.id),)


async def test_another_sum_on_the_banks_page_is_noticed_before_anybody_pays_it() -> None:
    olga = Payer()
    order = await olga.on_the_page(objects.rub("99000.00"))
    await olga.check()
    assert olga.acquirer.orders[order].state is OrderState.CANCELLED
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.AMOUNT_DIFFERS)
    assert (olga.payment.paid_at, olga.alarms) == (None, [olga.payment])


async def test_another_sum_that_was_paid_while_its_order_was_cancelled_is_known_to_be_paid() -> None:
    olga = Payer(acquirer=Hasty())
    await olga.on_the_page(objects.rub("99000.00"))
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.AMOUNT_DIFFERS)
    assert (olga.payment.paid_at, olga.alarms) == (NOW, [olga.payment])


@pytest.mark.parametrize("end", [OrderState.DECLINED, OrderState.EXPIRED, OrderState.CANCELLED])
async def test_an_order_of_another_sum_stops_it_however_it_ended(end: OrderState) -> None:
    """Also where it was cancelled by us, who then died before taking note of it."""
    olga = Payer()
    order = await olga.on_the_page(objects.rub("99000.00"))
    olga.acquirer.orders[order] = replace(olga.acquirer.orders[order], state=end)
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.STOPPED, PaymentFailure.AMOUNT_DIFFERS)
    assert olga.alarms == [olga.payment]


async def test_another_sum_is_still_open_while_the_bank_does_not_cancel_it() -> None:
    olga = Payer(acquirer=Hasty(away=True))
    await olga.on_the_page(objects.rub("99000.00"))
    with pytest.raises(AcquirerUnavailable):
        await olga.check()
    assert (olga.payment.state, olga.alarms) == (PaymentState.OPEN, [])


async def test_another_sum_on_the_bill_is_never_asked_for() -> None:
    olga = Payer()
    olga.core.amounts = {subject: objects.rub("13000.00") for subject in olga.core.amounts}
    payment = await olga.opened()
    assert (payment.state, payment.failure) == (PaymentState.FAILED, PaymentFailure.AMOUNT_CHANGED)
    assert olga.core.orders == {}


@pytest.mark.parametrize("amount", [objects.rub("0.00"), objects.rub("-1.00"), Money(AMOUNT.amount, "USD")])
@pytest.mark.parametrize("wanted", [Instalment(POLICY, 1), Deductible(CLAIM)])
async def test_no_money_and_foreign_money_cannot_be_paid(amount: Money, wanted: Instalment | Deductible) -> None:
    olga = Payer()
    olga.reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, amount=amount),)
    claim = objects.claim("c1", referral=objects.referral(deductible_due=amount, deductible_paid_on=None))
    olga.reads.by_name["claims_of_policy"].rows[objects.number(100)] = (claim,)
    assert (await olga.start(wanted)).problems == (Unpayable(),)
    assert (olga.payments, olga.commands) == ([], [])


async def test_for_who_was_signed_out_meanwhile_no_order_is_closed() -> None:
    olga = Payer()
    await olga.on_the_page()
    olga.reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, amount=objects.rub("13000")),)
    asked, plan = [*olga.acquirer.asked], olga.reads.ports.instalments

    async def locked_meanwhile(*given: Any) -> Any:
        olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, locked_at=NOW)
        return await plan(*given)

    olga.reads.ports = replace(olga.reads.ports, instalments=locked_meanwhile)
    with pytest.raises(SignInRequired):
        await olga.start(key=OTHER_KEY)
    assert olga.acquirer.asked == asked


async def test_a_changed_sum_closes_the_order_of_the_old_one_first() -> None:
    olga = Payer()
    order = await olga.on_the_page()
    dearer = objects.rub("13000.00")
    olga.reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, amount=dearer),)
    await olga.start(key=OTHER_KEY)
    assert olga.acquirer.orders[order].state is OrderState.CANCELLED
    assert [each.amount for each in olga.payments] == [AMOUNT, dearer]
    olga.core.cancel_bill(INSTALMENT, dearer)
    await olga.work()
    assert [each.state for each in olga.payments] == [PaymentState.FAILED, PaymentState.OPEN]


async def test_while_the_old_bill_is_open_a_changed_sum_is_asked_for_twice_and_then_looked_at() -> None:
    """The core gives the old bill for as long as it is open, so that a third time would come to the same."""
    olga = Payer()
    await olga.on_the_page()
    dearer = objects.rub("13000.00")
    olga.reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, amount=dearer),)
    for key in ("second-key", "third-key"):
        assert olga.alarms == []
        await olga.start(key=key)
        await olga.work()
    assert [(each.state, each.failure) for each in olga.payments[1:]] == [
        (PaymentState.FAILED, PaymentFailure.AMOUNT_CHANGED),
        (PaymentState.STOPPED, PaymentFailure.AMOUNT_CHANGED),
    ]
    assert olga.alarms == [olga.payment]
    assert (await olga.start(key="fourth-key")).problems == (PaymentStopped(olga.payment.id),)


async def test_sums_that_change_and_change_again_do_not_stop_it() -> None:
    olga = Payer()
    await olga.on_the_page()
    for key, sum_ in (("second-key", "13000.00"), ("third-key", "14000.00"), ("fourth-key", "12000.00")):
        asked = objects.instalment(1, amount=objects.rub(sum_))
        olga.reads.by_name["instalments"].rows[objects.number(100)] = (asked,)
        await olga.start(key=key)
        await olga.work()
    assert olga.payment.state is PaymentState.OPEN
    assert olga.alarms == []


async def test_a_deductible_of_which_a_bill_of_another_sum_is_open_is_asked_for_twice_and_then_looked_at() -> None:
    olga = Payer()
    for key in ("first-key", "second-key"):
        await olga.start_deductible(key)
        olga.core.failing = [Refused("AMOUNT_DIFFERS")]
        await olga.work()
    assert [(each.state, each.failure) for each in olga.payments] == [
        (PaymentState.FAILED, PaymentFailure.AMOUNT_CHANGED),
        (PaymentState.STOPPED, PaymentFailure.AMOUNT_CHANGED),
    ]
    assert olga.alarms == [olga.payment]

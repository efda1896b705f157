"""What customers are told, once, by mail: how the waiting for a payment has ended, and how a renewal has come out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain import models
from domain.accounts.ports import Message, Template
from domain.errors import Refused, Source, SourceInMaintenance, SourceTimeout
from domain.models import ContactKind
from domain.money import Locale
from domain.outbox.models import CommandAction, CommandId, CommandKind
from domain.payments.models import MOST_IN_VAIN, PaymentFailure, PaymentState
from domain.renewals.models import OfferState
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.closing import close
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.underway import FakePayments
from tests.unit.resolvers.use_cases.paying import AMOUNT, INSTALMENT, OTHER_KEY, RULES, Payer
from tests.unit.resolvers.use_cases.renewing import Renewer

CLOSED = SourceInMaintenance(Source.POLICY_CORE, "CreateBill", None)
AWAY = SourceTimeout(Source.POLICY_CORE, "CreateBill", "no answer")
LONG_S = RULES.told_after.total_seconds()
OF_CODES = {Template.CODE}


def told(olga: Payer) -> list[Message]:
    """Messages that are no codes."""
    return [each for each in olga.kept.rows.messages if each.template not in OF_CODES]


async def waited(olga: Payer, seconds: float) -> None:
    """Let the core be closed while a payment is begun, and open after so long."""
    olga.core.failing = [CLOSED]
    await olga.opened()
    assert olga.payment.waited_at is not None
    olga.clock.advance(seconds)
    await olga.work()
    assert olga.payment.state is PaymentState.OPEN


@pytest.mark.parametrize("locale", Locale)
async def test_a_payment_that_was_told_to_wait_is_told_to_be_ready_in_its_owners_language(locale: Locale) -> None:
    olga = Payer()
    olga.owner = replace(olga.owner, locale=locale)
    olga.kept.rows.accounts[olga.owner.id] = olga.owner
    await waited(olga, LONG_S)
    assert told(olga) == [
        Message(ContactKind.EMAIL, "olga@example.ru", Template.PAYMENT_READY, locale, {"number": "1"})
    ]


async def test_one_that_became_ready_while_its_customer_looked_on_is_not_told() -> None:
    olga = Payer()
    await waited(olga, LONG_S - 1)
    assert told(olga) == []


async def test_nor_is_one_that_nobody_was_told_to_wait_for() -> None:
    olga = Payer()
    await olga.start()
    olga.kept.rows.underway.payments = [replace(olga.payment, waited_at=None)]
    olga.clock.advance(LONG_S)
    await olga.work()
    assert (olga.payment.state, told(olga)) == (PaymentState.OPEN, [])


async def test_what_waits_is_kept_the_first_time_that_it_is_told() -> None:
    olga = Payer()
    olga.core.failing = [CLOSED]
    await olga.opened()
    first = olga.clock.now()
    olga.clock.advance(30)
    again = await olga.start(key=OTHER_KEY)
    assert again.payment is not None
    assert (again.payment.waited_at, olga.payment.waited_at) == (first, first)


async def test_one_that_is_opened_at_the_last_moment_is_shown_open_and_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    olga = Payer()

    async def opened_first(*_given: object) -> None:
        await olga.work()

    monkeypatch.setattr(FakePayments, "waited", opened_first)
    begun = await olga.start()
    assert begun.payment is not None
    assert (begun.payment.state, begun.payment.waited_at, told(olga)) == (PaymentState.OPEN, None, [])


async def waited_in_vain(olga: Payer, seconds: float = LONG_S) -> None:
    """Let the core be closed while a payment is begun, and decline it after so long."""
    olga.core.failing = [CLOSED, Refused("NOT_PAYABLE")]
    await olga.opened()
    olga.clock.advance(seconds)
    await olga.work()
    assert olga.payment.state is PaymentState.FAILED


@pytest.mark.parametrize("locale", Locale)
async def test_what_waited_in_vain_is_told_so_in_its_owners_language(locale: Locale) -> None:
    olga = Payer()
    olga.owner = replace(olga.owner, locale=locale)
    olga.kept.rows.accounts[olga.owner.id] = olga.owner
    await waited_in_vain(olga)
    await repeated(olga)
    assert told(olga) == [
        Message(ContactKind.EMAIL, "olga@example.ru", Template.PAYMENT_FAILED, locale, {"number": "1"})
    ]


async def test_what_failed_while_its_customer_looked_on_is_not_told() -> None:
    olga = Payer()
    await waited_in_vain(olga, LONG_S - 1)
    assert told(olga) == []


async def test_nor_is_what_nobody_was_told_to_wait_for() -> None:
    olga = Payer()
    await olga.start()
    olga.kept.rows.underway.payments = [replace(olga.payment, waited_at=None)]
    olga.core.failing = [Refused("NOT_PAYABLE")]
    olga.clock.advance(LONG_S)
    await olga.work()
    assert (olga.payment.state, told(olga)) == (PaymentState.FAILED, [])


async def test_a_bill_over_another_sum_after_the_waiting_is_told_as_a_failure() -> None:
    olga = Payer()
    olga.core.failing = [CLOSED]
    await olga.opened()
    olga.core.amounts[INSTALMENT] = olga.dearer
    olga.clock.advance(LONG_S)
    await olga.work()
    assert olga.payment.failure is PaymentFailure.AMOUNT_CHANGED
    assert [each.template for each in told(olga)] == [Template.PAYMENT_FAILED]


async def test_one_that_is_stopped_thereby_is_left_to_the_person_who_looks() -> None:
    olga = Payer()
    await olga.start()
    olga.core.amounts[INSTALMENT] = olga.dearer
    await olga.work()
    olga.core.failing = [CLOSED]
    await olga.start(key=OTHER_KEY)
    await olga.work()
    olga.clock.advance(LONG_S)
    await olga.work()
    assert (olga.payment.state, told(olga)) == (PaymentState.STOPPED, [])


@pytest.mark.parametrize("kind", [CommandKind.CREATE_BILL, CommandKind.OPEN_ONLINE_BILL])
async def test_what_an_operator_gives_up_is_told_whenever_that_is(kind: CommandKind) -> None:
    olga = Payer()
    await olga.start()
    while olga.commands[-1].kind is not kind:
        await olga.delivering().deliver(olga.commands[-1].id)
    for _ in range(2):
        await act(olga.kept, len(olga.commands), CommandAction.DROP, "Ivanova", "cannot be done", NOW, print)
    assert olga.payment.state is PaymentState.FAILED
    assert [each.template for each in told(olga)] == [Template.PAYMENT_FAILED]


async def test_who_was_told_that_it_is_ready_and_never_came_is_told_when_it_is_too_late() -> None:
    olga = Payer()
    await waited(olga, LONG_S)
    await olga.rounds(2, RULES.unshown_life)
    assert olga.payment.failure is PaymentFailure.CANCELLED
    assert [each.template for each in told(olga)] == [Template.PAYMENT_READY, Template.PAYMENT_FAILED]


async def test_who_came_to_the_page_is_told_there() -> None:
    olga = Payer()
    await waited(olga, LONG_S)
    await olga.look()
    olga.acquirer.visit("order-1", "B-900", AMOUNT)
    olga.acquirer.decline("order-1")
    await olga.check()
    assert olga.payment.failure is PaymentFailure.DECLINED
    assert [each.template for each in told(olga)] == [Template.PAYMENT_READY]


async def test_with_whom_a_person_has_closed_it_that_person_speaks() -> None:
    olga = Payer()
    await waited(olga, LONG_S)
    olga.kept.rows.underway.payments = [replace(olga.payment, in_vain=MOST_IN_VAIN)]
    assert await close(olga.kept, olga.payment.number, "Ivanova", "void by the bank's statement", NOW)
    await olga.rounds(2)
    assert (olga.payment.failure, [each.template for each in told(olga)]) == (
        PaymentFailure.CLOSED,
        [Template.PAYMENT_READY],
    )


async def test_however_often_its_job_runs_a_payment_is_told_once() -> None:
    olga = Payer()
    await waited(olga, LONG_S)
    await repeated(olga)
    assert [each.template for each in told(olga)] == [Template.PAYMENT_READY]


async def test_nor_is_a_word_lost_where_an_answer_was() -> None:
    olga = Payer()
    olga.core.failing = [CLOSED]
    await olga.opened()
    olga.clock.advance(LONG_S)
    olga.core.commits, olga.core.failing = True, [AWAY]
    await olga.work()
    await olga.work()
    await olga.work()
    assert [each.template for each in told(olga)] == [Template.PAYMENT_READY]


async def test_an_agreed_renewal_is_told_once() -> None:
    olga = Renewer()
    await olga.agreed()
    await repeated(olga)
    assert told(olga) == [
        Message(ContactKind.EMAIL, "olga@example.ru", Template.RENEWAL_AGREED, Locale.RU, {"number": "1"})
    ]


async def test_a_renewal_at_another_price_is_told_once_by_the_number_that_was_signed() -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.rate *= 2
    await olga.deliver()
    await repeated(olga)
    assert told(olga) == [
        Message(ContactKind.EMAIL, "olga@example.ru", Template.RENEWAL_REPRICED, Locale.RU, {"number": "1"})
    ]


@pytest.mark.parametrize("answer", [Refused("NOT_RENEWABLE"), "dearer"])
async def test_one_that_came_to_nothing_is_not_told_to_be_agreed(answer: Any) -> None:
    olga = Renewer()
    await olga.signed()
    if isinstance(answer, Refused):
        olga.renewing.failing = [answer]
    else:
        (command,) = olga.commands
        dearer = models.Agreement(models.Isn(7300), models.Isn(500), "P-500", objects.rub("99999.00"))
        olga.renewing.agreements[str(command.id)] = dearer
    await olga.deliver()
    assert (olga.offer.state, told(olga)) == (OfferState.REFUSED, [])


async def repeated(olga: Payer) -> None:
    """Have every job run again, as after a worker that was killed."""
    delivering = olga.delivering()
    for each in olga.commands:
        await delivering.deliver(CommandId(each.id))

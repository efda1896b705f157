"""What was agreed is paid by the end of its first day of cover, or not at all; then the policy may be renewed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import pytest

from domain import models
from domain.accounts.messages import Template
from domain.clock import MOSCOW
from domain.errors import Source, SourceTimeout
from domain.payments.models import Payment, PaymentFailure, PaymentState
from domain.payments.problems import PaidAlready, TooLate, Unpayable
from domain.renewals.models import OfferState, RenewalOffer
from domain.renewals.problems import POLICY, NotRenewable, OfferExpired, RenewedAlready
from resolvers import ids
from resolvers.use_cases.payments.payables import Instalment, Renewal, Wanted
from resolvers.use_cases.renewals import own
from tests.fakes import objects
from tests.fakes.underway import FakePayments
from tests.unit.resolvers.use_cases.paying import OTHER_KEY
from tests.unit.resolvers.use_cases.renewing import Renewer

NEW = models.PolicyNumber("P500")
AWAY = SourceTimeout(Source.POLICY_CORE, "GetInstalments", "no answer")
MINUTE = timedelta(minutes=1)


def end_of(offer: RenewalOffer) -> datetime:
    """The first instant after the day on which it can be paid."""
    return datetime.combine(offer.payable_until + timedelta(days=1), time(), MOSCOW).astimezone(UTC)


async def agreed(status: models.PolicyStatus = models.PolicyStatus.AWAITING_PAYMENT) -> Renewer:
    """A customer whose renewal is agreed, and owed for."""
    olga = Renewer()
    offer = await olga.agreed()
    assert offer.agreement is not None
    owed = tuple(objects.instalment(n, amount=offer.first_instalment, paid_on=None) for n in (1, 2))
    olga.reads.by_name["instalments"].rows[NEW] = owed
    shows(olga, status)
    olga.core.amounts[models.AgreementBill(offer.agreement)] = offer.first_instalment
    return olga


def shows(olga: Renewer, status: models.PolicyStatus) -> None:
    """Let the core show the new policy so."""
    new = replace(objects.policy(500, status=status), key=NEW)
    olga.reads.by_name["policies"].rows[models.Isn(500)] = new
    olga.reads.by_name["policies_by_number"].rows[NEW] = new
    held: Any = olga.reads.by_name["policies_of_holder"].rows
    held[olga.owner.client_isn] = (*(each for each in held[olga.owner.client_isn] if each.isn != 500), new)


async def shown(olga: Renewer) -> OfferState:
    """Return the state that the customer is told, of one as in the list."""
    [one, *_] = [each for each in await own.all_own(olga.context()) if each.id == olga.offer.id]
    found = await own.own(olga.context(), olga.offer.id)
    assert found == one
    return one.state


WAYS: Final[dict[str, Callable[[Renewer], Wanted]]] = {
    "as the renewal": lambda olga: Renewal(olga.id),
    "as the first instalment": lambda _: Instalment(ids.encode("Policy", 500), 1),
    "as the second instalment": lambda _: Instalment(ids.encode("Policy", 500), 2),
}


@pytest.mark.parametrize("way", WAYS)
async def test_until_its_first_day_ends_in_moscow_it_can_be_paid(way: str) -> None:
    olga = await agreed()
    olga.clock.instant = end_of(olga.offer) - MINUTE
    wanted = WAYS[way](olga)
    assert await shown(olga) is OfferState.AGREED
    assert (await olga.start(wanted)).problems == ()


@pytest.mark.parametrize("way", WAYS)
async def test_from_then_on_it_is_refused_whichever_way_and_shown_as_over(way: str) -> None:
    olga = await agreed()
    olga.clock.instant = end_of(olga.offer)
    wanted = WAYS[way](olga)
    assert (await olga.start(wanted)).problems == (TooLate(olga.offer.payable_until),)
    assert olga.payments == []
    assert await shown(olga) is OfferState.EXPIRED
    assert (await olga.accept(OTHER_KEY)).problems == (OfferExpired(),)


async def test_a_day_that_ends_while_a_payment_is_begun_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    olga = await agreed()
    olga.clock.instant = end_of(olga.offer) - timedelta(seconds=1)
    underway = FakePayments.underway

    async def late(payments: FakePayments, subject: str) -> Payment | None:
        olga.clock.instant = end_of(olga.offer)
        return await underway(payments, subject)

    monkeypatch.setattr(FakePayments, "underway", late)
    assert (await olga.start(Renewal(olga.id))).problems == (TooLate(olga.offer.payable_until),)
    assert (olga.payments, olga.waiting) == ([], [])


async def test_what_was_paid_in_time_goes_on_though_the_core_hears_of_it_later() -> None:
    olga = await agreed()
    payment = await olga.opened(Renewal(olga.id))
    assert payment.order is not None
    olga.acquirer.visit(payment.order, "bill", olga.offer.first_instalment)
    olga.acquirer.pay(payment.order)
    olga.clock.instant = end_of(olga.offer) + MINUTE
    await olga.check()
    assert olga.payment.state is PaymentState.CONFIRMING
    assert await shown(olga) is OfferState.AGREED
    assert (await olga.start(Renewal(olga.id), OTHER_KEY)).problems == (PaidAlready(payment.id),)
    assert (await olga.price(key="once more")).problems == (RenewedAlready(olga.offer.id, POLICY),)
    await olga.work()
    assert [each.state for each in olga.payments] == [PaymentState.PAID]


@pytest.mark.parametrize("way", ["as the renewal", "as the first instalment"])
async def test_an_order_that_was_begun_and_not_paid_in_time_is_closed_at_the_next_look(way: str) -> None:
    olga = await agreed()
    olga.core.amounts[models.InstalmentBill(NEW, 1)] = olga.offer.first_instalment
    olga.clock.instant = end_of(olga.offer) - 2 * MINUTE
    assert (await olga.opened(WAYS[way](olga))).order is not None
    olga.clock.instant += MINUTE
    await olga.check()
    assert olga.payment.state is PaymentState.OPEN
    olga.clock.instant = end_of(olga.offer)
    assert await shown(olga) is OfferState.AGREED
    await olga.check()
    assert (olga.payment.state, olga.payment.failure) == (PaymentState.FAILED, PaymentFailure.CANCELLED)
    assert await shown(olga) is OfferState.EXPIRED
    assert (await olga.start(WAYS[way](olga), OTHER_KEY)).problems == (TooLate(olga.offer.payable_until),)


async def test_what_the_core_says_is_paid_stays_agreed_and_of_what_it_cannot_tell_nobody_knows() -> None:
    olga = await agreed()
    olga.clock.instant = end_of(olga.offer)
    rows: Any = olga.reads.by_name["instalments"].rows
    first, second = rows[NEW]
    rows[NEW] = (replace(first, paid_on=olga.offer.starts_on), second)
    assert await shown(olga) is OfferState.AGREED
    assert (await olga.price(key="once more")).problems == (RenewedAlready(olga.offer.id, POLICY),)
    rows[NEW] = AWAY
    assert await shown(olga) is OfferState.AGREED
    assert (await olga.price(key="once more")).problems == (RenewedAlready(olga.offer.id, POLICY),)


async def test_after_its_day_the_policy_is_renewed_again_if_the_core_lets_it() -> None:
    olga = await agreed()
    first = olga.offer
    olga.clock.instant = end_of(first)
    choices = olga.reads.by_name["renewal_choices"].rows
    kept = choices.pop(objects.number(100))
    assert (await olga.price(key="too soon")).problems == (NotRenewable(None, POLICY),)
    choices[objects.number(100)] = kept
    again = await olga.price(key="once more")
    assert again.problems == ()
    assert again.offer is not None
    assert [each.state for each in olga.offers] == [OfferState.EXPIRED, OfferState.PRICED]
    assert (olga.offer.agreement, olga.offer.new_policy) == (first.agreement, first.new_policy)
    for way in WAYS.values():
        assert (await olga.start(way(olga), OTHER_KEY)).problems == (TooLate(first.payable_until),)


@pytest.mark.parametrize("paid", [False, True])
async def test_when_the_core_cancelled_the_new_policy_it_is_renewed_again_before_its_day_too(paid: bool) -> None:
    olga = await agreed()
    if paid:
        payment = await olga.opened(Renewal(olga.id))
        assert payment.order is not None
        olga.acquirer.visit(payment.order, "bill", olga.offer.first_instalment)
        olga.acquirer.pay(payment.order)
        await olga.check()
        shows(olga, models.PolicyStatus.CANCELLED)
        assert (await olga.price(key="while it is confirmed")).problems == (RenewedAlready(olga.offer.id, POLICY),)
        await olga.work()
    shows(olga, models.PolicyStatus.CANCELLED)
    assert (await olga.price(key="once more")).problems == ()
    assert [each.state for each in olga.offers] == [OfferState.EXPIRED, OfferState.PRICED]
    if not paid:
        assert (await olga.start(Renewal(olga.id), OTHER_KEY)).problems == (Unpayable(),)


async def test_while_it_waits_for_its_payment_no_other_is_priced() -> None:
    olga = await agreed()
    assert (await olga.price(key="once more")).problems == (RenewedAlready(olga.offer.id, POLICY),)
    assert olga.offer.state is OfferState.AGREED


async def test_who_could_not_pay_any_more_is_not_told_to() -> None:
    olga = Renewer()
    offer = await olga.signed()
    olga.clock.instant = end_of(offer)
    await olga.deliver()
    assert olga.offer.state is OfferState.AGREED
    assert Template.RENEWAL_AGREED not in {each.template for each in olga.kept.rows.messages}

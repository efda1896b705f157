"""A signed offer is agreed with the core and paid, never at a price that was not signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain import models
from domain.errors import NotFound, Refused, Source, SourceInMaintenance, SourceTimeout
from domain.outbox.models import CommandAction, CommandKind, CommandState
from domain.payments.models import PaidRenewal, PaymentState
from domain.payments.problems import PaidAlready, Unpayable
from domain.renewals.models import PREMIUM_DIFFERS, OfferState
from domain.renewals.problems import (
    OFFER,
    POLICY,
    NotAccepted,
    NotRenewable,
    OfferExpired,
    PriceChanged,
    RenewedAlready,
)
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.payables import Renewal
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.unit.domain.renewals.test_choosing import AS_PROPOSED
from tests.unit.resolvers.use_cases.renewing import Renewer

AWAY = SourceTimeout(Source.POLICY_CORE, "CreateAgreement", "no answer")
OTHER_KEY = "another-key"
EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, str(UUID(int=998)))


async def test_another_price_is_shown_as_another_offer_that_has_to_be_signed_anew() -> None:
    olga = Renewer()
    signed = await olga.signed()
    olga.renewing.rate *= 2
    await olga.deliver()
    first, second = olga.offers
    assert (first.state, first.replaced_by, first.premium) == (OfferState.REPRICED, second.id, signed.premium)
    assert (second.state, second.choice, second.premium.amount) == (
        OfferState.PRICED,
        signed.choice,
        signed.premium.amount * 2,
    )
    assert (second.digest, second.signed_at) == (None, None)
    assert len(second.ways) == len(signed.ways)
    assert olga.renewing.agreements == {}
    assert [each.state for each in olga.commands] == [CommandState.REFUSED]
    assert (await olga.sign("1", OTHER_KEY)).problems == (PriceChanged(second.id),)
    assert (await olga.start(Renewal(olga.id))).problems == (Unpayable(),)

    anew = ids.encode("RenewalOffer", second.id)
    assert (await olga.sign(olga.code, OTHER_KEY, offer=anew)).problems == (NotAccepted(),)
    await olga.accept(OTHER_KEY, offer=anew)
    await olga.sign(key=OTHER_KEY, offer=anew)
    await olga.deliver()
    assert olga.offers[1].state is OfferState.AGREED
    assert len(olga.signatures) == 2


async def test_with_the_core_away_between_refusal_and_new_price_both_are_asked_again() -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.rate *= 2
    quote, calls = olga.renewing.quote_renewal, iter([AWAY])

    async def failing_once(*given: Any) -> models.RenewalQuote:
        if (failure := next(calls, None)) is not None:
            raise failure
        return await quote(*given)

    olga.renewing.quote_renewal = failing_once  # type: ignore[method-assign]
    await olga.deliver()
    assert olga.offer.state is OfferState.SIGNED
    await olga.deliver()
    assert [each.state for each in olga.offers] == [OfferState.REPRICED, OfferState.PRICED]


@pytest.mark.parametrize("answer", ["agreed", "declined", "at another price"])
async def test_whatever_the_core_answers_what_is_kept_of_the_policy_is_outdated(answer: str) -> None:
    olga = Renewer()
    offer = await olga.signed()
    olga.renewing.failing = [Refused("NOT_RENEWABLE")] if answer == "declined" else []
    olga.renewing.rate *= 2 if answer == "at another price" else 1
    assert olga.outdated == []
    await olga.deliver()
    assert olga.outdated == [offer.policy_number]


@pytest.mark.parametrize(
    ("code", "state", "problem"),
    [
        ("ALREADY_RENEWED", OfferState.REFUSED, NotRenewable("ALREADY_RENEWED")),
        ("NOT_RENEWABLE", OfferState.REFUSED, NotRenewable("NOT_RENEWABLE")),
        ("QUOTE_EXPIRED", OfferState.EXPIRED, OfferExpired()),
    ],
)
async def test_what_the_core_declines_is_over_with_the_reason(code: str, state: OfferState, problem: object) -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.failing = [Refused(code)]
    await olga.deliver()
    assert (olga.offer.state, olga.offer.ended_at) == (state, NOW)
    assert (await olga.accept(OTHER_KEY)).problems == (problem,)


async def test_an_agreement_at_another_price_than_was_signed_is_never_asked_to_be_paid() -> None:
    olga = Renewer()
    offer = await olga.signed()
    (command,) = olga.commands
    dearer = models.Agreement(models.Isn(7300), models.Isn(500), "P-500", objects.rub("99999.00"))
    olga.renewing.agreements[str(command.id)] = dearer
    await olga.deliver()
    assert (olga.offer.state, olga.offer.failure) == (OfferState.REFUSED, PREMIUM_DIFFERS)
    assert olga.offer.premium == offer.premium
    assert (await olga.start(Renewal(olga.id))).problems == (Unpayable(),)


async def test_an_answer_that_was_lost_is_one_agreement() -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.commits, olga.renewing.failing = True, [AWAY]
    await olga.deliver()
    assert (olga.offer.state, len(olga.renewing.agreements)) == (OfferState.SIGNED, 1)
    await olga.deliver()
    assert (olga.offer.state, len(olga.renewing.agreements)) == (OfferState.AGREED, 1)


async def test_while_the_core_is_closed_the_signature_waits() -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.failing = [SourceInMaintenance(Source.POLICY_CORE, "CreateAgreement", None)]
    await olga.deliver()
    assert (olga.offer.state, olga.waiting) == (OfferState.SIGNED, [CommandKind.CREATE_AGREEMENT])
    await olga.deliver()
    assert olga.offer.state is OfferState.AGREED


async def test_beside_one_that_is_signed_none_is_priced_accepted_or_signed() -> None:
    olga = Renewer()
    await olga.price()
    await olga.price(replace(AS_PROPOSED, instalment_count=1), OTHER_KEY)
    await olga.price(replace(AS_PROPOSED, instalment_count=1, deductible=None), "key of third")
    second, third = (ids.encode("RenewalOffer", each.id) for each in olga.offers[1:])
    await olga.accept("key of second", offer=second)
    code = olga.code
    await olga.accept()
    await olga.sign()
    answers: list[Any] = [
        await olga.price(replace(AS_PROPOSED, instalment_count=4), "a third key"),
        await olga.accept("a third key", offer=second),
        await olga.sign(code, "a third key", offer=second),
        await olga.accept("a fourth key", offer=third),
        await olga.sign(code, "a fourth key", offer=third),
    ]
    about = [POLICY, *[OFFER] * 4]
    assert [each.problems for each in answers] == [(RenewedAlready(olga.offer.id, each),) for each in about]


async def test_an_agreement_that_an_operator_gives_up_is_refused() -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.failing = [NotFound()]
    await olga.deliver()
    (command,) = olga.commands
    assert command.state is CommandState.DEAD
    assert await act(olga.kept, command.number, CommandAction.DROP, "Ivanova", "no such quote", NOW, olga.alarms.append)
    assert (olga.offer.state, olga.offer.failure) == (OfferState.REFUSED, "DROPPED")


async def test_agreed_its_first_instalment_is_paid_and_the_policy_issued() -> None:
    olga = Renewer()
    offer = await olga.agreed()
    assert offer.agreement is not None
    assert offer.new_policy is not None
    olga.core.amounts[models.AgreementBill(offer.agreement)] = offer.first_instalment
    begun = await olga.start(Renewal(olga.id))
    assert begun.payment is not None
    assert begun.payment.payable == PaidRenewal(offer.agreement, offer.new_policy, models.PolicyNumber("P500"))
    assert begun.payment.amount == offer.first_instalment
    await olga.work()
    order = olga.payment.order
    assert order is not None
    olga.acquirer.visit(order, "bill", offer.first_instalment)
    olga.acquirer.pay(order)
    await olga.check()
    await olga.work()
    assert olga.payment.state is PaymentState.PAID


@pytest.mark.parametrize("far", ["priced", "accepted", "signed"])
async def test_before_it_is_agreed_nothing_is_paid(far: str) -> None:
    olga = Renewer()
    await (olga.price() if far == "priced" else getattr(olga, far)())
    assert (await olga.start(Renewal(olga.id))).problems == (Unpayable(is_early=True),)


async def test_what_was_paid_at_a_desk_is_not_paid_again() -> None:
    olga = Renewer()
    await olga.agreed()
    first, second = (objects.instalment(n, paid_on=objects.in_days(0)) for n in (1, 2))
    plans = olga.reads.by_name["instalments"].rows
    plans[models.PolicyNumber("P500")] = (first, replace(second, paid_on=None))
    assert (await olga.start(Renewal(olga.id))).problems == (PaidAlready(),)
    plans[models.PolicyNumber("P500")] = (replace(first, paid_on=None), second)
    assert (await olga.start(Renewal(olga.id))).problems == ()


async def test_what_was_paid_here_names_the_payment() -> None:
    olga = Renewer()
    offer = await olga.agreed()
    assert offer.agreement is not None
    olga.core.amounts[models.AgreementBill(offer.agreement)] = offer.first_instalment
    payment = await olga.opened(Renewal(olga.id))
    assert payment.order is not None
    olga.acquirer.visit(payment.order, "bill", offer.first_instalment)
    olga.acquirer.pay(payment.order)
    await olga.check()
    paid = objects.instalment(1, paid_on=objects.in_days(0))
    olga.reads.by_name["instalments"].rows[models.PolicyNumber("P500")] = (paid,)
    assert (await olga.start(Renewal(olga.id), OTHER_KEY)).problems == (PaidAlready(payment.id),)


async def test_a_long_name_is_cut_to_what_an_sms_has_room_for() -> None:
    olga = Renewer()
    long = objects.policy(100, product=models.Product("AUTO", "Очень длинное название страхового продукта"))
    olga.reads.by_name["policies_of_holder"].rows[olga.owner.client_isn] = (long,)
    await olga.accepted()
    assert olga.kept.rows.messages[-1].values["product"] == "Очень длинное название стра…"

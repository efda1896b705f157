"""A renewal: priced while the customer waits, signed by a code, agreed with the core, never at a price not signed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain import models
from domain.accounts.models import AccountId
from domain.accounts.problems import TryLater, WrongCode
from domain.errors import NotFound, Refused, Source, SourceInMaintenance, SourceTimeout
from domain.outbox.models import CommandAction, CommandKind, CommandState
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.payments.models import PaidRenewal, PaymentState
from domain.payments.problems import NothingSuch, PaidAlready, Unpayable
from domain.renewals import signing
from domain.renewals.models import PREMIUM_DIFFERS, OfferState, Saving
from domain.renewals.problems import (
    ChoiceNotOffered,
    NotAccepted,
    NothingFound,
    NotRenewable,
    OfferExpired,
    PriceChanged,
    RenewedAlready,
)
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.use_cases.operating import act
from resolvers.use_cases.payments.payables import Renewal
from resolvers.use_cases.renewals.own import all_own, own
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.unit.domain.renewals.test_choosing import AS_PROPOSED
from tests.unit.resolvers.graph import STRANGER
from tests.unit.resolvers.use_cases.renewing import CHOICES, Renewer

AWAY = SourceTimeout(Source.POLICY_CORE, "CreateAgreement", "no answer")
OTHER_KEY = "another-key"
OTHER = Viewer(ViewerKind.CLIENT, str(UUID(int=999)), STRANGER)
EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, str(UUID(int=998)))
DAY_S = 24 * 3600


async def test_a_choice_is_priced_and_cheaper_ones_are_shown_with_what_they_save() -> None:
    olga = Renewer()
    priced = await olga.price()
    assert priced.problems == ()
    assert priced.offer is not None
    assert (priced.offer.state, priced.offer.number, priced.offer.choice) == (OfferState.PRICED, 1, CHOICES.proposed)
    assert [each.alternative.kind for each in priced.offer.ways] == [
        Saving.SMALLER_SUM,
        Saving.HIGHER_DEDUCTIBLE,
        Saving.HIGHER_DEDUCTIBLE,
        Saving.WITHOUT_COVERAGE,
        Saving.ONE_PAYMENT,
    ]
    assert all(each.premium + each.saving == priced.offer.premium for each in priced.offer.ways)
    assert (olga.commands, olga.told) == ([], [OfferState.PRICED])


async def test_a_way_to_save_can_be_priced_as_it_is_shown() -> None:
    olga = Renewer()
    offer = (await olga.price()).offer
    assert offer is not None
    way = next(each for each in offer.ways if each.alternative.kind is Saving.ONE_PAYMENT)
    second = (await olga.price(replace(AS_PROPOSED, instalment_count=1), OTHER_KEY)).offer
    assert second is not None
    assert (second.choice, second.premium) == (way.choice, way.premium)


async def test_an_alternative_that_has_no_price_is_left_out() -> None:
    olga = Renewer()
    once = replace(CHOICES.proposed, instalment_count=1)
    olga.renewing.unpriced = {once: AWAY}
    offer = (await olga.price()).offer
    assert offer is not None
    assert Saving.ONE_PAYMENT not in {each.alternative.kind for each in offer.ways}
    assert len(offer.ways) == 4


async def test_without_a_price_nothing_is_kept_and_the_same_key_asks_again_under_the_same_ids() -> None:
    olga = Renewer()
    olga.renewing.commits, olga.renewing.failing = True, [AWAY]
    with pytest.raises(SourceTimeout):
        await olga.price()
    assert (olga.offers, olga.kept.rows.underway.wishes) == ([], {})
    assert len(olga.renewing.asked) == 1
    asked = set(olga.renewing.quotes)
    assert (await olga.price()).offer is not None
    assert asked < set(olga.renewing.quotes)
    assert olga.offer.quote == olga.renewing.quotes[asked.pop()]


async def test_the_same_key_is_the_same_offer_in_whatever_order_the_choice_is_sent() -> None:
    olga = Renewer()
    first = await olga.price()
    assert first.offer is not None
    again = await olga.price(replace(AS_PROPOSED, coverages=AS_PROPOSED.coverages[::-1]))
    assert (again, len(olga.offers)) == (first, 1)


async def test_two_requests_with_one_key_at_the_same_time_are_one_offer() -> None:
    olga = Renewer()
    both = await asyncio.gather(olga.price(), olga.price())
    assert both[0] == both[1]
    assert (len(olga.offers), olga.told) == (1, [OfferState.PRICED])


async def test_the_same_key_for_another_choice_is_refused() -> None:
    olga = Renewer()
    await olga.price()
    assert (await olga.price(replace(AS_PROPOSED, instalment_count=1))).problems == (KeyReused(),)
    assert len(olga.offers) == 1


async def test_a_key_that_is_none_is_refused_everywhere() -> None:
    olga = Renewer()
    await olga.price()
    answers: list[Any] = [await olga.price(key="short"), await olga.accept("short"), await olga.sign("1", "short")]
    assert [each.problems for each in answers] == [(KeyUnfit(),)] * 3


@pytest.mark.parametrize("policy", [ids.encode("Policy", 300), ids.encode("Policy", 999), "rubbish"])
async def test_a_policy_of_somebody_else_is_as_one_that_is_not(policy: str) -> None:
    olga = Renewer()
    assert (await olga.price(policy=policy)).problems == (NothingFound(),)
    assert (olga.renewing.asked, olga.offers) == ([], [])


async def test_an_employee_renews_nobodys_policy() -> None:
    olga = Renewer()
    assert (await olga.price(viewer=EMPLOYEE)).problems == (NothingFound(),)


async def test_a_policy_that_is_not_renewable_is_told_with_the_reason() -> None:
    olga = Renewer()
    olga.reads.by_name["renewal_choices"].rows.clear()
    refused = models.Renewal(False, None, None, None, "TOO_EARLY")
    olga.reads.by_name["renewals"].rows[objects.number(100)] = refused
    assert (await olga.price()).problems == (NotRenewable("TOO_EARLY"),)
    assert olga.renewing.asked == []


@pytest.mark.parametrize(
    "changes",
    [{"instalment_count": 3}, *({"deductible": Decimal(each)} for each in ("1", "sNaN", "-Infinity", "1E+9999999"))],
)
async def test_what_is_not_offered_is_not_asked_about(changes: dict[str, Any]) -> None:
    olga = Renewer()
    assert (await olga.price(replace(AS_PROPOSED, **changes))).problems == (ChoiceNotOffered(),)
    assert olga.renewing.asked == []


@pytest.mark.parametrize(
    ("code", "problem"), [("CHOICE_NOT_OFFERED", ChoiceNotOffered()), ("NOT_RENEWABLE", NotRenewable())]
)
async def test_what_the_core_declines_to_price_is_told(code: str, problem: object) -> None:
    olga = Renewer()
    olga.renewing.failing = [Refused(code)]
    assert (await olga.price()).problems == (problem,)
    assert olga.offers == []


async def test_too_many_are_not_priced() -> None:
    olga = Renewer()
    olga.kept.exhausted = {"renewal_account"}
    (problem,) = (await olga.price()).problems
    assert isinstance(problem, TryLater)
    assert olga.renewing.asked == []


async def test_accepted_a_code_goes_to_the_phone_and_says_what_is_signed() -> None:
    olga = Renewer()
    await olga.price()
    accepted = await olga.accept()
    assert accepted.offer == olga.offer
    assert accepted.sent_to == "+7 *** ***-45-67"
    (message,) = olga.kept.rows.messages
    assert message.address == olga.owner.phone
    told = {name: message.values[name] for name in ("purpose", "product", "term", "price")}
    assert told == {
        "purpose": "SIGNATURE",
        "product": "Автозащита",
        "term": "31.01.2026–30.01.2027",
        "price": olga.offer.premium.formatted(olga.context().locale),
    }
    assert (olga.offer.state, olga.offer.accepted_at) == (OfferState.ACCEPTED, NOW)
    assert olga.offer.digest == signing.digest(signing.document(olga.offer))


async def test_the_same_key_sends_no_other_code_and_a_new_one_does() -> None:
    olga = Renewer()
    await olga.accepted()
    first = olga.code
    await olga.accept()
    assert len(olga.kept.rows.codes) == 1
    await olga.accept(OTHER_KEY)
    assert olga.code != first
    assert (await olga.sign(first)).problems == (WrongCode(2),)
    assert (await olga.sign()).problems == ()


@pytest.mark.parametrize("limit", ["code_contact", "code_address"])
async def test_too_many_codes_are_not_sent(limit: str) -> None:
    olga = Renewer()
    await olga.price()
    olga.kept.exhausted = {limit}
    (problem,) = (await olga.accept()).problems
    assert isinstance(problem, TryLater)
    assert olga.kept.rows.messages == []


async def test_signed_it_is_written_down_with_what_was_signed_and_the_core_will_be_asked() -> None:
    olga = Renewer()
    offer = await olga.signed()
    assert (offer.state, offer.signed_at) == (OfferState.SIGNED, NOW)
    (signature,) = olga.signatures
    assert (signature.offer, signature.account, signature.at) == (offer.id, olga.owner.id, NOW)
    assert signature.phone == "+7 *** ***-45-67"
    assert signature.code == olga.kept.rows.codes[0].id
    assert signature.document == signing.document(offer)
    assert signature.digest == offer.digest == signing.digest(signature.document)
    assert [(each.kind, each.subject, each.owner) for each in olga.commands] == [
        (CommandKind.CREATE_AGREEMENT, "renewal/100", offer.id)
    ]


async def test_the_core_agrees_and_the_new_policy_has_a_number() -> None:
    olga = Renewer()
    offer = await olga.agreed()
    assert (offer.state, offer.new_policy, offer.new_policy_number) == (OfferState.AGREED, 500, "P-500")
    states = [OfferState.PRICED, OfferState.ACCEPTED, OfferState.SIGNED, OfferState.AGREED]
    assert olga.told == states


async def test_a_wrong_code_is_counted_and_the_right_one_is_void_in_the_end() -> None:
    olga = Renewer()
    await olga.accepted()
    left = [(await olga.sign("000000")).problems for _ in range(4)]
    assert left == [(WrongCode(2),), (WrongCode(1),), (WrongCode(0),), (WrongCode(0),)]
    assert (await olga.sign()).problems == (WrongCode(0),)
    assert (olga.signatures, olga.commands, olga.offer.state) == ([], [], OfferState.ACCEPTED)


async def test_the_right_code_under_the_key_of_a_wrong_one_signs() -> None:
    olga = Renewer()
    await olga.accepted()
    await olga.sign("000000")
    assert (await olga.sign()).problems == ()


async def test_an_old_code_signs_nothing() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.clock.advance(600)
    assert (await olga.sign()).problems == (WrongCode(0),)


async def test_a_code_of_a_phone_that_the_account_no_longer_has_signs_nothing() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, phone="+79050001122")
    assert (await olga.sign()).problems == (WrongCode(2),)


async def test_a_locked_account_signs_nothing() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, locked_at=NOW)
    assert (await olga.sign()).problems == (NothingFound(),)
    assert (await olga.accept(OTHER_KEY)).problems == (NothingFound(),)


async def test_the_same_key_is_the_same_signature_shown_as_it_is_by_now() -> None:
    olga = Renewer()
    await olga.agreed()
    again = await olga.sign()
    assert again.offer == olga.offer
    assert (len(olga.signatures), len(olga.commands)) == (1, 1)


async def test_two_signatures_at_the_same_time_are_one() -> None:
    olga = Renewer()
    await olga.accepted()
    both = await asyncio.gather(olga.sign(), olga.sign())
    assert [each.problems for each in both] == [(), ()]
    assert len(olga.signatures) == 1


async def test_the_same_key_for_another_offer_is_refused() -> None:
    olga = Renewer()
    await olga.signed()
    await olga.price(replace(AS_PROPOSED, instalment_count=1), OTHER_KEY)
    other = ids.encode("RenewalOffer", UUID(int=1))
    assert (await olga.sign("1", offer=other)).problems == (KeyReused(),)
    assert (await olga.accept(offer=other)).problems == (KeyReused(),)


async def test_what_was_not_accepted_is_not_signed() -> None:
    olga = Renewer()
    await olga.price()
    assert (await olga.sign("000000")).problems == (NotAccepted(),)


async def test_an_offer_is_over_after_its_last_day() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.clock.advance(15 * DAY_S)
    assert (await olga.accept(OTHER_KEY)).problems == (OfferExpired(),)
    assert (await olga.sign()).problems == (OfferExpired(),)
    (shown,) = await all_own(olga.context())
    assert shown.state is OfferState.EXPIRED


async def test_somebody_elses_offer_is_as_one_that_is_not() -> None:
    olga = Renewer()
    offer = await olga.accepted()
    olga.kept.rows.accounts[AccountId(UUID(int=999))] = replace(
        olga.owner, id=AccountId(UUID(int=999)), client_isn=STRANGER
    )
    answers: list[Any] = [await olga.accept(viewer=OTHER), await olga.sign(viewer=OTHER)]
    answers += [await olga.accept(OTHER_KEY, offer="rubbish"), await olga.sign("1", OTHER_KEY, offer="rubbish")]
    assert [each.problems for each in answers] == [(NothingFound(),)] * 4
    assert await own(olga.context(OTHER), offer.id) is None
    assert await all_own(olga.context(OTHER)) == []
    assert (await olga.start(Renewal(olga.id), viewer=OTHER)).problems == (NothingSuch(),)
    assert olga.kept.rows.codes[0].attempts == 0


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
    second = ids.encode("RenewalOffer", olga.offers[1].id)
    await olga.accept("key of second", offer=second)
    code = olga.code
    await olga.accept()
    await olga.sign()
    answers: list[Any] = [
        await olga.price(replace(AS_PROPOSED, instalment_count=4), "a third key"),
        await olga.accept("a third key", offer=second),
        await olga.sign(code, "a third key", offer=second),
    ]
    assert [each.problems for each in answers] == [(RenewedAlready(olga.offer.id),)] * 3


async def test_an_agreement_that_an_operator_gives_up_is_refused() -> None:
    olga = Renewer()
    await olga.signed()
    olga.renewing.failing = [NotFound()]
    await olga.deliver()
    (command,) = olga.commands
    assert command.state is CommandState.DEAD
    assert await act(olga.kept, command.number, CommandAction.DROP, "Ivanova", "no such quote", NOW)
    assert (olga.offer.state, olga.offer.failure) == (OfferState.REFUSED, "DROPPED")


async def test_agreed_its_first_instalment_is_paid_and_the_policy_issued() -> None:
    olga = Renewer()
    offer = await olga.agreed()
    assert offer.agreement is not None
    olga.core.amounts[models.AgreementBill(offer.agreement)] = offer.first_instalment
    begun = await olga.start(Renewal(olga.id))
    assert begun.payment is not None
    assert begun.payment.payable == PaidRenewal(offer.agreement, models.PolicyNumber("P500"))
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
    assert (await olga.start(Renewal(olga.id))).problems == (Unpayable(),)


async def test_what_was_paid_at_a_desk_is_not_paid_again() -> None:
    olga = Renewer()
    await olga.agreed()
    paid = objects.instalment(1, paid_on=objects.in_days(0))
    olga.reads.by_name["instalments"].rows[models.PolicyNumber("P500")] = (paid,)
    assert (await olga.start(Renewal(olga.id))).problems == (PaidAlready(),)


async def test_a_long_name_is_cut_to_what_an_sms_has_room_for() -> None:
    olga = Renewer()
    long = objects.policy(100, product=models.Product("AUTO", "Очень длинное название страхового продукта"))
    olga.reads.by_name["policies_of_holder"].rows[olga.owner.client_isn] = (long,)
    await olga.accepted()
    assert olga.kept.rows.messages[-1].values["product"] == "Очень длинное название стра…"

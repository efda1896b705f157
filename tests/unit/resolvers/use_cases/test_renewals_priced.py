"""A choice is priced while the customer waits, with ways to save; where it is not, nothing is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain import models
from domain.accounts.problems import TryLater
from domain.errors import Refused, SignInRequired, Source, SourceTimeout
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.renewals.models import OfferState, Saving
from domain.renewals.problems import (
    POLICY,
    ChoiceNotOffered,
    NothingFound,
    NotRenewable,
)
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from tests.fakes import objects
from tests.unit.domain.renewals.test_choosing import AS_PROPOSED
from tests.unit.resolvers.use_cases.renewing import CHOICES, Renewer

AWAY = SourceTimeout(Source.POLICY_CORE, "CreateAgreement", "no answer")
OTHER_KEY = "another-key"
EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, str(UUID(int=998)))


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
    assert (await olga.price(policy=policy)).problems == (NothingFound(POLICY),)
    assert (olga.renewing.asked, olga.offers) == ([], [])


async def test_an_employee_renews_nobodys_policy() -> None:
    olga = Renewer()
    with pytest.raises(SignInRequired):
        await olga.price(viewer=EMPLOYEE)


async def test_a_policy_that_is_not_renewable_is_told_with_the_reason() -> None:
    olga = Renewer()
    olga.reads.by_name["renewal_choices"].rows.clear()
    refused = models.Renewal(False, None, None, None, "TOO_EARLY")
    olga.reads.by_name["renewals"].rows[objects.number(100)] = refused
    assert (await olga.price()).problems == (NotRenewable("TOO_EARLY", POLICY),)
    assert olga.renewing.asked == []


async def test_the_reason_is_as_new_as_the_refusal_whatever_is_kept_of_the_offer() -> None:
    olga = Renewer()
    olga.reads.by_name["renewal_choices"].rows.clear()
    renewals = olga.reads.by_name["renewals"]
    renewals.kept[objects.number(100)] = models.Renewal(True, None, None, None, None)
    renewals.rows[objects.number(100)] = models.Renewal(False, None, None, None, "ALREADY_RENEWED")
    assert (await olga.price()).problems == (NotRenewable("ALREADY_RENEWED", POLICY),)
    assert renewals.instants == [olga.clock.now()]


async def test_a_reason_that_cannot_be_had_is_left_out() -> None:
    olga = Renewer()
    olga.reads.by_name["renewal_choices"].rows.clear()
    olga.reads.fail("renewals", AWAY)
    assert (await olga.price()).problems == (NotRenewable(None, POLICY),)


@pytest.mark.parametrize(
    "changes",
    [{"instalment_count": 3}, *({"deductible": Decimal(each)} for each in ("1", "sNaN", "-Infinity", "1E+9999999"))],
)
async def test_what_is_not_offered_is_not_asked_about(changes: dict[str, Any]) -> None:
    olga = Renewer()
    assert (await olga.price(replace(AS_PROPOSED, **changes))).problems == (ChoiceNotOffered(),)
    assert olga.renewing.asked == []


@pytest.mark.parametrize(
    ("code", "problem"), [("CHOICE_NOT_OFFERED", ChoiceNotOffered()), ("NOT_RENEWABLE", NotRenewable(None, POLICY))]
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
    assert olga.kept.takes == [("renewal_account", str(olga.owner.id))]

"""What can be chosen for any policy of the population, and what a choice costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dev.simulators.policy_core import choices, pricing
from dev.simulators.policy_core.choices import Choices
from dev.simulators.policy_core.portfolio import plan
from dev.simulators.population import population_on
from dev.simulators.population.keys import client_isn
from dev.simulators.population.records import Line, Policy
from tests.fakes.clock import TODAY

POPULATION = population_on(1, TODAY)
BASE = Decimal(40000)
RENEWED = [
    policy
    for place in range(40)
    for policy in POPULATION.policies_of(client_isn(place))
    if policy.line not in {Line.TRAVEL, Line.LIFE}
]


def offered(policy: Policy) -> Choices:
    terms = POPULATION.product(policy.product.code)
    assert terms is not None
    return choices.offered(policy, terms, len(POPULATION.instalments(policy)))


@pytest.mark.parametrize("policy", RENEWED, ids=lambda policy: policy.number)
def test_what_is_proposed_is_on_offer_and_changes_no_price(policy: Policy) -> None:
    found = offered(policy)
    assert found.allow(found.proposed)
    assert pricing.price(BASE, found, found.proposed) == BASE


@pytest.mark.parametrize("policy", RENEWED, ids=lambda policy: policy.number)
def test_every_saving_saves(policy: Policy) -> None:
    found = offered(policy)
    at_once, *in_parts = [replace(found.proposed, instalment_count=count) for count in found.instalment_counts]
    for dearer in in_parts:
        saved = 1 - pricing.price(BASE, found, at_once) / pricing.price(BASE, found, dearer)
        assert Decimal("0.03") <= saved <= Decimal("0.05")
    borne = [replace(found.proposed, deductible=each) for each in (None, *found.deductibles)]
    prices = [pricing.price(BASE, found, each) for each in borne]
    assert prices == sorted(set(prices), reverse=True)
    for offer in found.offers:
        without = tuple(each for each in found.proposed.coverages if each[0] != offer.risk.code)
        fewer = replace(found.proposed, coverages=without)
        assert found.allow(fewer) is not offer.fixed
        if found.allow(fewer):
            assert pricing.price(BASE, found, fewer) < BASE


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_parts_add_up_with_the_odd_kopecks_in_the_first(parts: int) -> None:
    premium = Decimal("10000.03")
    found = plan(premium, parts, TODAY, TODAY.replace(year=TODAY.year + 1))
    assert sum(each.amount for each in found) == premium
    assert [each.number for each in found] == list(range(1, parts + 1))
    assert len({each.amount for each in found[1:]}) <= 1
    assert found[0].due_on == TODAY

"""Ways to save: out of what is offered, each in one thing, and never dearer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain import models
from domain.money import Money
from domain.renewals.choosing import is_offered
from domain.renewals.models import Saving
from domain.renewals.saving import MOST, alternatives, cheaper
from tests.fakes import objects
from tests.fakes.objects import in_days, rub
from tests.unit.domain.renewals.choosing import offers

OFFERED = objects.renewal_choices()


def differences(one: models.RenewalChoice, other: models.RenewalChoice) -> int:
    """In how many things two choices differ; each risk is one."""
    sums, others = ({each.risk_code: each.sum_insured for each in of.coverages} for of in (one, other))
    risks = sum(sums.get(code) != others.get(code) for code in sums.keys() | others.keys())
    rest = ("deductible", "instalment_count", "drivers")
    return risks + sum(bool(getattr(one, name) != getattr(other, name)) for name in rest)


def quote(premium: Money, isn: int = 1) -> models.RenewalQuote:
    return models.RenewalQuote(models.Isn(isn), premium, premium, in_days(14), in_days(1), in_days(365))


@given(offers())
def test_each_is_offered_differs_in_one_thing_and_they_are_few(
    found: tuple[models.RenewalChoices, models.RenewalChoice],
) -> None:
    choices, base = found
    ways = alternatives(choices, base)
    assert all(is_offered(choices, each.choice) for each in ways)
    assert [differences(base, each.choice) for each in ways] == [1] * len(ways)
    assert len({repr(each.choice) for each in ways}) == len(ways) <= MOST


@given(offers(), st.data())
def test_what_is_shown_costs_less_the_biggest_saving_first(
    found: tuple[models.RenewalChoices, models.RenewalChoice], data: st.DataObject
) -> None:
    ways = alternatives(*found)
    base = quote(rub("1000.00"))
    prices = st.one_of(st.none(), st.integers(1, 2000).map(lambda each: quote(Money(Decimal(each)))))
    shown = cheaper(base, [(each, data.draw(prices)) for each in ways])
    assert all(each.premium.amount < base.premium.amount for each in shown)
    assert all(each.premium + each.saving == base.premium for each in shown)
    assert [each.saving.amount for each in shown] == sorted((each.saving.amount for each in shown), reverse=True)


def test_first_comes_one_of_each_kind() -> None:
    anybody = models.RenewalChoice(OFFERED.proposed.coverages, None, 2, None)
    kinds = [each.kind for each in alternatives(OFFERED, anybody)]
    assert set(kinds[:5]) == set(Saving)
    assert Counter(kinds)[Saving.HIGHER_DEDUCTIBLE] == 2


def test_of_many_the_nearest_come_first_and_six_in_all() -> None:
    sums = tuple(rub(f"{each}00000.00") for each in range(1, 9))
    risks = tuple(models.CoverageOffer(code, code, sums, is_fixed=True) for code in "ABCD")
    many = replace(OFFERED, coverages=risks, deductibles=sums)
    base = models.RenewalChoice(
        tuple(models.CoverageChoice(code, sums[-1]) for code in "ABCD"), sums[0], 1, OFFERED.drivers
    )
    ways = alternatives(many, base)
    assert len(ways) == 6
    assert [each.amount for each in ways if each.kind is Saving.HIGHER_DEDUCTIBLE][:2] == list(sums[1:3])
    assert {each.amount for each in ways if each.kind is Saving.SMALLER_SUM} == {sums[-2]}


def test_the_cheapest_choice_has_no_alternatives() -> None:
    least = models.RenewalChoice(
        (models.CoverageChoice("DAMAGE", rub("1400000.00")),), rub("30000.00"), 1, OFFERED.drivers
    )
    assert alternatives(OFFERED, least) == ()


def test_what_costs_the_same_or_is_in_another_currency_is_no_way_to_save() -> None:
    [first, second, third, *_] = alternatives(OFFERED, OFFERED.proposed)
    base = quote(rub("1000.00"))
    shown = cheaper(base, [(first, quote(rub("1000.00"))), (second, quote(Money(Decimal(1), "USD"))), (third, None)])
    assert shown == ()

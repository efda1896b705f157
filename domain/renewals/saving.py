"""Ways to save: choices that differ from another in one thing that should make them cheaper; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Final

from domain.money import Money
from domain.renewals.choosing import is_offered
from domain.renewals.models import Alternative, Saving, WayToSave

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.models import RenewalChoice, RenewalChoices, RenewalQuote

__all__ = ["MOST", "alternatives", "cheaper"]

MOST: Final = 6
"""No more alternatives are priced for one offer: each is a question to the policy core."""


def alternatives(choices: RenewalChoices, base: RenewalChoice) -> tuple[Alternative, ...]:
    """Return what may be cheaper, all of it on offer: first one of each kind, then their seconds, and so on."""
    kinds = (_deductibles, _one_payment, _named_drivers, _without_coverage, _smaller_sums)
    in_turn = chain.from_iterable(zip_longest(*(kind(choices, base) for kind in kinds)))
    return tuple(islice((each for each in in_turn if each is not None and is_offered(choices, each.choice)), MOST))


def cheaper(base: RenewalQuote, priced: Iterable[tuple[Alternative, RenewalQuote | None]]) -> tuple[WayToSave, ...]:
    """Return what does cost less than the base, the biggest saving first; what has no price is left out."""
    found = [
        WayToSave(
            each, quote.isn, quote.premium, Money(base.premium.amount - quote.premium.amount, quote.premium.currency)
        )
        for each, quote in priced
        if quote is not None
        and quote.premium.currency == base.premium.currency
        and quote.premium.amount < base.premium.amount
    ]
    return tuple(sorted(found, key=lambda way: way.saving.amount, reverse=True))


def _deductibles(choices: RenewalChoices, base: RenewalChoice) -> Iterator[Alternative]:
    """Every higher one, the nearest first."""
    for each in choices.deductibles:
        if base.deductible is None or each.amount > base.deductible.amount:
            yield Alternative(Saving.HIGHER_DEDUCTIBLE, replace(base, deductible=each), amount=each)


def _one_payment(choices: RenewalChoices, base: RenewalChoice) -> Iterator[Alternative]:
    if base.instalment_count > 1:
        yield Alternative(Saving.ONE_PAYMENT, replace(base, instalment_count=1))


def _named_drivers(choices: RenewalChoices, base: RenewalChoice) -> Iterator[Alternative]:
    """Those who are named now, instead of anybody."""
    if base.drivers is None and choices.drivers:
        yield Alternative(Saving.NAMED_DRIVERS, replace(base, drivers=choices.drivers))


def _without_coverage(choices: RenewalChoices, base: RenewalChoice) -> Iterator[Alternative]:
    offers = {each.risk_code: each for each in choices.coverages}
    for each in base.coverages:
        offer = offers.get(each.risk_code)
        if offer is not None and not offer.is_fixed:
            others = tuple(other for other in base.coverages if other is not each)
            yield Alternative(Saving.WITHOUT_COVERAGE, replace(base, coverages=others), risk=offer.risk)


def _smaller_sums(choices: RenewalChoices, base: RenewalChoice) -> Iterator[Alternative]:
    """The next smaller sum of each coverage."""
    offers = {each.risk_code: each for each in choices.coverages}
    for each in base.coverages:
        offer = offers.get(each.risk_code)
        smaller = [one for one in (offer.sums if offer else ()) if one.amount < each.sum_insured.amount]
        if offer is not None and smaller:
            less = replace(each, sum_insured=smaller[-1])
            coverages = tuple(less if other is each else other for other in base.coverages)
            yield Alternative(Saving.SMALLER_SUM, replace(base, coverages=coverages), offer.risk, smaller[-1])

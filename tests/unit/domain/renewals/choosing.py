"""Choices as the policy core may offer them, and choices out of them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from domain import models
from domain.money import Money

SUMS = st.integers(1, 5_000_000).map(lambda roubles: Money(Decimal(roubles)))
ASCENDING = st.lists(SUMS, min_size=1, max_size=4, unique=True).map(
    lambda found: tuple(sorted(found, key=lambda each: each.amount))
)
DRIVERS = st.lists(st.integers(1, 99).map(models.Isn), max_size=4, unique=True).map(tuple)


@st.composite
def a_choice(draw: st.DrawFn, offered: models.RenewalChoices) -> models.RenewalChoice:
    """Any choice that is offered."""
    wanted = [each for each in offered.coverages if each.is_fixed or draw(st.booleans())] or [offered.coverages[0]]
    coverages = tuple(models.CoverageChoice(each.risk_code, draw(st.sampled_from(each.sums))) for each in wanted)
    deductible = draw(st.sampled_from([None, *offered.deductibles]))
    sets: list[tuple[models.Isn, ...] | None] = [offered.drivers] if offered.drivers else []
    sets += [None] if offered.can_lift_driver_limit else []
    drivers = draw(st.sampled_from(sets or [()]))
    return models.RenewalChoice(coverages, deductible, draw(st.sampled_from(offered.instalment_counts)), drivers)


@st.composite
def offers(draw: st.DrawFn) -> tuple[models.RenewalChoices, models.RenewalChoice]:
    """What is offered, and a choice out of it."""
    codes = draw(st.lists(st.sampled_from(["A", "B", "C", "D", "E"]), min_size=1, max_size=5, unique=True))
    coverages = tuple(models.CoverageOffer(each, each, draw(ASCENDING), draw(st.booleans())) for each in codes)
    nothing = models.RenewalChoice((), None, 1, None)
    found = models.RenewalChoices(
        coverages,
        draw(st.one_of(st.just(()), ASCENDING)),
        tuple(draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(sorted))),
        draw(DRIVERS),
        draw(st.booleans()),
        nothing,
    )
    return found, draw(a_choice(found))

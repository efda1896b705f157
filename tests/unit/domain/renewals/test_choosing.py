"""A choice as it was typed, held against what is offered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from domain import models
from domain.models import Isn
from domain.renewals.choosing import Wanted, chosen, is_offered
from domain.renewals.written import choice_of, written
from tests.fakes import objects
from tests.unit.domain.renewals.choosing import offers

OFFERED = objects.renewal_choices()
DAMAGE, GLASS = ("DAMAGE", Decimal(1500000)), ("GLASS", Decimal(30000))
AS_PROPOSED = Wanted((DAMAGE, GLASS), None, 2, (Isn(7), Isn(8)))


def typed(choice: models.RenewalChoice) -> Wanted:
    coverages = tuple((each.risk_code, each.sum_insured.amount) for each in reversed(choice.coverages))
    deductible = None if choice.deductible is None else choice.deductible.amount
    drivers = None if choice.drivers is None else choice.drivers[::-1]
    return Wanted(coverages, deductible, choice.instalment_count, drivers)


@given(offers())
def test_whatever_is_offered_is_understood_in_any_order(
    found: tuple[models.RenewalChoices, models.RenewalChoice],
) -> None:
    choices, choice = found
    assert is_offered(choices, choice)
    assert chosen(choices, typed(choice)) == choice


@given(offers())
def test_what_is_written_is_read_again(found: tuple[models.RenewalChoices, models.RenewalChoice]) -> None:
    assert choice_of(written(found[1])) == found[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"coverages": (GLASS,)},
        {"coverages": ()},
        {"coverages": (DAMAGE, DAMAGE)},
        {"coverages": (("DAMAGE", Decimal(1450000)),)},
        {"coverages": (DAMAGE, ("FLOOD", Decimal(1)))},
        {"deductible": Decimal(20000)},
        {"deductible": Decimal(0)},
        {"deductible": Decimal("sNaN")},
        {"coverages": (("DAMAGE", Decimal("Infinity")),)},
        {"instalment_count": 3},
        {"drivers": ()},
        {"drivers": (Isn(9),)},
        {"drivers": (Isn(7), Isn(7))},
    ],
)
def test_what_is_not_offered_is_no_choice(changes: dict[str, Any]) -> None:
    assert chosen(OFFERED, AS_PROPOSED) == OFFERED.proposed
    assert chosen(OFFERED, replace(AS_PROPOSED, **changes)) is None


def test_anybody_may_drive_only_where_that_is_offered() -> None:
    anybody = replace(AS_PROPOSED, drivers=None)
    found = chosen(OFFERED, anybody)
    assert found is not None
    assert found.drivers is None
    assert chosen(replace(OFFERED, can_lift_driver_limit=False), anybody) is None


def test_where_nobody_is_named_nobody_need_be_spoken_of() -> None:
    flat = replace(OFFERED, drivers=(), can_lift_driver_limit=False)
    both = [chosen(flat, replace(AS_PROPOSED, drivers=drivers)) for drivers in (None, ())]
    assert [each.drivers for each in both if each is not None] == [(), ()]

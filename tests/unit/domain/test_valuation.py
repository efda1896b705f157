"""Plausibility of valuations, from the account's own example outwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import models
from domain.models import Implausibility
from domain.money import Money
from domain.valuation import implausibilities, plain_income

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
CONTRACT = models.LifeContract(
    number=models.PolicyNumber("P10033148"),
    policy_isn=models.Isn(5_000_000_000),
    holder_isn=models.Isn(2_596_516_901),
    kind=models.LifeKind.INVESTMENT,
    product="Управление капиталом",
    period=models.Period(date(2023, 6, 8), date(2026, 6, 6)),
    sum_insured=Money(Decimal("4200000.00")),
    premium=Money(Decimal("4200000.00")),
    premiums_paid=Money(Decimal("4200000.00")),
    guarantee_percent=Decimal(100),
    strategy=models.Strategy("TECH", "Технологии", models.Underlying("TECHX", "Индекс"), Decimal(71)),
    start_level=Decimal("1845.62"),
    coupon_terms=None,
    beneficiaries=(),
)
VALUATION = models.LifeValuation(
    number=CONTRACT.number,
    as_of=NOW,
    stale=False,
    current_level=Decimal("2340.90"),
    performance_percent=Decimal("26.835426577500"),
    guaranteed=Money(Decimal("4200000.00")),
    investment_income=Money(Decimal("800232.42")),
    available_income=Money(Decimal("661754.74")),
    payout_at_maturity=Money(Decimal("5000232.42")),
    surrender_value=Money(Decimal("4861754.74")),
    coupons=(),
    fx_rate=None,
    tax_estimate=None,
)


def test_the_worked_example_is_plausible() -> None:
    assert implausibilities(CONTRACT, VALUATION, NOW) == ()


def roubles(text: str) -> Money:
    return Money(Decimal(text))


COUPON = models.Coupon(date(2026, 1, 16), earned=True, amount=roubles("1.00"), paid_on=None)


@pytest.mark.parametrize(
    "change, found",
    [
        ({"number": models.PolicyNumber("P1")}, (Implausibility.OTHER_CONTRACT,)),
        ({"surrender_value": Money(Decimal(1), "USD")}, (Implausibility.OTHER_CURRENCY,)),
        ({"as_of": NOW + timedelta(minutes=6)}, (Implausibility.FROM_THE_FUTURE,)),
        ({"as_of": NOW + timedelta(minutes=4)}, ()),
        ({"coupons": (COUPON,)}, (Implausibility.COUPON_FROM_THE_FUTURE,)),
        ({"coupons": (replace(COUPON, observed_on=date(2026, 1, 15)),)}, ()),
        ({"surrender_value": roubles("-0.01")}, (Implausibility.NEGATIVE_SUM,)),
        (
            {"guaranteed": roubles("4100000.00"), "payout_at_maturity": roubles("4900232.42")},
            (Implausibility.GUARANTEE_OFF_TERMS,),
        ),
        (
            {"payout_at_maturity": roubles("4199999.99")},
            (Implausibility.PAYOUT_BELOW_GUARANTEE, Implausibility.PAYOUT_OFF_PARTS),
        ),
        ({"payout_at_maturity": roubles("5000232.44")}, (Implausibility.PAYOUT_OFF_PARTS,)),
        ({"payout_at_maturity": roubles("5000232.43")}, ()),
        ({"performance_percent": Decimal("26.84")}, (Implausibility.PERFORMANCE_OFF_LEVELS,)),
        ({"performance_percent": Decimal("26.8354")}, ()),
        ({"available_income": roubles("800232.43")}, (Implausibility.AVAILABLE_ABOVE_INCOME,)),
        ({"performance_percent": None, "available_income": None, "surrender_value": None}, ()),
    ],
)
def test_each_contradiction_has_its_name(change: dict[str, Any], found: tuple[Implausibility, ...]) -> None:
    assert implausibilities(CONTRACT, replace(VALUATION, **change), NOW) == found


def test_performance_rounded_before_the_payout_is_noticed() -> None:
    """Four places of performance make 5 000 368.80, the classical mistake."""
    rounded_first = replace(VALUATION, investment_income=roubles("800368.80"), payout_at_maturity=roubles("5000368.80"))
    assert implausibilities(CONTRACT, rounded_first, NOW) == (Implausibility.INCOME_OFF_FORMULA,)


@pytest.mark.parametrize("feature", models.PayoffFeature)
def test_only_the_plain_payout_is_computed_anew(feature: models.PayoffFeature) -> None:
    contract = replace(CONTRACT, payoff_features=(feature,))
    valuation = replace(VALUATION, investment_income=roubles("700000.00"), payout_at_maturity=roubles("4900000.00"))
    assert implausibilities(contract, valuation, NOW) == ()


def test_the_performance_of_an_average_is_not_that_of_the_levels() -> None:
    contract = replace(CONTRACT, payoff_features=(models.PayoffFeature.AVERAGED,))
    assert implausibilities(contract, replace(VALUATION, performance_percent=Decimal("11.5")), NOW) == ()


def test_a_start_level_of_zero_leaves_nothing_to_compare_with() -> None:
    assert implausibilities(replace(CONTRACT, start_level=Decimal("0.0000")), VALUATION, NOW) == ()


def test_units_may_have_lost() -> None:
    contract = replace(CONTRACT, kind=models.LifeKind.UNIT_LINKED, guarantee_percent=None)
    valuation = replace(
        VALUATION,
        guaranteed=None,
        available_income=None,
        investment_income=roubles("-200000.00"),
        payout_at_maturity=roubles("4000000.00"),
    )
    assert implausibilities(contract, valuation, NOW) == ()


@given(
    premium=st.decimals("1000", "90000000", places=2),
    participation=st.decimals("1", "150", places=2),
    start=st.decimals("1", "9000", places=4),
    level=st.decimals("1", "9000", places=4),
)
def test_plain_income_is_the_formula_in_exact_fractions(
    premium: Decimal, participation: Decimal, start: Decimal, level: Decimal
) -> None:
    exact = Fraction(premium) * Fraction(participation) / 100 * max(Fraction(0), Fraction(level) / Fraction(start) - 1)
    kopecks = int(exact * 100 + Fraction(1, 2))
    assert plain_income(premium, participation, start, level) == (Decimal(kopecks) / 100).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )

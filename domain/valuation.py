"""Whether a valuation from the life system can be true.

The life system computes; the gateway only checks what follows from the contract's own terms, marks what does not
follow, and shows it all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from domain.clock import MOSCOW
from domain.models import Implausibility, LifeContract, LifeKind, LifeValuation, PayoffFeature
from domain.money import Money

__all__ = ["implausibilities", "plain_income"]

KOPECK: Final = Decimal("0.01")
PERFORMANCE_TOLERANCE: Final = Decimal("0.0001")
CLOCK_SKEW: Final = timedelta(minutes=5)
HUNDRED: Final = Decimal(100)


Check = Callable[[LifeContract, LifeValuation, datetime], bool]


def implausibilities(contract: LifeContract, valuation: LifeValuation, now: datetime) -> tuple[Implausibility, ...]:
    """Name everything about a valuation that its contract contradicts; empty for a plausible one.

    ``now`` is an instant in UTC. A figure that either side leaves out, a start level of zero among
    them, is not checked.
    """
    if valuation.number != contract.number:
        return (Implausibility.OTHER_CONTRACT,)
    return tuple(name for name, contradicts in CHECKS.items() if contradicts(contract, valuation, now))


def plain_income(premium: Decimal, participation_percent: Decimal, start_level: Decimal, level: Decimal) -> Decimal:
    """Investment income of the plain payout, ``P * k * max(0, S_t/S_0 - 1)``.

    Units: percent; the result is rounded to 0.01, once, with the performance unrounded.
    """
    gained = max(Decimal(0), level - start_level)
    return Money(premium * participation_percent * gained / (HUNDRED * start_level)).rounded.amount


def other_currency(contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """Any sum in another currency than the premium's."""
    return any(each.currency != contract.premium.currency for each in sums(valuation))


def from_the_future(_contract: LifeContract, valuation: LifeValuation, now: datetime) -> bool:
    """Computed later than now, clocks that differ a little allowed for."""
    return valuation.as_of > now + CLOCK_SKEW


def coupon_from_the_future(_contract: LifeContract, valuation: LifeValuation, now: datetime) -> bool:
    """A coupon decided before its observation day."""
    today = now.astimezone(MOSCOW).date()
    return any(coupon.observed_on > today and coupon.earned is not None for coupon in valuation.coupons)


def negative_sum(_contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """Any sum below zero; only the income of units may be."""
    return any(each.amount < 0 for each in sums(valuation) if each is not valuation.investment_income)


def guarantee_off_terms(contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """An investment contract guarantees a share of its premium."""
    if contract.kind is not LifeKind.INVESTMENT or contract.guarantee_percent is None or valuation.guaranteed is None:
        return False
    promised = contract.premium.amount * contract.guarantee_percent / HUNDRED
    return differs(promised, valuation.guaranteed.amount, KOPECK)


def payout_below_guarantee(_contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """The guarantee is paid whatever happens."""
    return valuation.guaranteed is not None and valuation.payout_at_maturity.amount < valuation.guaranteed.amount


def payout_off_parts(_contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """Guarantee and income make the payout, whatever the income is computed from."""
    if valuation.guaranteed is None or valuation.investment_income is None:
        return False
    parts = valuation.guaranteed.amount + valuation.investment_income.amount
    return differs(parts, valuation.payout_at_maturity.amount, KOPECK)


def performance_off_levels(contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """The performance is that of the two levels, unless it is an average's."""
    start, level, told = contract.start_level, valuation.current_level, valuation.performance_percent
    if not start or level is None or told is None or PayoffFeature.AVERAGED in contract.payoff_features:
        return False
    return differs((level - start) / start * HUNDRED, told, PERFORMANCE_TOLERANCE)


def income_off_formula(contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """The income of a plain investment contract follows from its terms."""
    start, level, told = contract.start_level, valuation.current_level, valuation.investment_income
    if contract.kind is not LifeKind.INVESTMENT or contract.payoff_features or contract.strategy is None:
        return False
    if not start or level is None or told is None:
        return False
    expected = plain_income(contract.premium.amount, contract.strategy.participation_percent, start, level)
    return differs(expected, told.amount, KOPECK)


def available_above_income(_contract: LifeContract, valuation: LifeValuation, _now: datetime) -> bool:
    """What can be taken now is a part of what is expected at maturity."""
    available, income = valuation.available_income, valuation.investment_income
    return available is not None and income is not None and available.amount > max(income.amount, Decimal(0))


def sums(valuation: LifeValuation) -> list[Money]:
    """All sums that a valuation holds."""
    told = (
        valuation.guaranteed,
        valuation.investment_income,
        valuation.available_income,
        valuation.payout_at_maturity,
        valuation.surrender_value,
        valuation.tax_estimate,
        *(coupon.amount for coupon in valuation.coupons),
    )
    return [each for each in told if each is not None]


def differs(expected: Decimal, told: Decimal, tolerance: Decimal) -> bool:
    """Tell whether two figures are further apart than rounding explains."""
    return abs(expected - told) > tolerance


CHECKS: Final[dict[Implausibility, Check]] = {
    Implausibility.OTHER_CURRENCY: other_currency,
    Implausibility.FROM_THE_FUTURE: from_the_future,
    Implausibility.COUPON_FROM_THE_FUTURE: coupon_from_the_future,
    Implausibility.NEGATIVE_SUM: negative_sum,
    Implausibility.GUARANTEE_OFF_TERMS: guarantee_off_terms,
    Implausibility.PAYOUT_BELOW_GUARANTEE: payout_below_guarantee,
    Implausibility.PAYOUT_OFF_PARTS: payout_off_parts,
    Implausibility.PERFORMANCE_OFF_LEVELS: performance_off_levels,
    Implausibility.INCOME_OFF_FORMULA: income_off_formula,
    Implausibility.AVAILABLE_ABOVE_INCOME: available_above_income,
}

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from dev.simulators.population import Population
from dev.simulators.population.life_arithmetic import valuation
from dev.simulators.population.life_records import CouponTerms, LifeContract, LifeKind, PremiumPaid, Strategy
from dev.simulators.population.underlyings import Markets
from tests.unit.dev.simulators.population.conftest import TODAY

DAYS = [TODAY - timedelta(days=days) for days in (300, 200, 100)]


class Levels(Markets):
    """Levels written out: by ticker, then by day, with a level for all other days."""

    def level(self, ticker: str, day: date) -> Decimal:
        levels = LEVELS[ticker]
        return Decimal(levels.get(day, levels[None]))


LEVELS: dict[str, dict[date | None, int]] = {
    "UP": {None: 150},
    "DOWN": {None: 80},
    "WAVE": {DAYS[0]: 90, DAYS[1]: 110, DAYS[2]: 130, None: 100},
    "USD": {None: 90},
}
MARKETS = Levels(1, TODAY, DAYS[0])


@pytest.fixture
def contract(population: Population) -> LifeContract:
    """A single premium of 100 000, all of it guaranteed, half of the growth of UP from 100."""
    demo = population.life_contract("P10033148")
    assert demo is not None
    return replace(
        demo,
        premium=Decimal(100_000),
        premiums_paid=(PremiumPaid(demo.start, Decimal(100_000)),),
        participation_percent=Decimal(50),
        strategy=Strategy("S", "S", ("UP",), Decimal(50)),
        start_levels=(Decimal(100),),
    )


def payout(contract: LifeContract) -> Decimal:
    return valuation(contract, TODAY, MARKETS).payout_at_maturity


def test_plain(contract: LifeContract) -> None:
    assert payout(contract) == Decimal("125000.00")


def test_a_loss_costs_nothing(contract: LifeContract) -> None:
    worth = valuation(replace(contract, start_levels=(Decimal(200),)), TODAY, MARKETS)
    assert (worth.payout_at_maturity, worth.performance) == (Decimal("100000.00"), Decimal("-0.25"))
    assert worth.available_income == worth.tax_estimate == Decimal("0.00")


def test_a_guarantee_below_all(contract: LifeContract) -> None:
    assert payout(replace(contract, guarantee_percent=Decimal(90))) == Decimal("115000.00")


def test_a_cap_limits_the_income_in_percent_of_the_premium(contract: LifeContract) -> None:
    assert payout(replace(contract, cap_percent=Decimal(20))) == Decimal("120000.00")
    assert payout(replace(contract, cap_percent=Decimal(30))) == Decimal("125000.00")


def test_averaging_counts_the_dates_that_have_passed(contract: LifeContract) -> None:
    wave = replace(contract, strategy=Strategy("S", "S", ("WAVE",), Decimal(50)))
    averaged = replace(wave, averaging_dates=(*DAYS[1:], TODAY + timedelta(days=1)))
    assert payout(averaged) == Decimal("110000.00")
    assert payout(replace(wave, averaging_dates=(TODAY + timedelta(days=1),))) == Decimal("100000.00")


def test_of_a_basket_the_worst_counts(contract: LifeContract) -> None:
    basket = replace(contract, strategy=Strategy("S", "S", ("UP", "DOWN"), Decimal(50)))
    worth = valuation(replace(basket, start_levels=(Decimal(100), Decimal(64))), TODAY, MARKETS)
    assert (worth.ticker, worth.current_level, worth.performance) == ("DOWN", Decimal(80), Decimal("0.25"))
    assert worth.payout_at_maturity == Decimal("112500.00")


def test_another_currency_moves_the_income(contract: LifeContract) -> None:
    worth = valuation(replace(contract, fx_currency="USD", fx_start=Decimal(60)), TODAY, MARKETS)
    assert (worth.payout_at_maturity, worth.fx_rate) == (Decimal("137500.00"), Decimal(90))


@pytest.mark.parametrize(
    "memory,amounts",
    [
        (True, ["0.00", "4000.00", "2000.00", None]),
        (False, ["0.00", "2000.00", "2000.00", None]),
    ],
)
def test_coupons_above_the_barrier_and_those_missed(
    contract: LifeContract, memory: bool, amounts: list[str | None]
) -> None:
    observed = (*DAYS, TODAY + timedelta(days=30))
    coupons = replace(
        contract,
        strategy=Strategy("S", "S", ("WAVE",), Decimal(50)),
        coupon_terms=CouponTerms(Decimal(100), Decimal(2), memory, observed),
    )
    worth = valuation(coupons, TODAY, MARKETS)
    assert [coupon.observed_on for coupon in worth.coupons] == list(observed)
    assert [coupon.amount for coupon in worth.coupons] == [Decimal(amount) if amount else None for amount in amounts]
    assert worth.investment_income == sum(Decimal(amount) for amount in amounts if amount)


def test_rounded_once_at_the_end(population: Population) -> None:
    demo = population.life_contract("P10033148")
    assert demo is not None
    worth = valuation(demo, TODAY, population.markets)
    assert worth.performance is not None
    early = worth.performance.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert demo.premium + demo.premium * Decimal("0.71") * early == Decimal("5000368.80")
    assert worth.payout_at_maturity == Decimal("5000232.42")


def test_units_are_worth_a_tenth_of_the_level(contract: LifeContract) -> None:
    units = replace(contract, kind=LifeKind.UNIT_LINKED, unit_count=Decimal(10_000))
    worth = valuation(units, TODAY, MARKETS)
    assert worth.payout_at_maturity == worth.surrender_value == Decimal("150000.00")
    assert (worth.guaranteed, worth.investment_income) == (None, Decimal("50000.00"))
    assert worth.tax_estimate == Decimal("6500.00")


def test_an_endowment_gets_a_bonus_for_full_years(contract: LifeContract) -> None:
    paid = (PremiumPaid(TODAY - timedelta(days=800), Decimal(1_000)), PremiumPaid(TODAY, Decimal(1_000)))
    endowment = replace(
        contract,
        kind=LifeKind.ENDOWMENT,
        strategy=None,
        sum_insured=Decimal(50_000),
        premiums_paid=paid,
        bonus_percent=Decimal(5),
        technical_rate_percent=Decimal(3),
    )
    assert payout(endowment) == Decimal("50040.00")
    assert payout(replace(endowment, technical_rate_percent=Decimal(6))) == Decimal("50000.00")


def test_surrender_follows_the_table_and_adds_the_income(contract: LifeContract) -> None:
    percents = {row.starts_on: row.percent for row in contract.surrender_table}
    first = contract.start
    early = valuation(contract, first, MARKETS)
    assert early.available_income is not None
    assert early.surrender_value == 1_000 * percents[first] + early.available_income
    assert early.available_income < Decimal("25000.00")


def test_every_contract_of_the_population_can_be_valued(population: Population, contracts: list[LifeContract]) -> None:
    for contract in contracts:
        worth = valuation(contract, TODAY, population.markets)
        assert worth.payout_at_maturity >= (worth.guaranteed or 0) >= 0
        for amount in (worth.payout_at_maturity, worth.surrender_value, worth.investment_income):
            assert amount is None or amount.as_tuple().exponent == -2

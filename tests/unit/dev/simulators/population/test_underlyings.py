from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from dev.simulators.population.underlyings import (
    DEMO_LEVEL,
    DEMO_START_LEVEL,
    DEMO_TICKER,
    STRATEGIES,
    UNDERLYINGS,
    Markets,
    trading_day,
)
from tests.unit.dev.simulators.population.conftest import TODAY

START = TODAY - timedelta(days=952)
MARKETS = Markets(1, TODAY, START)
TICKERS = [underlying.ticker for underlying in UNDERLYINGS]


@pytest.mark.parametrize("ticker", [*TICKERS, "USD", "CNY"])
def test_levels_are_positive_move_and_repeat(ticker: str) -> None:
    levels = [MARKETS.level(ticker, TODAY - timedelta(days=days)) for days in range(700)]
    assert min(levels) > 0
    assert len(set(levels)) > 300
    assert all(level.as_tuple().exponent == -4 for level in levels)
    assert levels == [Markets(1, TODAY, START).level(ticker, TODAY - timedelta(days=days)) for days in range(700)]
    assert levels != [Markets(2, TODAY, START).level(ticker, TODAY - timedelta(days=days)) for days in range(700)]


@pytest.mark.parametrize("ticker", TICKERS)
def test_no_day_jumps_by_a_tenth(ticker: str) -> None:
    levels = [level for _, level in MARKETS.history(ticker, TODAY - timedelta(days=700), TODAY)]
    for before, after in pairwise(levels):
        assert abs(after / before - 1) < Decimal("0.1")


def test_the_demo_underlying_passes_through_its_known_levels() -> None:
    assert MARKETS.level(DEMO_TICKER, START) == DEMO_START_LEVEL
    assert MARKETS.level(DEMO_TICKER, TODAY) == DEMO_LEVEL


def test_week_ends_have_the_level_of_friday_and_no_place_in_the_history() -> None:
    friday = date(2026, 1, 9)
    levels = {MARKETS.level("GOLDX", friday + timedelta(days=days)) for days in range(3)}
    assert len(levels) == 1
    history = MARKETS.history("GOLDX", friday, friday + timedelta(days=4))
    assert [day for day, _ in history] == [friday, date(2026, 1, 12), date(2026, 1, 13)]
    assert trading_day(date(2026, 1, 11)) == friday


def test_strategies_name_known_underlyings() -> None:
    assert {ticker for strategy in STRATEGIES for ticker in strategy.tickers} <= set(TICKERS)
    assert len({strategy.code for strategy in STRATEGIES}) == len(STRATEGIES)

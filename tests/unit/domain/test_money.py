"""Money is exact, is rounded once, and is written as people of each language write it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Locale, Money, total

amounts = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=2)


@given(st.lists(amounts, min_size=1, max_size=50))
def test_sums_are_exact_to_the_kopeck(parts: list[Decimal]) -> None:
    whole = total([Money(part) for part in parts])

    assert whole is not None
    assert whole.amount * 100 == sum(int(part * 100) for part in parts)


@given(amounts)
def test_rounding_an_amount_of_two_places_changes_nothing(amount: Decimal) -> None:
    assert Money(amount).rounded == Money(amount)


@pytest.mark.parametrize(
    ("computed", "shown"),
    [
        ("800232.415", "800232.42"),
        ("800232.4149999", "800232.41"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("12", "12.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(computed: str, shown: str) -> None:
    assert str(Money(Decimal(computed)).rounded.amount) == shown


def test_rounding_once_at_the_end_gives_the_payout_and_rounding_first_does_not() -> None:
    premium, participation = Decimal("4200000.00"), Decimal("0.71")
    start, current = Decimal("1845.62"), Decimal("2340.90")
    growth = current / start - 1

    def payout(performance: Decimal) -> Money:
        return Money(premium + premium * participation * performance).rounded

    assert payout(growth) == Money(Decimal("5000232.42"))
    assert payout(round(growth, 4)) == Money(Decimal("5000368.80"))


@pytest.mark.parametrize(
    ("amount", "currency", "russian", "english"),
    [
        ("5000232.42", "RUB", "5\u00a0000\u00a0232,42\u00a0₽", "RUB\u00a05,000,232.42"),
        ("0", "RUB", "0,00\u00a0₽", "RUB\u00a00.00"),
        ("999.5", "RUB", "999,50\u00a0₽", "RUB\u00a0999.50"),
        ("-1500.00", "RUB", "-1\u00a0500,00\u00a0₽", "-RUB\u00a01,500.00"),
        ("1234.565", "USD", "1\u00a0234,57\u00a0$", "USD\u00a01,234.57"),
        ("10.00", "CNY", "10,00\u00a0CN¥", "CNY\u00a010.00"),
    ],
)
def test_people_read_sums_in_their_own_way(amount: str, currency: str, russian: str, english: str) -> None:
    money = Money(Decimal(amount), currency)

    assert money.formatted(Locale.RU) == russian
    assert money.formatted(Locale.EN) == english


@given(amounts, st.sampled_from(Locale), st.sampled_from(["RUB", "USD", "EUR", "CNY"]))
def test_a_written_sum_never_breaks_across_lines_and_loses_no_digit(
    amount: Decimal, locale: Locale, currency: str
) -> None:
    written = Money(amount, currency).formatted(locale)

    assert " " not in written
    assert "".join(filter(str.isdecimal, written)) == "".join(filter(str.isdecimal, f"{amount:.2f}"))


@pytest.mark.parametrize("lossy", [0.1, 5, "5.00", True, None, Decimal("NaN"), Decimal("Infinity")])
def test_only_finite_decimals_are_money(lossy: Any) -> None:
    with pytest.raises(TypeError, match="finite Decimal"):
        Money(lossy)


def test_currencies_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="cannot add USD to RUB"):
        Money(Decimal(1)) + Money(Decimal(1), "USD")


def test_nothing_has_no_sum() -> None:
    assert total([]) is None

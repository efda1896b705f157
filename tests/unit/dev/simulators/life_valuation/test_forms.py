"""Fields as the simulated engine writes them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.simulators.life_valuation import forms

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(-(10**12), 10**12, places=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_json_keeps_every_digit(value: object) -> None:
    assert json.loads(forms.dumps(value), parse_float=Decimal) == value


@pytest.mark.parametrize(
    "number, text",
    [("5000232.42", "5000232.42"), ("5000232.40", "5000232.40"), ("1E+3", "1000"), ("1E-7", "0.0000001")],
)
def test_numbers_are_written_with_their_places_and_no_exponent(number: str, text: str) -> None:
    assert forms.dumps({"sum": Decimal(number)}) == f'{{"sum":{text}}}'


@pytest.mark.parametrize(
    "amount, text",
    [("0", "0,00"), ("999.995", "1 000,00"), ("4200000", "4 200 000,00"), ("5000232.42", "5 000 232,42")],
)
def test_money_is_grouped_by_spaces(amount: str, text: str) -> None:
    assert forms.money_text(Decimal(amount)) == text
    assert forms.money_of(text) == Decimal(amount).quantize(forms.CENT, "ROUND_HALF_UP")


@pytest.mark.parametrize("level, text", [("1845.62", "1845.6200"), ("12.123456", "12.123456"), ("7", "7.0000")])
def test_levels_have_four_places_or_more(level: str, text: str) -> None:
    assert forms.level_text(Decimal(level)) == text


@pytest.mark.parametrize("text", ["", "1", "1.00", "1000,00", "1 00,00", "x"])
def test_other_texts_are_no_money(text: str) -> None:
    assert forms.money_of(text) is None

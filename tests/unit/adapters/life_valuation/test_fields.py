"""Fields in every documented form, and near misses of each."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.life_valuation.wire import Fields, Unreadable
from dev.simulators.life_valuation import forms

AMOUNTS = st.decimals(0, 10**13, places=2)
MOMENTS = st.datetimes().filter(lambda moment: moment.year >= 1000).map(lambda moment: moment.replace(microsecond=0))


def field(value: Any) -> Fields:
    """One field, as the decoder gives it."""
    return Fields(json.loads(json.dumps({"it": value}), parse_float=Decimal, parse_int=Decimal))


@given(AMOUNTS)
def test_grouped_money_survives(amount: Decimal) -> None:
    assert field(forms.money_text(amount)).grouped("it") == amount


@given(AMOUNTS)
def test_no_break_spaces_group_as_well(amount: Decimal) -> None:
    assert field(forms.money_text(amount).replace(" ", "\u00a0")).grouped("it") == amount


@given(st.decimals("0.0001", 10**6, places=6))
def test_levels_survive_with_all_their_places(level: Decimal) -> None:
    assert field(forms.level_text(level)).level("it") == level


@given(MOMENTS)
def test_dates_and_instants_survive_in_both_forms(moment: datetime) -> None:
    assert field(forms.instant_ru(moment)).instant_ru("it") == moment
    assert field(forms.instant_iso(moment)).instant_iso("it") == moment
    assert field(forms.date_ru(moment.date())).date_ru("it") == moment.date()
    assert field(moment.date().isoformat()).date_iso("it") == moment.date()


@given(st.integers(0, 10**18 - 1))
def test_isns_survive_as_text_and_as_float(isn: int) -> None:
    assert field(str(isn)).isn("it") == isn
    assert Fields({"it": Decimal(f"{isn}.0")}).isn("it") == isn


@pytest.mark.parametrize(
    "form, values",
    [
        ("grouped", ["1234,56", "1 23,45", "1 234.56", "1 234", "-1,00", " 1,00", "1,0", "", 1, None, "١,٠٠"]),
        ("level", ["1845.62", "1845,6200", "1 845.6200", "-1.0000", "1845.620O", 1845, None]),
        ("date_ru", ["6.6.2026", "2026-06-06", "31.02.2026", "06.06.26", 6, None]),
        ("date_iso", ["2026-6-6", "06.06.2026", "2026-02-31", "20260606", None]),
        ("instant_ru", ["15.01.2026", "15.01.2026 12:30", "15.01.2026T12:30:00", None]),
        ("instant_iso", ["2026-01-15T12:30:00Z", "2026-01-15 12:30:00", "2026-01-15", None]),
        ("flag", ["y", "Да", True, None, ""]),
        ("boolean", ["Y", 1, 0, None]),
        ("isn", ["", "12a", "-1", "1" * 19, 1.5, None, "1.5", True]),
        ("money", ["1,00", 1.005, None, True]),
        ("number", ["1", None, True, []]),
        ("whole", [1.5, "1", None]),
        ("contract", ["", "P 1", "п1", "p1", "P" * 21, None, 1]),
        ("text", [1, None, [], {}]),
        ("items", [{}, "text", None]),
        ("nested", [[], "text", None]),
    ],
)
def test_other_forms_are_unreadable_and_the_field_is_named(form: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(Unreadable, match=r"^it: "):
            getattr(field(value), form)("it")


def test_a_value_is_never_told() -> None:
    for form in ("grouped", "level", "date_ru", "isn", "contract", "flag"):
        with pytest.raises(Unreadable) as caught:
            getattr(field("Соколова 4510"), form)("it")
        assert "Соколова" not in str(caught.value)


def test_a_field_left_out_is_not_null() -> None:
    with pytest.raises(Unreadable, match=r"^it: left out$"):
        Fields({}).optional("it", Fields({}).text)
    assert field(None).optional("it", field(None).text) is None


def test_a_wrong_item_spoils_its_list() -> None:
    with pytest.raises(Unreadable, match="not an object"):
        field([{}, 1]).listed("it", lambda row: row)
    assert field(["06.06.2026"]).dates_ru("it") == (date(2026, 6, 6),)
    with pytest.raises(Unreadable, match="not a date"):
        field(["06.06.2026", "2026"]).dates_ru("it")

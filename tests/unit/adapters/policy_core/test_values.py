"""Single values: what is spelled by the contract is read back exactly, anything else is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.policy_core import wire
from adapters.policy_core.mapping import values

AMOUNTS = st.decimals(Decimal("-999999999.99"), Decimal("999999999.99"), places=2)


@given(AMOUNTS, st.sampled_from(["", " ", "\u00a0"]))
def test_sums_survive_with_any_space_between_thousands(amount: Decimal, space: str) -> None:
    spelled = f"{amount:,.2f}".replace(",", space).replace(".", ",")

    assert values.amount(spelled, "Sum") == amount


@given(st.dates(min_value=date(1000, 1, 1)))
def test_days_survive(day: date) -> None:
    assert values.day(f"{day:%d.%m.%Y}", "Day") == day


@given(st.integers(1, 10**15 - 1))
def test_isns_survive(isn: int) -> None:
    assert values.isn(values.isn_text(isn), "Isn") == isn


@given(st.decimals(0, Decimal("9999999.99"), places=2))
def test_percents_and_areas_survive(value: Decimal) -> None:
    assert values.decimal(f"{value:.2f}".replace(".", ","), "Area") == value


@pytest.mark.parametrize(
    "spelled",
    [
        "1234.56",
        "1 234",
        "12 34,00",
        "1  234,56",
        "1\u2009234,56",
        "1e3,00",
        "١,00",
        " 1,00",
        "+1,00",
        "1,000",
        ",00",
        "NaN",
        "",
    ],
)
def test_what_is_no_sum_is_refused(spelled: str) -> None:
    with pytest.raises(wire.Unreadable, match=r"^Sum is misspelled$"):
        values.amount(spelled, "Sum")


@given(st.text())
def test_nothing_but_a_sum_is_ever_read(text: str) -> None:
    try:
        read = values.amount(text, "Sum")
    except wire.Unreadable:
        return
    assert f"{read:.2f}".replace(".", ",") == text.replace(" ", "").replace("\u00a0", "")


@pytest.mark.parametrize(
    "spelled", ["1.1.2026", "32.01.2026", "29.02.2026", "2026-01-01", "01.01.26", "٠١.٠١.٢٠٢٦", "00.00.0000"]
)
def test_what_is_no_day_is_refused(spelled: str) -> None:
    with pytest.raises(wire.Unreadable, match=r"^Day is"):
        values.day(spelled, "Day")


@pytest.mark.parametrize(
    "spelled", ["1", "0.0", "1.00", "1.5", "1e9", "1E+9", "-1.0", "1" * 16 + ".0", "01.0", " 1.0", "inf"]
)
def test_what_is_no_isn_is_refused(spelled: str) -> None:
    with pytest.raises(wire.Unreadable, match=r"^Isn is misspelled$"):
        values.isn(spelled, "Isn")


@pytest.mark.parametrize("spelled", ["application/pdf\r\nX: y", "pdf", "", "a/b/c", "application/пдф"])
def test_a_media_type_that_would_break_a_header_is_refused(spelled: str) -> None:
    with pytest.raises(wire.Unreadable):
        values.media_type(spelled)


def test_an_error_names_the_element_and_never_its_value() -> None:
    with pytest.raises(wire.Unreadable) as raised:
        values.flag("Соловьёва", "PhoneConfirmed")

    assert str(raised.value) == "PhoneConfirmed has an unknown code"


def test_an_absent_value_is_told_from_a_wrong_one() -> None:
    with pytest.raises(wire.Unreadable, match=r"^Number is absent$"):
        values.number(None, "Number")
    assert values.optional(values.day, None, "Day") is None
    assert values.size(None) is None
    assert values.size("2048") == 2048

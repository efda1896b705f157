"""Which language a reader is spoken to in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Locale
from gateway.http.language import language
from gateway.http.media_type import negotiated
from gateway.http.quality import preferences


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        (None, Locale.RU),
        ("", Locale.RU),
        ("*", Locale.RU),
        ("ru", Locale.RU),
        ("en", Locale.EN),
        ("en-US,en;q=0.9,ru;q=0.8", Locale.EN),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Locale.RU),
        ("en;q=0.5, ru;q=0.9", Locale.RU),
        ("ru;q=0, en;q=0.1", Locale.EN),
        ("de, fr;q=0.5", Locale.RU),
        ("de, en;q=0.1", Locale.EN),
        ("EN-gb", Locale.EN),
        ("nonsense;;;q=,,", Locale.RU),
    ],
)
def test_the_language_is_negotiated(header: str | None, spoken: Locale) -> None:
    assert language(header) is spoken


@given(st.text(max_size=200))
def test_no_header_is_too_odd(header: str) -> None:
    assert language(header) in Locale
    negotiated(header)


def test_preferences_are_bounded_and_broken_qualities_count_nothing() -> None:
    assert preferences("A;q=0.5, b;q=x, c;q=2, d;level=1;q=1") == [("a", 0.5), ("b", 0.0), ("c", 0.0), ("d", 1.0)]
    assert len(preferences("a," * 10_000)) == 32

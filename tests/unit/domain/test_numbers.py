"""Two spellings of one policy number, plate, phone or e-mail compare equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import numbers
from domain.errors import InvalidInput

LOOKALIKES = dict(zip("ABEKMHOPCTYX", "АВЕКМНОРСТУХ", strict=True))
folded_numbers = st.text("ABEKMHOPCTYX0123456789", min_size=1, max_size=20)
separators = st.text(" \u00a0\u2009\t№#-–—−./", max_size=3)


@pytest.mark.parametrize(
    ("spelled", "folded"),
    [
        ("P10033148", "P10033148"),
        ("p 100 331-48", "P10033148"),
        ("Р10033148", "P10033148"),  # a Cyrillic Р
        ("р10033148", "P10033148"),  # a small Cyrillic р
        ("№ P10033148", "P10033148"),
        ("ХХХ 0123456789", "XXX0123456789"),
        ("xxx № 0123456789", "XXX0123456789"),
        ("ААС–0123456789", "AAC0123456789"),
        ("001АТ-20/7", "001AT207"),
        ("ЖЦ-1", "ЖЦ1"),
        ("", ""),
    ],
)
def test_a_policy_number_is_found_in_any_spelling(spelled: str, folded: str) -> None:
    assert numbers.policy_number(spelled) == folded


@given(folded_numbers, st.data())
def test_case_alphabet_and_separators_make_no_difference(number: str, data: st.DataObject) -> None:
    written = data.draw(separators)
    for letter in number:
        look = data.draw(st.sampled_from([letter, LOOKALIKES.get(letter, letter)]))
        written += data.draw(st.sampled_from([look, look.lower()])) + data.draw(separators)

    assert numbers.policy_number(written) == number


@pytest.mark.parametrize("spelled", ["А042ВС77", "a 042 bc 77", "а042вс / 77", "A-042-BC-77"])
def test_a_plate_is_found_in_any_spelling(spelled: str) -> None:
    assert numbers.plate(spelled) == "A042BC77"


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = numbers.policy_number(text)

    assert numbers.policy_number(once) == once


@pytest.mark.parametrize(
    ("spelled", "folded"),
    [
        ("+7 916 123-45-67", "+79161234567"),
        ("8 (916) 123-45-67", "+79161234567"),
        ("9161234567", "+79161234567"),
        ("\u00a0+7(916)1234567 ", "+79161234567"),
        ("+7 701 123 45 67", "+77011234567"),  # Kazakhstan shares the country code
        ("8 701 123 45 67", "+77011234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+49 1512 3456789", "+4915123456789"),
    ],
)
def test_a_phone_is_folded_to_e164_and_is_russian_unless_it_says_otherwise(spelled: str, folded: str) -> None:
    assert numbers.phone(spelled) == folded


@pytest.mark.parametrize("broken", ["", "phone", "123", "+7", "+7 916 123", "+999 123456789", "9" * 40, "1" * 300])
def test_what_cannot_be_a_phone_is_refused_by_name(broken: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        numbers.phone(broken)

    assert (refused.value.argument, refused.value.reason) == ("phone", "not_a_phone")


@given(st.integers(900_000_0000, 999_999_9999))
def test_every_way_to_dial_a_russian_mobile_leads_to_one_number(subscriber: int) -> None:
    digits = str(subscriber)
    dashed = f"({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}"

    assert {numbers.phone(f"{prefix}{dashed}") for prefix in ("+7 ", "8 ", "")} == {f"+7{digits}"}


@pytest.mark.parametrize(
    ("spelled", "folded"),
    [
        (" Olga@Example.RU ", "olga@example.ru"),
        ("o.p+kasko@mail.example.com", "o.p+kasko@mail.example.com"),
        ("ОЛЬГА@ПОЧТА.РФ", "ольга@почта.рф"),
    ],
)
def test_an_email_is_folded_to_lower_case(spelled: str, folded: str) -> None:
    assert numbers.email(spelled) == folded


@pytest.mark.parametrize("broken", ["", "olga", "@example.ru", "olga@", "olga@example", "a@b@c.ru", "o lga@example.ru"])
def test_what_cannot_be_an_email_is_refused_by_name(broken: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        numbers.email(broken)

    assert (refused.value.argument, refused.value.reason) == ("email", "not_an_email")

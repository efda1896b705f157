"""A mask shows which thing is meant, and never the part that tells whose it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import masking
from domain.models import PersonName

LETTERS = "АВЕКМНОРСТУХ"
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=20)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+79161234567", "+7 *** ***-45-67"),
        ("+77011234567", "+7 *** ***-45-67"),  # Kazakhstan
        ("+375291234567", "+375 *** ***-45-67"),
        ("+4915123456789", "+49 *** ***-67-89"),
        ("+6421234567", "+64 *** ***"),  # too short to leave four digits bare
        ("phone", "*** ***"),
        ("+", "*** ***"),
        ("", "*** ***"),
        ("9161234567", "*** ***"),  # not E.164: nothing tells the country from the number
    ],
)
def test_a_phone_shows_its_country_and_last_four_digits(phone: str, masked: str) -> None:
    assert masking.phone(phone) == masked


@given(st.integers(300_000_0000, 999_999_9999))
def test_a_masked_phone_does_not_hold_the_covered_digits(subscriber: int) -> None:
    masked = masking.phone(f"+7{subscriber}")

    assert "".join(filter(str.isdecimal, masked)) == f"7{subscriber % 10_000:04}"


@given(st.text(max_size=20))
def test_whatever_stands_for_a_phone_at_most_country_and_four_digits_show(text: str) -> None:
    assert len(list(filter(str.isdecimal, masking.phone(text)))) <= 3 + 4


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("ivan@example.ru", "i***@e***.ru"),
        ("i@e.ru", "i***@e***.ru"),
        ("ivan@mail.example.co.uk", "i***@m***.uk"),
        ("ivan@localhost", "***@***"),
        ("ivan", "***@***"),
        ("@example.ru", "***@***"),
        ("ivan@.ru", "***@***"),
        ("a@b@c.ru", "***@***"),
        ("", "***@***"),
    ],
)
def test_an_email_shows_first_letters_and_zone(email: str, masked: str) -> None:
    assert masking.email(email) == masked


@given(words, words, words)
def test_a_masked_email_does_not_tell_lengths_or_letters_beyond_the_first(local: str, host: str, zone: str) -> None:
    assert masking.email(f"{local}@{host}.{zone}") == f"{local[0]}***@{host[0]}***.{zone}"


def test_a_name_keeps_first_name_and_patronymic() -> None:
    assert masking.name(PersonName("Калинина", "Ольга", "Петровна")).full == "К. Ольга Петровна"
    assert masking.name(PersonName("Ли", "Мин")).full == "Л. Мин"


@given(st.text("АБВГДабвгдё-", min_size=2, max_size=30))
def test_a_masked_name_does_not_hold_the_surname(last: str) -> None:
    assert masking.name(PersonName(last, "Юлия", None)) == PersonName(f"{last[0]}.", "Юлия", None)


@pytest.mark.parametrize(
    ("identifier", "masked"),
    [("XTA210930Y1234567", "*************4567"), ("AB1234", "***234"), ("AB12", "**12"), ("A", "*"), ("", "")],
)
def test_a_tail_shows_the_last_characters(identifier: str, masked: str) -> None:
    assert masking.tail(identifier) == masked


@given(st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", max_size=30))
def test_a_tail_is_as_long_as_the_whole_and_covers_half_of_it_or_more(identifier: str) -> None:
    masked = masking.tail(identifier)

    assert len(masked) == len(identifier)
    assert masked.count("*") >= len(identifier) / 2
    assert masked.endswith(identifier[masked.count("*") :])


@pytest.mark.parametrize(
    ("plate", "masked"),
    [
        ("А123ВС77", "А***ВС77"),
        ("А123ВС777", "А***ВС777"),
        ("A123BC77", "A***BC77"),
        ("1234АВ77", "******77"),  # a motorcycle
        ("АВ123477", "******77"),  # a trailer
        ("АВ12377", "*****77"),  # a taxi
        ("123ABC02", "******02"),  # Kazakhstan
        ("А 123 ВС 77", "*********77"),
        ("А1", "*1"),
        ("", ""),
    ],
)
def test_a_plate_shows_letters_and_region(plate: str, masked: str) -> None:
    assert masking.plate(plate) == masked


@given(st.sampled_from(LETTERS), st.integers(0, 999), st.text(LETTERS, min_size=2, max_size=2), st.integers(1, 999))
def test_a_masked_plate_does_not_hold_the_number(first: str, number: int, last: str, region: int) -> None:
    masked = masking.plate(f"{first}{number:03}{last}{region:02}")

    assert masked == f"{first}***{last}{region:02}"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Паспорт Калининой.pdf", "***.pdf"),
        ("скан.договора.JPEG", "***.JPEG"),
        ("Калинина", "***"),
        ("паспорт.калинина", "***"),
        ("passport.kalinina", "***"),
        ("", "***"),
    ],
)
def test_a_file_name_keeps_its_extension_alone(name: str, masked: str) -> None:
    assert masking.file_name(name) == masked

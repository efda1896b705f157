"""A password is refused for what makes it easy to guess, and for nothing else."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.accounts import passwords
from domain.accounts.passwords import Weakness, normalised, weakness
from domain.models import PersonName, PolicyNumber

PERSON: Final[dict[str, Any]] = {
    "name": PersonName("Семёнова-Хайт", "Ольга", "Петровна"),
    "phone": "+79162480357",
    "email": "o.semyonova+kasko@example.ru",
    "policy": PolicyNumber("XXX0173946285"),
}
anything = st.text(st.characters(exclude_categories=()), max_size=200)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=10, max_size=40)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "ёлка-под-окном",
        "Kx7pQmLw2z",
        "мнеВчера_снился_слон",
        "密码是一个很长的句子啊",
        "🚀 летим к звёздам",
        "dragon eats password",
    ],
)
def test_a_password_that_is_long_and_ones_own_is_taken(password: str) -> None:
    assert weakness(password, **PERSON) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", Weakness.TOO_SHORT),
        ("Kx7pQmLw2", Weakness.TOO_SHORT),
        ("и\u0306" * 9, Weakness.TOO_SHORT),  # nine letters in eighteen characters
        ("Kx7pQmLw2zR" * 12, Weakness.TOO_LONG),
        ("\ufdfa" * 10, Weakness.TOO_LONG),  # one character that stands for eighteen
        ("x" * 1_000_000, Weakness.TOO_LONG),
        ("Kx7pQmLw2z\x00", Weakness.UNTYPABLE),
        ("Kx7pQmLw2z\ud800", Weakness.UNTYPABLE),
        ("моя-ольга-и-я", Weakness.PERSONAL),
        ("СЕМЕНОВА хорошая", Weakness.PERSONAL),
        ("с.е.м.ё.н.о.в.а!", Weakness.PERSONAL),
        ("Пeтpoвнa-и-кот", Weakness.PERSONAL),  # in Latin letters where they look alike
        ("zz9162480357", Weakness.PERSONAL),
        ("тел. 248-03-57", Weakness.PERSONAL),
        ("O.Semyonova!!x", Weakness.PERSONAL),
        ("кот и ХХХ 0173946285", Weakness.PERSONAL),
        ("кот и 017 394 62 85", Weakness.PERSONAL),
        ("Password2024!", Weakness.COMMON),
        ("P@$$w0rd-123", Weakness.COMMON),
        ("$unsh1ne!!2024", Weakness.COMMON),
        ("1qaz2wsx!2024", Weakness.COMMON),
        ("пАроль-2024", Weakness.COMMON),
        ("1q2w3e4r5t", Weakness.COMMON),
        ("1Qaz2Wsx3Edc", Weakness.COMMON),
        ("qwerty-qwerty-1", Weakness.COMMON),
        ("  sunshine  ", Weakness.COMMON),
        ("trustno1trustno1", Weakness.COMMON),
        ("йййййййййй", Weakness.REPETITIVE),
        ("!!!!!!!!!!", Weakness.REPETITIVE),
        ("aBcabCabca", Weakness.REPETITIVE),
        ("a-b-a-b-a-b", Weakness.REPETITIVE),
        ("aaabbbcccddd", Weakness.REPETITIVE),
        ("0123456789", Weakness.REPETITIVE),
        ("1234567890", Weakness.REPETITIVE),
        ("9 8 7 6 5 4 3 2 1", Weakness.REPETITIVE),
        ("abcdef654321", Weakness.REPETITIVE),
        ("йцукенгшщз", Weakness.REPETITIVE),
        ("!@#$%^&*()", Weakness.REPETITIVE),
        ("asdfghjkl;'", Weakness.REPETITIVE),
    ],
)
def test_a_weak_one_is_refused_with_its_reason(password: str, reason: Weakness) -> None:
    assert weakness(password, **PERSON) is reason


def test_of_short_names_nothing_is_forbidden() -> None:
    name = PersonName("Ли", "Ян", "Ю")

    assert weakness("лилии-янтарь-юла", name=name, email="li@example.ru", phone=None, policy=None) is None


def test_of_ten_to_128_characters_each_length_is_taken() -> None:
    own = "".join(chr(0x4E00 + at * 37) for at in range(129))

    assert weakness(own[:10]) is weakness(own[:128]) is None
    assert weakness(own[:9]) is Weakness.TOO_SHORT
    assert weakness(own) is Weakness.TOO_LONG


@given(anything)
def test_it_never_raises_and_keeps_what_it_says(password: str) -> None:
    found = weakness(password, **PERSON)

    assert found is weakness(password, **PERSON)
    if found is None:
        assert 10 <= len(normalised(password)) <= 128
        assert normalised(password).encode()


@given(texts, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_password_is_the_same_in_every_form_of_unicode(password: str, form: Any) -> None:
    other = unicodedata.normalize(form, password)

    assert normalised(other) == normalised(password)
    assert weakness(other, **PERSON) is weakness(password, **PERSON)


@given(texts, st.integers(0, 40), st.sampled_from(["Семёнова", "СЕМЕНОВА", "хайт", "Oльгa", "+7 (916) 248-03-57"]))
def test_nothing_of_the_person_hides_in_a_password(around: str, at: int, telling: str) -> None:
    password = around[:at] + " " + telling + " " + around[at:]
    assume(len(normalised(password)) <= 128)

    assert weakness(password, **PERSON) in {Weakness.PERSONAL, Weakness.UNTYPABLE}


@given(st.sampled_from(sorted(passwords.COMMON.split())), st.text("0123456789!?. -_", max_size=8), st.booleans())
def test_a_common_word_stays_common_with_digits_and_signs_around_it(word: str, more: str, before: bool) -> None:
    spelled = (more + word if before else word + more).title()
    assume(len(spelled) >= 10)

    assert weakness(spelled) is Weakness.COMMON


@given(st.text("abcdefxyzабвгд0123", min_size=1, max_size=20), st.integers(2, 10))
def test_repeating_makes_nothing_stronger(part: str, times: int) -> None:
    assume(10 <= len(part) * times <= 128)

    assert weakness(part * times) in {Weakness.REPETITIVE, Weakness.COMMON}


@given(st.sampled_from(passwords.TRACKS), st.booleans(), st.data())
def test_a_way_along_the_keyboard_is_no_password(track: str, backwards: bool, data: st.DataObject) -> None:
    way = track[::-1] if backwards else track
    start = data.draw(st.integers(0, len(way) - 3))
    assume(len(way) - start >= 3)
    doubled = way[start:] + data.draw(st.sampled_from(passwords.TRACKS))

    assert weakness(doubled) in {Weakness.REPETITIVE, Weakness.COMMON, Weakness.TOO_SHORT}


def test_the_list_of_common_ones_holds_each_once_and_none_in_vain() -> None:
    listed = passwords.COMMON.split()

    assert len(listed) == len(set(listed))
    assert all(each == each.casefold() for each in listed)


def test_what_is_longer_than_any_password_is_not_even_normalised() -> None:
    assert passwords.normalised("a" + "\u0301\u0316" * 100_000) == ""

"""A full name is known in every spelling of it, and in no other."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.accounts import names
from domain.accounts.names import same_person
from domain.models import PersonName

OLGA = PersonName("Семёнова-Хайт", "Ольга", "Петровна")
LATIN = str.maketrans("АВЕКМНОРСТУХаеорсухіјѕ", "ABEKMHOPCTYXaeopcyxijs")
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
BLANKS = " \u00a0\u2009\u202f\t\n"
INVISIBLE = "\u200b\u200d\ufeff\u00ad\u200e\u200f\u2060"

parts = st.text(LETTERS + "ё", min_size=1, max_size=10).map(str.capitalize)
surnames = parts | st.tuples(parts, parts).map("-".join)
# Endings tell a patronymic from a surname: only so can a text be cut into parts in one way.
known_names = st.builds(PersonName, surnames.map("{}ова".format), parts, st.none() | parts.map("{}вна".format))


@st.composite
def spellings(draw: st.DrawFn, text: str) -> str:
    """A text in a mixture of scripts, cases, forms of Unicode, dashes and blanks."""
    written = draw(st.text(BLANKS, max_size=2))
    for letter in text:
        if letter == " ":
            written += draw(st.text(BLANKS, min_size=1, max_size=3))
        elif letter == "-":
            written += draw(st.sampled_from([*DASHES, *BLANKS, " - ", "— "]))
        else:
            spelled = draw(st.sampled_from([letter, letter.replace("ё", "е").replace("Ё", "Е")]))
            spelled = draw(st.sampled_from([spelled, spelled.lower(), spelled.upper()]))
            for change in draw(st.lists(st.sampled_from(["latin", "NFD"]), max_size=2)):
                spelled = spelled.translate(LATIN) if change == "latin" else unicodedata.normalize("NFD", spelled)
            written += spelled + draw(st.just("") | st.sampled_from(INVISIBLE))
    return written + draw(st.text(BLANKS, max_size=2))


@pytest.mark.parametrize(
    "spelled",
    [
        "Семёнова-Хайт Ольга Петровна",
        "семенова-хайт ольга петровна",
        "СЕМЁНОВА — ХАЙТ  ОЛЬГА ПЕТРОВНА",
        "Семёнова Хайт Ольга Петровна",
        "Семёнова-Хайт Ольга",
        "Ольга Семёнова-Хайт",
        "Ольга Петровна Семенова Хайт",
        "Ceмёнoвa-Xaйт Oльгa Пeтpoвнa",  # every letter that can be is Latin
        "СEMËHOBA-XAЙT OЛЬГA",
        "сemëhobа-хайт ольга",  # what a system makes of it that puts Latin capitals into small letters
        unicodedata.normalize("NFD", "Семёнова-Хайт Ольга Петровна"),
        "\u200fСемёнова\u00ad-Хайт\u00a0Ольга\ufeff",
    ],
)
def test_a_name_is_known_in_any_spelling(spelled: str) -> None:
    assert same_person(spelled, OLGA)


@pytest.mark.parametrize("between", [*DASHES, *BLANKS], ids=ascii)
def test_every_dash_and_blank_parts_a_double_surname(between: str) -> None:
    assert same_person(f"Семёнова{between}Хайт Ольга", OLGA)


@pytest.mark.parametrize("unseen", INVISIBLE, ids=ascii)
def test_what_cannot_be_seen_is_not_looked_at(unseen: str) -> None:
    assert same_person(f"Семёно{unseen}ва-Хайт Ольга", OLGA)


@pytest.mark.parametrize(
    ("cyrillic", "latin"), [*zip("АВЕКМНОРСТУХЁаеорсухіјѕё", "ABEKMHOPCTYXËaeopcyxijsë", strict=True)]
)
def test_every_latin_look_alike_is_the_letter_that_it_looks_like(cyrillic: str, latin: str) -> None:
    assert same_person(f"Ли Жан{latin}", PersonName("Ли", f"Жан{cyrillic}"))


@pytest.mark.parametrize(
    "other",
    [
        "",
        " ",
        "Семёнова-Хайт",
        "Ольга",
        "Ольга Петровна",
        "Семёнова Ольга Петровна",  # half a surname
        "Хайт Ольга Петровна",
        "Хайт-Семёнова Ольга Петровна",
        "Семёнова-Хайт Ольга Павловна",
        "Семёнова-Хайт О. П.",
        "Семёнова-Хайт Оля",
        "Семёнова-Хаит Ольга",
        "Семёнова-Хайт Петровна Ольга",
        "Семёнова-Хайт Ольга Петровна Ольга",
        "СемёноваХайт Ольга",
        "Semyonova-Khayt Olga",
    ],
)
def test_nothing_else_is_taken_for_it(other: str) -> None:
    assert not same_person(other, OLGA)


@pytest.mark.parametrize(
    ("spelled", "known"),
    [
        ("Ли Мин", PersonName("Ли", "Мин")),
        ("Ли Мин", PersonName("Ли", "Мин", "-")),  # how some systems write none
        ("Ли Мин Сергеевич", PersonName("Ли", "Мин")),
        ("Мин Сергеевич Ли", PersonName("Ли", "Мин", "")),
        ("Алиев Вагиф Гасан оглы", PersonName("Алиев", "Вагиф")),
        ("Алиев Вагиф Гасан-оглы", PersonName("Алиев", "Вагиф", "Гасан оглы")),
        ("Smith-Jones John", PersonName("Smith Jones", "John")),
        ("Дар’я Коваленко", PersonName("Коваленко", "Дар'я")),
        ("Iлля Коваленко", PersonName("Коваленко", "Ілля")),  # a Latin I
    ],
)
def test_patronymics_double_names_and_names_of_other_places(spelled: str, known: PersonName) -> None:
    assert same_person(spelled, known)


def test_what_stands_for_an_unknown_patronymic_is_no_longer_than_one() -> None:
    assert not same_person("Ли Мин один два три", PersonName("Ли", "Мин"))


@given(known_names, st.booleans(), st.booleans(), st.data())
def test_any_mixture_of_spellings_matches(
    known: PersonName, first_in_front: bool, shortened: bool, data: st.DataObject
) -> None:
    patronymic = None if shortened else known.patronymic
    order = (known.first, patronymic, known.last) if first_in_front else (known.last, known.first, patronymic)
    spelled = data.draw(spellings(" ".join(part for part in order if part)))
    assume(len(spelled) <= names.MOST_CHARACTERS)

    assert same_person(spelled, known)


@given(known_names, st.data())
def test_a_changed_letter_does_not_match(known: PersonName, data: st.DataObject) -> None:
    whole = known.full
    at = data.draw(st.sampled_from([at for at, letter in enumerate(whole) if letter.isalpha()]))
    before = whole[at].lower().replace("ё", "е")
    letter = data.draw(st.sampled_from(LETTERS).filter(lambda each: each != before))
    changed = whole[:at] + letter + whole[at + 1 :]

    assert not same_person(changed, known)


@given(known_names, st.data())
def test_a_letter_more_or_less_does_not_match(known: PersonName, data: st.DataObject) -> None:
    whole = known.full
    at = data.draw(st.sampled_from([at for at, letter in enumerate(whole) if letter.isalpha()]))

    assert not same_person(whole[:at] + whole[at] * 2 + whole[at + 1 :], known)
    assert not same_person(whole[:at] + whole[at + 1 :], known)


@given(known_names, known_names, st.data())
def test_it_is_symmetric(one: PersonName, other: PersonName, data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        other = replace(one, patronymic=other.patronymic)
    # Of "X Y Z" nobody can tell whether Y belongs to a double surname: names of one build only.
    assume(one.last.count("-") == other.last.count("-"))

    assert same_person(one.full, other) == same_person(other.full, one)


anything = st.text(st.characters(exclude_categories=()), max_size=220) | st.text(
    "ıİiIßﬁ👩‍🚀🏳️‍🌈\u0301\u0345\u0308\u200b\u202eאبﷺ\ud800\u1e9eёë-—\x00", max_size=220
)


@given(anything, anything, anything, st.none() | anything)
def test_it_never_raises(spelled: str, last: str, first: str, patronymic: str | None) -> None:
    same_person(spelled, PersonName(last, first, patronymic))


@given(anything, anything)
def test_whoever_has_a_name_is_known_by_it(last: str, first: str) -> None:
    known = PersonName(last, first)
    fits = len(known.full) <= names.MOST_CHARACTERS

    assert same_person(known.full, known) == bool(fits and names.words(last) and names.words(first))


@given(anything)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = names.words(text)

    assert names.words(" ".join(once)) == once


@pytest.mark.parametrize("spelled", ["Неизвестный Неизвестен Неизвестнович", "", "Ли Мин"])
def test_nobody_is_known_where_nobody_was_found(spelled: str) -> None:
    assert not same_person(spelled, None)
    assert not same_person(spelled, PersonName("", ""))


def test_a_name_that_is_too_long_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(names, "words", looked_at.append)

    assert not same_person("и" * (names.MOST_CHARACTERS + 1), OLGA)
    assert looked_at == []


@pytest.mark.parametrize("known", [OLGA, PersonName("Ли", "Мин"), None])
def test_as_much_is_compared_whatever_is_right(known: PersonName | None, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    folded: list[int] = []
    usual = names.words

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return one == other

    def measured(text: str) -> tuple[str, ...]:
        folded.append(len(text))
        return usual(text)

    monkeypatch.setattr(names, "compare_digest", counted)
    monkeypatch.setattr(names, "words", measured)

    for spelled in ("", "Семёнова-Хайт", OLGA.full, "Ольга Семёнова-Хайт", "Ли Мин"):
        same_person(spelled, known)
        assert len(compared) == 4
        assert folded[0] == names.MOST_CHARACTERS
        compared.clear()
        folded.clear()

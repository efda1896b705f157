"""Answers to control questions, folded so that every right spelling of one is accepted, and nothing near it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from domain import numbers
from domain.accounts.names import words

__all__ = ["MOST_CHARACTERS", "month", "plate", "plate_digits", "year"]

MOST_CHARACTERS: Final = 60
"""No answer is longer; what is longer is not looked at."""

PLATE: Final = re.compile(r"[ABEKMHOPCTYX](\d{3})[ABEKMHOPCTYX]{2}\d{2,3}", re.ASCII)
YEAR: Final = re.compile(r"(\d{4})(?:г|год|года|году)?\.?", re.ASCII)
BEFORE_A_MONTH: Final = frozenset(words("в во in"))

SOFT: Final = ("ь", "я", "ю", "ем", "е")
HARD: Final = ("", "а", "у", "ом", "е")
RUSSIAN: Final = (
    ("январ", SOFT),
    ("феврал", SOFT),
    ("март", HARD),
    ("апрел", SOFT),
    ("ма", ("й", "я", "ю", "ем", "е")),
    ("июн", SOFT),
    ("июл", SOFT),
    ("август", HARD),
    ("сентябр", SOFT),
    ("октябр", SOFT),
    ("ноябр", SOFT),
    ("декабр", SOFT),
)
ENGLISH: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
ABBREVIATED: Final = ("февр", "сент", "sept", "нояб")


def _months() -> dict[str, str]:
    """Every name of a month, folded as answers are, with its number."""
    named = {}
    for number, ((stem, endings), english) in enumerate(zip(RUSSIAN, ENGLISH, strict=True), 1):
        russian = [stem + ending for ending in endings]
        begun = [each for each in ABBREVIATED if russian[0].startswith(each) or english.startswith(each)]
        for name in (*russian, russian[0][:3], english, english[:3], *begun):
            named["".join(words(name))] = str(number)
    return named


MONTHS: Final = _months()


def year(text: str) -> str | None:
    """Fold a year of four digits; two could be any century's."""
    found = YEAR.fullmatch("".join(_words(text)))
    return found[1] if found else None


def plate(text: str) -> str | None:
    """Fold the plate of a private car. Those of other forms are nothing to ask about: their digits are told otherwise.

    A masked plate has none of the forms.
    """
    folded = numbers.plate("".join(_words(text)))
    return folded if PLATE.fullmatch(folded) else None


def plate_digits(text: str) -> str | None:
    """Fold the three digits of a plate, given alone or with the rest of it."""
    folded = numbers.plate("".join(_words(text)))
    if len(folded) == 3 and folded.isdecimal():
        return folded
    return folded if PLATE.fullmatch(folded) else None


def month(text: str) -> str | None:
    """Fold a month, given by number or by name: in Russian in any case, in English, short or whole."""
    named = [word for part in _words(text) for word in part.split(".") if word and word not in BEFORE_A_MONTH]
    joined = "".join(named)
    if joined.isdecimal():
        return joined.removeprefix("0") if len(joined) <= 2 and 1 <= int(joined) <= 12 else None
    return MONTHS.get(named[0]) if len(named) == 1 else None


def _words(text: str) -> tuple[str, ...]:
    """Words of an answer, the digits of every script as 0 to 9."""
    return words("".join(str(unicodedata.decimal(character, character)) for character in text))

"""Whether a full name that was typed is the one that is known of a person. Spellings are folded; nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from hmac import compare_digest
from typing import Final

from domain.models import PersonName

__all__ = ["MOST_CHARACTERS", "same_person", "words"]

MOST_CHARACTERS: Final = 200
"""A name longer than this is nobody's; whoever asks refuses it before."""

MOST_PATRONYMIC_WORDS: Final = 2
"""Of a patronymic that is not known, so that it cannot be checked: ``Гасан оглы``."""

# Letter by letter and one to one, so that two names that differ in one script still do. Small letters stand for both
# cases: a Latin H, put into small letters by some system, is h, though only the capital looks like Н.
LOOKALIKES: Final = str.maketrans("abcehijkmopstxy", "авсеніјкморѕтху")
APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02b9\u2032\u0060\u00b4", "'"))
YO: Final = re.compile("е\u0308+")
MINUS: Final = "\u2212"

NOBODY: Final = PersonName("Неизвестный", "Неизвестен", "Неизвестнович")
"""Stands where no person was found, so that the same work is done."""


def words(text: str) -> tuple[str, ...]:
    """Fold a text into words that compare equal however they were typed.

    Canonical composition, small letters, е for ё, one apostrophe, Latin look-alikes as Cyrillic letters. Spaces and
    dashes part words, as a double surname is written with either. What cannot be seen (zero-width characters, soft
    hyphens, marks of direction) is dropped: it comes along with pasted text.
    """
    seen = "".join(map(_seen, text))
    small = unicodedata.normalize("NFD", seen).casefold().translate(LOOKALIKES).translate(APOSTROPHES)
    # With its dots apart still: a Latin ë is ё only once its letter was folded.
    return tuple(unicodedata.normalize("NFC", YO.sub("е", small)).split())


def same_person(given: str, known: PersonName | None) -> bool:
    """Return whether a typed name is a known one: never for ``None``, at the same cost as for a person.

    Both usual orders count: last, first, patronymic as documents have it, and first, patronymic, last as browsers fill
    it in. Whoever knows a name knows it in any order, so this gives nothing away; and the answer to a wrong name must
    not tell what was wrong with it, so nobody could find out that it was the order. The patronymic may be missing on
    either side. All of it is compared whatever was found, so the time taken does not tell how much was right.
    """
    if len(given) > MOST_CHARACTERS:
        return False
    name = known or NOBODY
    typed = words(given.ljust(MOST_CHARACTERS))
    last, first, patronymic = words(name.last), words(name.first), words(name.patronymic or "")
    # A patronymic that is not known is whatever stands in its place.
    at_end = patronymic or typed[len(last) + len(first) :][:MOST_PATRONYMIC_WORDS]
    between = patronymic or typed[len(first) : len(typed) - len(last)][:MOST_PATRONYMIC_WORDS]
    spellings = (last + first + at_end, last + first, first + between + last, first + last)
    found = [compare_digest(_bytes(each), _bytes(typed)) for each in spellings]
    return any(found) and bool(last) and bool(first) and known is not None


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Pd" or character == MINUS:
        return " "
    return "" if category == "Cf" else character


def _bytes(parts: tuple[str, ...]) -> bytes:
    # Half of a surrogate pair is no text, but may be sent as some.
    return " ".join(parts).encode(errors="surrogatepass")

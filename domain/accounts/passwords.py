"""What a password must not be. Nothing is asked of its kinds of characters: that makes passwords alike, not strong."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from itertools import pairwise
from typing import Final

from domain.accounts.names import words
from domain.models import PersonName, PolicyNumber

__all__ = ["LEAST_CHARACTERS", "MOST_CHARACTERS", "Weakness", "normalised", "weakness"]

LEAST_CHARACTERS: Final = 10
MOST_CHARACTERS: Final = 128
MOST_TYPED: Final = 4 * MOST_CHARACTERS
"""Before normalisation, which is not begun on more: decomposed letters take up to four characters."""

LEAST_TELLING: Final = 3
"""Shorter parts of a name or address stand in half of all words."""

SUBSCRIBER_DIGITS: Final = 7
"""End of a phone that makes it recognisable, whatever is written before it."""

LEAST_RUN: Final = 3
"""Characters of a run, on the average, that make a password a sequence: ``qwerty12345``, ``aaabbbcccddd``."""

UNTYPABLE: Final = frozenset({"Cc", "Cs", "Cn"})

TRACKS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "!@#$%^&*()",
    '!"№;%:?*()',
)
STEPS: Final = frozenset(step for track in TRACKS for way in (track, track[::-1]) for step in pairwise(way))
LEET: Final = str.maketrans("@4301!$5", "aaeoiiss")

COMMON: Final = """
1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 qazwsx qazwsxedc
qazwsxedcrfv zaqwsx zaq1xsw2 zaqxswcde qweasd qweasdzxc qwezxc asdzxc qwerasdf qwertyqwerty ytrewq poiuytrewq
йцукен йцуфыв йцуфывячс йфяцыч йфяцычувс
access account admin administrator alpha amanda america amore anatoly andrei andrew angel angelina apple april ashley
august autumn baby babygirl banana baseball basketball batman beautiful beauty bitcoin blessed bond bubbles buster
butterfly camaro captain changeme charlie cheese chelsea chicken chocolate christmas computer cookie corvette cowboy
daniel default diamond dolphin dragon eagle elephant everton family ferrari flower football forever freedom friend
friends gateway gfhjkm ghbdtn ginger google guest hannah happy harley hello heaven hockey hunter iloveyou insurance
internet jasmine jennifer jessica jesus jordan joshua justin killer kitten ladybug letmein liverpool login london lovely
lovelove master matrix merlin michael michelle mickey money monkey monster mother mustang myaccount mypassword naruto
newpassword nicole ninja nothing orange pass passpass passw0rd passwd password passwordpassword pepper personal phoenix
pokemon prince princess private purple qwert qwerty rainbow ranger samantha samsung samurai secret secure security
server shadow silver slipknot snoopy soccer spiderman spring starwars summer sunflower sunshine superman superstar
sweetheart system temp temporary test tester testing thomas thunder tigger toyota trustno unknown user username victoria
welcome whatever william windows winner winter yamaha yellow
alexander aleksandr anastasia andrey dmitriy ekaterina elena kristina ljubov lubov lyubov marina maxim mercedes moskva
moscow natasha nastya nikita parol privet rossia rossiya russia sergey solnce solnishko solnyshko spartak svetlana
tatiana vfhbyf vladimir vladislav zenit zvezda
александр анастасия андрей весна дмитрий екатерина елена зенит зима зайчик котенок красотка кристина лето любимая
любимый любовь люблю мама марина москва наташа никита осень пароль парольпароль привет россия сергей секрет солнце
солнышко спартак страховка татьяна
"""
"""What people choose most, in small letters, without the digits and signs that they add."""


class Weakness(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    UNTYPABLE = "UNTYPABLE"
    PERSONAL = "PERSONAL"
    COMMON = "COMMON"
    REPETITIVE = "REPETITIVE"


def normalised(password: str) -> str:
    """Return the one form of a password that is counted, hashed and compared (NFKC).

    Devices send one and the same key differently: й whole or in two parts, a space as no-break, letters and digits wide
    from a keyboard of the East. NFC would join the parts only; with NFKC what looks the same signs in on each device.
    Of what is longer than any password the form is empty.
    """
    # Normalising takes time that grows with the square of what is combined: what is too long is nobody's password.
    return unicodedata.normalize("NFKC", password) if len(password) <= MOST_TYPED else ""


def weakness(
    password: str,
    *,
    name: PersonName | None = None,
    phone: str | None = None,
    email: str | None = None,
    policy: PolicyNumber | None = None,
) -> Weakness | None:
    """Return why a password is not taken, or ``None`` when it is.

    ``phone`` in E.164; nothing of the person may stand in the password, however it is spelled or spaced.
    Units: 10 to 128 characters, counted after normalisation.
    """
    if len(password) > MOST_TYPED:
        return Weakness.TOO_LONG
    text = normalised(password)
    if len(text) < LEAST_CHARACTERS:
        return Weakness.TOO_SHORT
    if len(text) > MOST_CHARACTERS:
        return Weakness.TOO_LONG
    if any(unicodedata.category(character) in UNTYPABLE for character in text):
        return Weakness.UNTYPABLE
    bare = _bare(text)
    if any(each in bare for each in _personal(name, phone, email, policy)):
        return Weakness.PERSONAL
    if _is_common(text.casefold(), bare):
        return Weakness.COMMON
    return Weakness.REPETITIVE if _is_repetitive(text.casefold()) else None


def _bare(text: str) -> str:
    """Letters and digits alone, folded as names are."""
    return "".join(filter(str.isalnum, "".join(words(text))))


FOLDED: Final = frozenset(map(_bare, COMMON.split()))


def _personal(
    name: PersonName | None, phone: str | None, email: str | None, policy: PolicyNumber | None
) -> frozenset[str]:
    parts = [word for part in (name.last, name.first, name.patronymic or "") for word in words(part)] if name else []
    if email:
        # What follows a plus is the person's own remark, and no part of the name.
        parts.append(email.partition("@")[0].partition("+")[0])
    if phone:
        parts.append(phone.removeprefix("+")[-SUBSCRIBER_DIGITS:])
    if policy:
        digits = "".join(filter(str.isdecimal, policy))
        parts += [policy, digits if len(digits) >= SUBSCRIBER_DIGITS - 1 else ""]
    return frozenset(bare for bare in map(_bare, parts) if len(bare) >= LEAST_TELLING)


def _is_common(text: str, bare: str) -> bool:
    """Whether there is but one common word, once or more often, among digits and signs, or with some for letters."""
    start, end = (next((at for at, one in enumerate(way) if _may_be_letter(one)), 0) for way in (text, text[::-1]))
    spellings = (bare, _bare(text[start : len(text) - end].translate(LEET)))
    return any(each in one and not any(map(str.isalpha, one.replace(each, ""))) for one in spellings for each in FOLDED)


def _may_be_letter(character: str) -> bool:
    return character.isalpha() or character in "@$"


def _is_repetitive(text: str) -> bool:
    """Whether a password repeats a part of itself, or goes along the alphabet, the digits or the keyboard."""
    signless = "".join(filter(str.isalnum, text))
    looked_at = (text, signless) if 2 * len(signless) > len(text) else (text,)
    return any(_is_periodic(each) or _is_sequence(each) for each in looked_at)


def _is_periodic(text: str) -> bool:
    return any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))


def _is_sequence(text: str) -> bool:
    runs = 1 + sum(before != after and (before, after) not in STEPS for before, after in pairwise(text))
    return runs * LEAST_RUN <= len(text)

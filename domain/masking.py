"""Personal data with the telling part covered.

What does not have the form that is masked in parts is covered whole: better to show too little than a person.
"""

from __future__ import annotations

import re

import phonenumbers

from domain.models import PersonName

__all__ = ["email", "file_name", "name", "phone", "plate", "tail"]

STARS = "***"
E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
LEAST_COVERED = 5
MAX_CALLING_CODE = 3
EMAIL = re.compile(r"([^@])[^@]*@([^@])[^@]*\.([^@.]+)")
PLATE = re.compile(r"(\D)\d{3}(\D{2}\d{2,3})")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def phone(e164: str) -> str:
    """Mask a phone in E.164: ``+7 *** ***-45-67``."""
    parts = country_and_number(e164)
    if parts is None:
        return f"{STARS} {STARS}"
    country, digits = parts
    if len(digits) < 4 + LEAST_COVERED:
        return f"+{country} {STARS} {STARS}"
    return f"+{country} {STARS} {STARS}-{digits[-4:-2]}-{digits[-2:]}"


def country_and_number(e164: str) -> tuple[str, str] | None:
    """Split a phone in E.164; no country's code begins another's, so the first that fits is it."""
    if E164.fullmatch(e164):
        for end in range(2, 2 + MAX_CALLING_CODE):
            if int(e164[1:end]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
                return e164[1:end], e164[end:]
    return None


def email(address: str) -> str:
    """Mask an address: ``i***@e***.ru``."""
    found = EMAIL.fullmatch(address)
    return f"{found[1]}{STARS}@{found[2]}{STARS}.{found[3]}" if found else f"{STARS}@{STARS}"


def name(whole: PersonName) -> PersonName:
    """Mask a name: first name and patronymic stay, the surname keeps its initial."""
    return PersonName(last=f"{whole.last[:1]}.", first=whole.first, patronymic=whole.patronymic)


def tail(identifier: str, shown: int = 4) -> str:
    """Mask a VIN or the like, leaving its last characters, though never more than half of it."""
    covered = len(identifier) - min(shown, len(identifier) // 2)
    return "*" * covered + identifier[covered:]


def plate(number: str) -> str:
    """Mask a number plate: letters stay, digits of the number are covered, the region stays."""
    found = PLATE.fullmatch(number)
    return f"{found[1]}{STARS}{found[2]}" if found else tail(number, 2)


def file_name(name_: str) -> str:
    """Mask the name that a customer gave to a file: its extension stays."""
    found = EXTENSION.search(name_)
    return STARS + (found[0] if found else "")

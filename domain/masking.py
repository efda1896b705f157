"""Personal data with the telling part covered.

What does not have the form that is masked in parts is covered whole: better to show too little than a person.
"""

from __future__ import annotations

import re

import phonenumbers

from domain.models import PersonName

__all__ = ["email", "file_name", "name", "phone", "plate", "tail"]

STARS = "***"
LEAST_COVERED = 5
EMAIL = re.compile(r"([^@])[^@]*@([^@])[^@]*\.([^@.]+)")
PLATE = re.compile(r"(\D)\d{3}(\D{2}\d{2,3})")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def phone(e164: str) -> str:
    """Mask a phone in E.164: ``+7 *** ***-45-67``."""
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return f"{STARS} {STARS}"
    digits = phonenumbers.national_significant_number(parsed)
    if len(digits) < 4 + LEAST_COVERED:
        return f"+{parsed.country_code} {STARS} {STARS}"
    return f"+{parsed.country_code} {STARS} {STARS}-{digits[-4:-2]}-{digits[-2:]}"


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

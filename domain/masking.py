"""Personal data with the telling part covered."""

from __future__ import annotations

import re

from domain.models import PersonName

__all__ = ["email", "name", "phone", "plate", "tail"]

STARS = "***"


def phone(e164: str) -> str:
    """Mask a phone in E.164: ``+7 *** ***-45-67``; a number too short to cover is covered whole."""
    digits = e164.lstrip("+")
    if len(digits) < 10:
        return f"{STARS} {STARS}"
    country = digits[:-10] or "7"
    return f"+{country} *** ***-{digits[-4:-2]}-{digits[-2:]}"


def email(address: str) -> str:
    """Mask an address: ``i***@e***.ru``."""
    local, _, host = address.partition("@")
    label, _, zone = host.rpartition(".")
    return f"{local[:1]}{STARS}@{label[:1]}{STARS}.{zone}"


def name(whole: PersonName) -> PersonName:
    """Mask a name: first name and patronymic stay, the surname keeps its initial."""
    return PersonName(last=f"{whole.last[:1]}.", first=whole.first, patronymic=whole.patronymic)


def tail(identifier: str, shown: int = 4) -> str:
    """Mask a VIN or the like, leaving its last characters."""
    return "*" * max(0, len(identifier) - shown) + identifier[-shown:]


def plate(number: str) -> str:
    """Mask a number plate: letters stay, digits of the number are covered, the region stays."""
    return re.sub(r"^(\D)\d{3}", r"\1***", number)

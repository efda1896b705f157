"""Policy numbers, plates, phones and e-mails, folded so that two spellings of one thing compare equal."""

from __future__ import annotations

import re

import phonenumbers

from domain.errors import InvalidInput
from domain.models import PolicyNumber

__all__ = ["email", "phone", "plate", "policy_number"]

CYRILLIC_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
SEPARATORS = re.compile(r"[\s№#\-–—−./]+")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}")


def policy_number(text: str) -> PolicyNumber:
    """Fold a policy number: upper case, no separators, Cyrillic look-alikes as Latin letters.

    Never fails: a number has no universal form, so what is not one simply finds no policy.
    """
    return PolicyNumber(_folded(text))


def plate(text: str) -> str:
    """Fold a number plate as a policy number is folded. Never fails: plates of other countries have other forms."""
    return _folded(text)


def phone(text: str) -> str:
    """Fold a phone to E.164, taking Russia for numbers without a country.

    Raises: ``InvalidInput`` for what cannot be a phone.
    """
    try:
        parsed = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException as broken:
        raise InvalidInput("phone", "not_a_phone") from broken
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidInput("phone", "not_a_phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """Fold an e-mail address to lower case. Raises: ``InvalidInput`` for what cannot be one."""
    folded = text.strip().lower()
    # Neither control characters nor halves of letters: no database takes them, and no mail server.
    if not folded.isprintable() or not EMAIL.fullmatch(folded):
        raise InvalidInput("email", "not_an_email")
    return folded


def _folded(text: str) -> str:
    return SEPARATORS.sub("", text).upper().translate(CYRILLIC_LOOKALIKES)

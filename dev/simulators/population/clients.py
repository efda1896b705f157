"""Persons, made from the seed and their place; phone, e-mail and number lead back to the place."""

import re
from datetime import date, timedelta

from dev.simulators.population import keys
from dev.simulators.population.dice import Dice, Permutation
from dev.simulators.population.names import latin, person_name
from dev.simulators.population.places import address
from dev.simulators.population.records import Client, Consent, ConsentPurpose, PersonName, Sex

DEMO_CLIENT = 0
_ABROAD_EVERY = 40
_ABROAD = 7
_DOMAINS = ("example.com", "example.org")
_russian = Permutation("phone", 10_000, 10_000)
_kazakh = Permutation("phone abroad", 1_000, 10_000)


def client(seed: int, today: date, n: int) -> Client:
    """The n-th client."""
    dice = Dice(seed, "client", n)
    sex = Sex.MALE if dice.chance(50) else Sex.FEMALE
    name = person_name(dice, sex)
    if n == DEMO_CLIENT:
        sex, name = Sex.FEMALE, PersonName("Соловьёва", "Алёна", "Дмитриевна")
    return Client(
        isn=keys.client_isn(n),
        number=keys.client_number(n),
        name=name,
        sex=sex,
        birth_date=date(1950, 1, 1) + timedelta(days=dice.below(20_000)),
        phone=phone(n),
        phone_confirmed=n == DEMO_CLIENT or dice.chance(85),
        email=f"{latin(name.first)}.{latin(name.last)}.{n}@{dice.pick(_DOMAINS)}",
        email_confirmed=n == DEMO_CLIENT or dice.chance(70),
        address=address(dice),
        consents=_consents(dice, today, n),
    )


def phone(n: int) -> str:
    """E.164: a Russian mobile, for one in forty a Kazakh one."""
    if n % _ABROAD_EVERY == _ABROAD:
        return f"+7701{_kazakh.encode(n):07d}"
    return f"+791{_russian.encode(n):08d}"


def place_of_phone(number: str) -> int | None:
    """The only place whose client can have this phone."""
    if re.fullmatch(r"\+7701\d{7}", number, re.ASCII):
        n = _kazakh.decode(int(number[5:]))
    elif re.fullmatch(r"\+791\d{8}", number, re.ASCII):
        n = _russian.decode(int(number[4:]))
    else:
        return None
    return n if phone(n) == number else None


def place_of_email(email: str) -> int | None:
    """The only place whose client can have this address."""
    found = re.fullmatch(r"[^@]+\.(\d{1,8})@[a-z.]+", email, re.ASCII)
    return int(found[1]) if found else None


def _consents(dice: Dice, today: date, n: int) -> tuple[Consent, ...]:
    since = today - timedelta(days=dice.between(30, 900))
    consents = [Consent(ConsentPurpose.PERSONAL_DATA, "2024-1", since, None, None)]
    if n == DEMO_CLIENT or dice.chance(60):
        ends_in = 15 if n == DEMO_CLIENT else dice.between(-9, 500)
        end = today + timedelta(days=ends_in)
        revoked = since + timedelta(days=20) if n != DEMO_CLIENT and dice.chance(10) else None
        consents.append(Consent(ConsentPurpose.MARKETING, "2023-2", since, end, revoked))
    if n == DEMO_CLIENT or dice.chance(80):
        consents.append(Consent(ConsentPurpose.ELECTRONIC_DOCUMENTS, "2024-1", since, None, None))
    return tuple(consents)

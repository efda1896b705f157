"""The rule by which the insurer decides that somebody needs an account."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain import models
from domain.accounts.automatic import Outcome, Rule, confirmed_contacts
from domain.models import ContactKind, Line, PolicyStatus
from domain.money import Money
from tests.fakes import objects
from tests.fakes.clock import TODAY

RULE = Rule(frozenset(Line), None, frozenset(ContactKind), 14)
PHONE = models.Contact(ContactKind.PHONE, "+79161234567", "+7 *** ***-45-67", confirmed=True)
EMAIL = models.Contact(ContactKind.EMAIL, "olga@example.ru", "o***@e***.ru", confirmed=True)


def policy(**changes: Any) -> models.Policy:
    """A policy concluded today."""
    return objects.policy(**{"concluded_on": TODAY, **changes})


def test_nothing_speaks_against_a_new_policy_whose_holder_is_known_and_confirmed() -> None:
    assert RULE.of_policy(policy(), TODAY) is None
    assert RULE.of_client(objects.client(phone=PHONE, email=EMAIL)) is None


@pytest.mark.parametrize(("days", "outcome"), [(0, None), (-13, None), (-14, Outcome.NOT_NEW), (-400, Outcome.NOT_NEW)])
def test_a_policy_is_new_for_so_many_days(days: int, outcome: Outcome | None) -> None:
    assert RULE.of_policy(policy(concluded_on=objects.in_days(days)), TODAY) is outcome


@pytest.mark.parametrize("status", PolicyStatus)
def test_a_policy_that_is_over_counts_for_nothing(status: PolicyStatus) -> None:
    over = status in {PolicyStatus.EXPIRED, PolicyStatus.CANCELLED}
    assert RULE.of_policy(policy(status=status), TODAY) is (Outcome.NOT_IN_FORCE if over else None)


def test_only_lines_that_are_wanted_count() -> None:
    rule = replace(RULE, lines=frozenset({Line.TRAVEL}))
    assert rule.of_policy(policy(), TODAY) is Outcome.LINE_NOT_WANTED
    assert rule.of_policy(policy(line=Line.TRAVEL), TODAY) is None


@pytest.mark.parametrize(
    ("premium", "outcome"),
    [
        (Money(Decimal("999.99")), Outcome.PREMIUM_TOO_LOW),
        (Money(Decimal(1000)), None),
        (Money(Decimal(5000), "USD"), Outcome.PREMIUM_TOO_LOW),
    ],
)
def test_the_premium_must_be_high_enough(premium: Money, outcome: Outcome | None) -> None:
    rule = replace(RULE, least_premium=Decimal(1000))
    assert rule.of_policy(policy(premium=premium), TODAY) is outcome


@pytest.mark.parametrize(
    ("wanted", "phone", "email", "outcome"),
    [
        ({ContactKind.EMAIL}, None, EMAIL, None),
        ({ContactKind.PHONE}, PHONE, None, None),
        (set(ContactKind), PHONE, None, Outcome.CONTACT_NOT_CONFIRMED),
        (set(ContactKind), PHONE, replace(EMAIL, confirmed=False), Outcome.CONTACT_NOT_CONFIRMED),
        (set(ContactKind), replace(PHONE, value=None), EMAIL, Outcome.CONTACT_NOT_CONFIRMED),
        (set(), PHONE, EMAIL, Outcome.CONTACT_NOT_CONFIRMED),
    ],
)
def test_contacts_that_are_wanted_must_be_known_and_confirmed(
    wanted: set[ContactKind], phone: models.Contact | None, email: models.Contact | None, outcome: Outcome | None
) -> None:
    rule = replace(RULE, contacts=frozenset(wanted))
    assert rule.of_client(objects.client(phone=phone, email=email)) is outcome


def test_who_is_not_there_gets_nothing() -> None:
    assert RULE.of_policy(None, TODAY) is Outcome.POLICY_UNKNOWN
    assert RULE.of_client(None) is Outcome.CLIENT_UNKNOWN


def test_only_confirmed_contacts_are_returned() -> None:
    person = objects.client(phone=PHONE, email=replace(EMAIL, confirmed=False))
    assert confirmed_contacts(person) == {ContactKind.PHONE: "+79161234567"}


def test_the_version_is_that_of_the_rule_and_not_of_its_spelling() -> None:
    same = Rule(frozenset([*reversed(Line)]), None, frozenset({ContactKind.EMAIL, ContactKind.PHONE}), 14)
    priced = [replace(RULE, least_premium=Decimal(each)) for each in ("1000", "1000.00")]
    changed = [replace(RULE, lines=frozenset({Line.LIFE})), replace(RULE, new_days=15), priced[0]]
    assert same.version == RULE.version
    assert priced[0].version == priced[1].version
    assert len({each.version for each in (RULE, *changed)}) == 4

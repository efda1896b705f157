"""What customers are told of renewals: for every problem something in both languages, and the argument."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final, get_args
from uuid import uuid4

import pytest
from strawberry.types import get_object_definition

from domain import texts
from domain.accounts.problems import TryLater, WrongCode
from domain.money import Locale
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.renewals import problems
from domain.renewals.models import PREMIUM_DIFFERS, OfferId
from schema import renewal_problem
from schema.fields import PLAN
from schema.shown import SHOWN
from tests.fakes.reads import FakeReads
from tests.fakes.requests import client, request

CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
GIVEN: Final[dict[type, tuple[Any, ...]]] = {
    problems.PriceChanged: (OfferId(uuid4()),),
    WrongCode: (3,),
    TryLater: (timedelta(minutes=1),),
}
PROBLEMS: Final = get_args(problems.RenewalProblem)
FIELDS: Final = {
    KeyUnfit: "key",
    KeyReused: "key",
    problems.NothingFound: "offerId",
    problems.NotRenewable: "offerId",
    problems.ChoiceNotOffered: "choice",
    problems.OfferExpired: "offerId",
    problems.NotAccepted: "offerId",
    problems.PriceChanged: "offerId",
    problems.RenewedAlready: "offerId",
    WrongCode: "code",
}
OF_A_POLICY: Final = (problems.NothingFound, problems.NotRenewable, problems.RenewedAlready)
REFUSALS: Final = ("NOT_RENEWABLE", "ALREADY_RENEWED", PREMIUM_DIFFERS, "DROPPED")
"""Why there is no agreement although an offer was signed."""


def told(problem: Any, name: str, locale: Locale = Locale.RU) -> Any:
    """Return what a field of the shown problem is."""
    shown = getattr(renewal_problem, type(problem).__name__)
    assert SHOWN[shown] is type(problem)
    [field] = [each for each in get_object_definition(shown, strict=True).fields if each.python_name == name]
    plan = field.metadata.get(PLAN)
    return getattr(problem, name) if plan is None else plan.function(problem, of_language(locale))


def of_language(locale: Locale) -> Any:
    return request(FakeReads(), client(1), locale=locale)


def problem(kind: type) -> Any:
    """Return one, of whatever it is about."""
    return kind(*GIVEN.get(kind, ()))


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_problem_has_a_text_in_both_languages(kind: type) -> None:
    russian, english = (told(problem(kind), "message", each) for each in (Locale.RU, Locale.EN))
    assert CYRILLIC.search(russian)
    assert english
    assert not CYRILLIC.search(english)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_problem_names_the_argument_that_it_is_about(kind: type) -> None:
    assert told(problem(kind), "field") == FIELDS[kind]


@pytest.mark.parametrize("kind", OF_A_POLICY)
def test_what_is_told_of_a_policy_names_that(kind: type) -> None:
    assert told(kind(field=problems.POLICY), "field") == "policyId"


def test_all_problems_but_too_many_attempts_are_about_an_argument() -> None:
    assert {*PROBLEMS} - {*FIELDS} == {TryLater}


@pytest.mark.parametrize("reason", REFUSALS)
@pytest.mark.parametrize("locale", Locale)
def test_every_reason_for_no_agreement_has_a_text_of_its_own(reason: str, locale: Locale) -> None:
    assert texts.text(f"refusal.{reason}", locale) != texts.text("refusal", locale)


def test_without_a_reason_it_is_told_as_when_the_core_declines() -> None:
    declined, untold = problems.NotRenewable("NOT_RENEWABLE"), problems.NotRenewable()
    assert told(declined, "message") == told(untold, "message")

"""What customers are told of payments: for every problem and failure something in both languages, and the field."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Final, get_args
from uuid import uuid4

import pytest
from strawberry.types import get_object_definition

from domain.accounts.models import AccountId
from domain.accounts.problems import TryLater
from domain.models import Isn
from domain.money import Locale
from domain.payments import problems
from domain.payments.models import PaidInstalment, Payment, PaymentFailure, PaymentId, PaymentState
from resolvers import ids
from schema import payment_problem
from schema.fields import PLAN
from schema.payment_failure import failure_text
from schema.shown import SHOWN
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.reads import FakeReads
from tests.fakes.requests import client, request

CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
ID: Final = PaymentId(uuid4())
PROBLEMS: Final = get_args(problems.PaymentProblem)
FIELDS: Final = {
    problems.KeyUnfit: "key",
    problems.KeyReused: "key",
    problems.NothingSuch: "payable",
    problems.NoSuchMeans: "means",
    problems.PaidAlready: "payable",
    problems.Unpayable: "payable",
    problems.TooLate: "payable",
    problems.PaymentStopped: "payable",
}
STOPPED: Final = (PaymentState.STOPPED, PaymentFailure.AMOUNT_CHANGED)
FAILURES: Final = [*((PaymentState.FAILED, each) for each in PaymentFailure), STOPPED]


def told(problem: Any, name: str, locale: Locale = Locale.RU) -> Any:
    """Return what a field of the shown problem is."""
    shown = getattr(payment_problem, type(problem).__name__)
    assert SHOWN[shown] is type(problem)
    [field] = [each for each in get_object_definition(shown, strict=True).fields if each.python_name == name]
    return field.metadata[PLAN].function(problem, request(FakeReads(), client(1), locale=locale))


def problem(kind: type) -> Any:
    """Return one, of whatever it is about."""
    if kind is TryLater:
        return TryLater(timedelta(minutes=1))
    if kind is problems.TooLate:
        return problems.TooLate(NOW.date())
    return kind(ID) if "payment" in {each.name for each in fields(kind)} else kind()


def payment(state: PaymentState, failure: PaymentFailure | None) -> Payment:
    payable = PaidInstalment(Isn(100), objects.number(100), 1)
    made = Payment(ID, 1, AccountId(uuid4()), Isn(1), payable, objects.rub("1.00"), NOW)
    return replace(made, state=state, failure=failure)


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_problem_has_a_text_in_both_languages(kind: type) -> None:
    russian, english = (told(problem(kind), "message", each) for each in (Locale.RU, Locale.EN))
    assert CYRILLIC.search(russian)
    assert english
    assert not CYRILLIC.search(english)


def test_who_would_pay_for_a_renewal_too_early_is_not_told_to_call() -> None:
    early = [told(problems.Unpayable(is_early=True), "message", each) for each in Locale]
    assert len({*early, *(told(problems.Unpayable(), "message", each) for each in Locale)}) == 4
    assert [bool(CYRILLIC.search(each)) for each in early] == [each is Locale.RU for each in Locale]
    assert not any("call" in each.lower() or "позвон" in each.lower() for each in early)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_problem_names_the_field_that_it_is_about(kind: type) -> None:
    assert told(problem(kind), "field") == FIELDS[kind]


def test_all_problems_but_too_many_attempts_are_about_a_field() -> None:
    assert {*PROBLEMS} - {*FIELDS} == {TryLater}


@pytest.mark.parametrize("kind", [problems.PaidAlready, problems.PaymentStopped])
def test_the_payment_in_the_way_is_named_by_its_global_id(kind: type) -> None:
    assert told(problem(kind), "payment_id") == ids.encode("Payment", ID)


def test_what_was_paid_elsewhere_names_no_payment() -> None:
    assert told(problems.PaidAlready(), "payment_id") is None


@pytest.mark.parametrize(("state", "failure"), FAILURES)
def test_every_failure_has_a_text_in_both_languages(state: PaymentState, failure: PaymentFailure) -> None:
    russian, english = (
        failure_text(payment(state, failure), request(FakeReads(), client(1), locale=each))
        for each in (Locale.RU, Locale.EN)
    )
    assert russian is not None
    assert english is not None
    assert CYRILLIC.search(russian)
    assert not CYRILLIC.search(english)


def test_no_two_failures_are_told_alike() -> None:
    texts = {failure_text(payment(*each), request(FakeReads(), client(1))) for each in FAILURES}
    assert len(texts) == len(FAILURES)


def test_without_a_failure_there_is_no_text() -> None:
    assert failure_text(payment(PaymentState.OPEN, None), request(FakeReads(), client(1))) is None

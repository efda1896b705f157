"""What stands in the way is told alike everywhere: one fragment asks any problem for its text and its argument."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType, get_named_type, is_object_type, parse
from strawberry.types import get_object_definition

from dev.demo.files import by_hand
from domain.accounts import problems as accounts
from domain.models import ConsentPurpose
from domain.money import Locale
from domain.payments import problems as payments
from domain.payments.models import PaymentId
from domain.renewals import problems as renewals
from domain.renewals.models import OfferId
from gateway.execution.planning import planned
from schema.fields import PLAN
from schema.root import build
from schema.shown import SHOWN
from tests.fakes.reads import FakeReads
from tests.fakes.requests import client, request

SCHEMA: Final = build()._schema
UNIONS: Final = ("AccountProblem", "OwnerProblem", "PaymentProblem", "RenewalProblem")
CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
ABOUT: Final[dict[str, str | None]] = {
    "AccountExists": None,
    "CannotContinue": None,
    "ChoiceNotOffered": "choice",
    "ConsentNeeded": "purpose",
    "KeyReused": "key",
    "KeyUnfit": "key",
    "NoAccount": "clientId",
    "NoSuchMeans": "means",
    "NotAccepted": "offerId",
    "NotConfirmed": None,
    "NotRenewable": "offerId",
    "NothingFound": "offerId",
    "NothingSuch": "payable",
    "OfferExpired": "offerId",
    "PaidAlready": "payable",
    "PaymentStopped": "payable",
    "PictureWrong": "pictureCode",
    "PriceChanged": "offerId",
    "RenewedAlready": "offerId",
    "StepOver": None,
    "TooLate": "payable",
    "TryLater": None,
    "Unpayable": "payable",
    "WrongAnswer": "answer",
    "WrongCode": "code",
    "WrongSignIn": None,
}
"""What each is about, unless what is found out says otherwise; of an ``InvalidField`` that is the field alone."""

NAMED: Final = {("OwnerProblem", "WrongCode"): {"newCode", "oldCode"}}
"""What it is about where that is always found out."""

GIVEN: Final[dict[type, tuple[Any, ...]]] = {
    accounts.WrongCode: (2,),
    accounts.ConsentNeeded: (ConsentPurpose.PERSONAL_DATA,),
    accounts.TryLater: (timedelta(minutes=1),),
    payments.PaymentStopped: (PaymentId(UUID(int=1)),),
    payments.TooLate: (date(2026, 1, 31),),
    renewals.PriceChanged: (OfferId(UUID(int=1)),),
}


def members(name: str) -> dict[str, GraphQLObjectType]:
    union = SCHEMA.type_map[name]
    assert isinstance(union, GraphQLUnionType)
    return {each.name: each for each in union.types}


MEMBERS: Final = {name: each for union in UNIONS for name, each in members(union).items()}
CLASSES: Final[dict[str, tuple[type, type]]] = {
    declared.__name__: (declared, domain) for declared, domain in SHOWN.items() if declared.__name__ in MEMBERS
}
INVALID: Final = [accounts.InvalidField("phone", reason) for reason in accounts.Reason]
CASES: Final = [
    *INVALID,
    *(domain(*GIVEN.get(domain, ())) for name, (_, domain) in CLASSES.items() if name != "InvalidField"),
]


def told(problem: Any, name: str, locale: Locale = Locale.RU) -> Any:
    """Return what a field of the shown problem is."""
    declared, _ = CLASSES[type(problem).__name__]
    [field] = [each for each in get_object_definition(declared, strict=True).fields if each.python_name == name]
    plan = field.metadata.get(PLAN)
    ctx = request(FakeReads(), client(1), locale=locale)
    return getattr(problem, name) if plan is None else plan.function(problem, ctx)


def takes(union: str) -> set[str]:
    """Names of all arguments, and of all fields of their inputs, of the mutations that may answer with a union."""
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    found: set[str] = set()
    for field in mutation.fields.values():
        payload = get_named_type(field.type)
        errors = payload.fields.get("errors") if isinstance(payload, GraphQLObjectType) else None
        if errors is None or get_named_type(errors.type).name != union:
            continue
        for name, argument in field.args.items():
            found.add(name)
            kind = get_named_type(argument.type)
            found |= set(kind.fields) if isinstance(kind, GraphQLInputObjectType) else set()
    return found


def test_these_are_all_unions_of_what_stands_in_the_way() -> None:
    found = {name for name, kind in SCHEMA.type_map.items() if isinstance(kind, GraphQLUnionType)}
    assert {name for name in found if name.endswith("Problem")} == set(UNIONS)


def test_whatever_a_mutation_answers_as_errors_is_one_of_them() -> None:
    payloads = [each for name, each in SCHEMA.type_map.items() if name.endswith("Payload")]
    errors = {str(get_named_type(each.fields["errors"].type)) for each in payloads if is_object_type(each)}
    assert errors == set(UNIONS)


@pytest.mark.parametrize("name", MEMBERS)
def test_every_member_is_a_problem_whose_fields_merge_with_those_of_all_others(name: str) -> None:
    member = MEMBERS[name]
    assert [each.name for each in member.interfaces] == ["Problem"]
    assert {each: str(member.fields[each].type) for each in ("field", "message")} == {
        "field": "String",
        "message": "String!",
    }


def test_nothing_else_is_a_problem() -> None:
    assert {each.name for each in SCHEMA.get_possible_types(SCHEMA.type_map["Problem"])} == set(MEMBERS)  # type: ignore[arg-type]


@pytest.mark.parametrize("problem", CASES, ids=repr)
def test_every_problem_has_a_text_in_both_languages(problem: Any) -> None:
    russian, english = (told(problem, "message", each) for each in (Locale.RU, Locale.EN))
    assert CYRILLIC.search(russian)
    assert english
    assert not CYRILLIC.search(english)


def test_every_problem_says_what_it_is_about() -> None:
    found = {type(each).__name__: told(each, "field") for each in CASES if each not in INVALID}
    assert found == ABOUT
    assert told(accounts.InvalidField("email", accounts.Reason.TAKEN), "field") == "email"
    assert told(accounts.WrongCode(2, "oldCode"), "field") == "oldCode"
    assert told(accounts.WrongSignIn("password"), "field") == "password"


@pytest.mark.parametrize("union", UNIONS)
def test_what_a_problem_is_about_is_something_that_a_mutation_answering_so_takes(union: str) -> None:
    about = set[str | None]().union(*(NAMED.get((union, name), {ABOUT.get(name)}) for name in members(union)))
    assert about - {None} <= takes(union)


@pytest.mark.parametrize("tab", ["registration", "renewal", "payment"])
def test_the_demos_tabs_ask_every_problem_for_both_and_are_compiled(tab: str) -> None:
    text = by_hand(tab)
    assert re.search(r"\.\.\. on Problem \{ field message \}", text)
    assert not re.search(r"\.\.\. on \w+ \{[^}]*\bmessage\b", text.replace("... on Problem { field message }", ""))
    document = parse(text, no_location=True)
    for operation in document.definitions:
        if operation.kind == "operation_definition":
            assert planned(SCHEMA, document, operation, {}).fields  # type: ignore[arg-type]

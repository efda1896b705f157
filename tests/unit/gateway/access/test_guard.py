"""What operations need, and who is let through: Apollo's meaning of ``@authenticated`` and ``@requiresScopes``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, parse, validate

from domain.errors import Forbidden, SignInRequired
from domain.viewer import Viewer, ViewerKind
from gateway.access.guard import Guard, refused
from gateway.access.needs import needs
from gateway.execution import operations_of
from gateway.limits.documents import Documents
from gateway.settings import Limits
from schema.access import SIGNED_IN, requires
from tests.fakes.requests import client


@strawberry.interface
class Thing:
    name: str


@strawberry.type
class Open(Thing):
    more: Open | None


@strawberry.type(directives=[SIGNED_IN])
class Closed(Thing):
    secret: str | None = strawberry.field(directives=[requires("a b", "c")])
    open: Open | None


@strawberry.type
class Query:
    greeting: str
    open: Open | None
    closed: Closed | None
    thing: Thing | None
    staff: Open | None = strawberry.field(directives=[requires("a")])


@strawberry.type
class Mutation:
    change: bool = strawberry.field(directives=[SIGNED_IN])


def strict() -> GraphQLSchema:
    return strawberry.Schema(Query, mutation=Mutation, types=[Open, Closed])._schema


SCHEMA = strict()
SIGNED = client(1)


def employee(*scopes: str) -> Viewer:
    return Viewer(ViewerKind.EMPLOYEE, "employee-1", scopes=frozenset(scopes))


def told(text: str, viewer: Viewer | None, variables: Mapping[str, Any] | None = None) -> dict[str, type] | None:
    """Return which places are refused and why, None when the operation may be run."""
    document = parse(text)
    assert validate(SCHEMA, document) == []
    [operation] = operations_of(document)
    result = refused(needs(SCHEMA, document, operation), viewer, variables or {})
    if result is None:
        return None
    return {".".join(map(str, each.path or ())): type(each.original_error) for each in result.errors or ()}


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("{ closed { name } }", "closed"),
        ("{ open { name } closed { name } }", "closed"),
        ("{ c: closed { name } }", "c"),
        ("{ closed { __typename } }", "closed"),
        ("{ ...F } fragment F on Query { closed { name } }", "closed"),
        ("{ ... { ... on Query { closed { name } } } }", "closed"),
        ("{ thing { name } }", "thing.name"),
        ("{ thing { ... on Closed { name } } }", "thing.name"),
        ("{ thing { ...F } } fragment F on Closed { n: name }", "thing.n"),
        ("{ staff { name } }", "staff"),
    ],
)
def test_a_type_counts_wherever_a_field_leads_to_it(query: str, place: str) -> None:
    assert told(query, None) == {place: SignInRequired}


@pytest.mark.parametrize(
    "query",
    [
        "{ greeting open { name more { name } } }",
        "{ thing { __typename ... on Open { name } } }",
        "{ __typename __schema { types { name } } }",
        "{ open { ...F } } fragment F on Open { name more { ...G } } fragment G on Open { name }",
    ],
)
def test_what_says_nothing_is_for_everybody(query: str) -> None:
    assert told(query, None) is None
    assert told(query, SIGNED) is None


@pytest.mark.parametrize(
    ("viewer", "is_refused"),
    [
        (SIGNED, True),
        (employee(), True),
        (employee("a"), True),
        (employee("b"), True),
        (employee("a", "b"), False),
        (employee("c"), False),
        (employee("a", "b", "c", "d"), False),
    ],
    ids=["a client", "none", "a", "b", "a and b", "c", "all"],
)
def test_the_outer_list_is_an_or_and_an_inner_one_an_and(viewer: Viewer, is_refused: bool) -> None:
    assert told("{ closed { secret } }", viewer) == ({"closed.secret": Forbidden} if is_refused else None)


def test_to_be_signed_in_is_enough_where_no_scope_is_asked_for() -> None:
    assert told("{ closed { name } thing { name } }", SIGNED) is None
    assert told("{ closed { name } thing { name } }", employee()) is None


def test_each_outermost_field_is_told_of_once() -> None:
    query = "{ closed { name secret open { name } } staff { name } open { name } again: closed { name } }"

    assert told(query, None) == dict.fromkeys(["closed", "staff", "again"], SignInRequired)
    assert told(query, SIGNED) == dict.fromkeys(["closed.secret", "staff"], Forbidden)


SPREAD = "fragment F on Query { closed { name } }"
BOTH = "query ($v: Boolean!, $w: Boolean!) { greeting ... @skip(if: $v) { closed @include(if: $w) { name } } }"


@pytest.mark.parametrize(
    ("query", "variables", "is_refused"),
    [
        ("query ($v: Boolean!) { greeting closed @include(if: $v) { name } }", {"v": True}, True),
        ("query ($v: Boolean!) { greeting closed @include(if: $v) { name } }", {"v": False}, False),
        ("query ($v: Boolean!) { greeting closed @skip(if: $v) { name } }", {"v": True}, False),
        ("query ($v: Boolean!) { greeting closed @skip(if: $v) { name } }", {"v": False}, True),
        ("query ($v: Boolean = false) { greeting closed @include(if: $v) { name } }", {}, False),
        ("query ($v: Boolean = true) { greeting closed @include(if: $v) { name } }", {}, True),
        ("query ($v: Boolean = true) { greeting closed @include(if: $v) { name } }", {"v": None}, True),
        ("query ($v: Boolean!) { greeting closed @include(if: $v) { name } }", {}, True),
        ("query ($v: Boolean!) { greeting closed @include(if: $v) { name } }", {"v": "no"}, True),
        ("query ($v: Boolean!) { greeting ...F @include(if: $v) } " + SPREAD, {"v": False}, False),
        ("query ($v: Boolean!) { ...F @include(if: $v) ...F } " + SPREAD, {"v": False}, True),
        (BOTH, {"v": False, "w": True}, True),
        (BOTH, {"v": True, "w": True}, False),
        ("{ greeting closed @include(if: false) { name } }", {}, False),
        ("{ greeting closed @include(if: true) { name } }", {}, True),
        ("{ greeting closed @skip(if: true) { name } }", {}, False),
        ("{ greeting closed @skip(if: false) { name } }", {}, True),
    ],
)  # fmt: skip
def test_only_what_is_selected_counts(query: str, variables: dict[str, Any], is_refused: bool) -> None:
    assert told(query, None, variables) == ({"closed": SignInRequired} if is_refused else None)


def data(text: str, variables: Mapping[str, Any] | None = None) -> Any:
    document = parse(text)
    [operation] = operations_of(document)
    result = refused(needs(SCHEMA, document, operation), None, variables or {})
    assert result is not None
    return result.data


def test_every_root_field_of_a_refused_operation_is_null_or_all_of_the_data() -> None:
    assert data("{ open { name } c: closed { name } }") == {"open": None, "c": None}
    assert data("{ greeting closed { name } }") is None
    assert data("mutation { change }") is None
    assert data("query ($v: Boolean!) { greeting @include(if: $v) closed { name } }", {"v": False}) == {"closed": None}


def test_what_a_document_needs_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []

    def counted(*given: Any) -> Any:
        computed.append(given[2].name.value)
        return needs(*given)

    monkeypatch.setattr("gateway.access.guard.needs", counted)
    document = Documents(Limits()).parsed("query A { closed { name } } query B { open { name } }")
    guard = Guard(SCHEMA)
    for _ in range(3):
        for operation in document.operations:
            guard.refused(document, operation, None, None)
    assert computed == ["A", "B"]

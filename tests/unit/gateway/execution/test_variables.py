"""Plain values are taken at once; whatever else there is, graphql-core looks at."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    build_schema,
    parse,
)
from graphql.execution.values import VariableValues, get_variable_values

from gateway.execution import variables
from gateway.execution.variables import Variables


class Size(Enum):
    SMALL = 1
    LARGE = 2


def read(schema: GraphQLSchema) -> GraphQLSchema:
    """Make the values of an enumeration members of the Python class, and one of them something that can be changed."""
    size, odd = schema.type_map["Size"], schema.type_map["Odd"]
    assert isinstance(size, GraphQLEnumType)
    assert isinstance(odd, GraphQLEnumType)
    for name, each in size.values.items():
        each.value = Size[name]
    odd.values["LIST"].value = []
    return schema


SCHEMA = read(
    build_schema("""
        type Query { a(id: ID, float: Float): Int }
        enum Size { SMALL LARGE }
        enum Odd { LIST TEXT }
        input Filter { text: String, sizes: [Size!] = [SMALL] }
        scalar Anything
    """)
)
AT_ONCE = [
    ("String", "text", "text"),
    ("ID!", "7", "7"),
    ("Boolean!", True, True),
    ("Int", None, None),
    ("Int!", -(2**31), -(2**31)),
    ("Float", 1.5, 1.5),
    ("Float!", 2, 2.0),
    ("Float", -(2**53), -(2.0**53)),
    ("Size!", "LARGE", Size.LARGE),
    ("Odd", "TEXT", "TEXT"),
    ("[ID!]!", ["a", "b"], ["a", "b"]),
    ("[[Size]!]", [["SMALL", None], []], [[Size.SMALL, None], []]),
]
BY_REFERENCE = [
    ("String", 1),
    ("ID", 7),
    ("Boolean", 1),
    ("Int", 1.0),
    ("Int", True),
    ("Int", 2**31),
    ("Float", True),
    ("Float", "1.5"),
    ("Float", float("nan")),
    ("Float", float("inf")),
    ("Float", 2**53 + 1),
    ("Float", 10**400),
    ("Size", "size"),
    ("Size", 1),
    ("Size", Size.SMALL),
    ("Size!", None),
    ("Odd", "LIST"),
    ("[ID!]", "a"),
    ("[ID!]", ["a", None]),
    ("[ID!]", ("a", "b")),
    ("[Int]", {"a": 1}),
    ("Anything", 1),
    ("Filter", {"text": "a"}),
    ("Query", 1),
    ("Nobody", 1),
]


def operation(declared: str) -> OperationDefinitionNode:
    (found,) = parse(f"query ({declared}) {{ a }}").definitions
    assert isinstance(found, OperationDefinitionNode)
    return found


def reference(declared: str, raw: dict[str, Any]) -> VariableValues | list[Any]:
    return get_variable_values(SCHEMA, operation(declared).variable_definitions or (), raw)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Raw variables that the reference was asked about."""
    seen: list[Any] = []

    def get(schema: Any, definitions: Any, raw: dict[str, Any], **how: Any) -> Any:
        seen.append(raw)
        return get_variable_values(schema, definitions, raw, **how)

    monkeypatch.setattr(variables, "get_variable_values", get)
    return seen


@pytest.mark.parametrize(("kind", "raw", "expected"), AT_ONCE)
def test_plain_values_are_taken_at_once(asked: list[Any], kind: str, raw: Any, expected: Any) -> None:
    coerced = Variables(SCHEMA, operation(f"$x: {kind}")).coerced({"x": raw})
    assert asked == []
    assert repr(coerced.values) == repr({"x": expected})
    wanted = reference(f"$x: {kind}", {"x": raw})
    assert isinstance(wanted, VariableValues)
    assert repr(coerced.values) == repr(wanted.coerced)


@pytest.mark.parametrize(("kind", "raw"), BY_REFERENCE)
def test_whatever_else_there_is_the_reference_looks_at(asked: list[Any], kind: str, raw: Any) -> None:
    coerced = Variables(SCHEMA, operation(f"$x: {kind}")).coerced({"x": raw})
    wanted = reference(f"$x: {kind}", {"x": raw})
    assert asked == [{"x": raw}]
    if isinstance(wanted, VariableValues):
        assert repr(coerced.values) == repr(wanted.coerced)
    else:
        assert [*map(str, coerced.errors)] == [*map(str, wanted)]


@pytest.mark.parametrize("kind", ["Filter", "Anything", "[Size!]", "Int", "Int!", "Query", "Nobody"])
def test_an_absent_variable_stays_away_where_it_may(kind: str) -> None:
    coerced = Variables(SCHEMA, operation(f"$x: {kind}")).coerced({})
    wanted = reference(f"$x: {kind}", {})
    if isinstance(wanted, VariableValues):
        assert (coerced.values, coerced.errors) == ({}, [])
    else:
        assert [*map(str, coerced.errors)] == [*map(str, wanted)]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("Int = 3", 3),
        ("Int! = 3", 3),
        ("Int = null", None),
        ("[Size!]! = SMALL", [Size.SMALL]),
        ('Filter = {text: "a"}', {"text": "a", "sizes": [Size.SMALL]}),
        ("Anything = [1, {a: [2]}]", [1, {"a": [2]}]),
    ],
)
def test_defaults_are_coerced_once_and_made_anew(asked: list[Any], declared: str, expected: Any) -> None:
    known = Variables(SCHEMA, operation(f"$x: {declared}"))
    asked.clear()
    for _ in range(2):
        value = known.coerced({}).values["x"]
        assert value == expected
        if isinstance(value, list | dict):
            value.clear()
    assert asked == []


def test_a_wrong_default_is_told_at_each_request(asked: list[Any]) -> None:
    known = Variables(SCHEMA, operation('$x: Int = "three"'))
    asked.clear()
    wanted = reference('$x: Int = "three"', {})
    for _ in range(2):
        assert isinstance(wanted, list)
        assert [*map(str, known.coerced({}).errors)] == [*map(str, wanted)]
    assert asked == [{}, {}]


class Loud(GraphQLEnumType):
    """An enumeration that refuses one of its own names."""

    def coerce_input_value(self, input_value: str, hide_suggestions: bool = False) -> Any:
        if input_value == "A":
            raise ValueError("not this one")
        return super().coerce_input_value(input_value, hide_suggestions)


@pytest.mark.parametrize("name", ["A", "B"])
def test_an_enumeration_has_its_own_say(name: str) -> None:
    loud = Loud("Loud", {"A": 1, "B": 2})
    schema = GraphQLSchema(GraphQLObjectType("Query", {"a": GraphQLField(GraphQLString)}), types=[loud])
    at = operation("$x: Loud")
    coerced, wanted = (
        Variables(schema, at).coerced({"x": name}),
        get_variable_values(schema, at.variable_definitions or (), {"x": name}),
    )
    if isinstance(wanted, VariableValues):
        assert coerced.values == wanted.coerced == {"x": 2}
    else:
        assert [*map(str, coerced.errors)] == [*map(str, wanted)]


def test_what_resolvers_are_told_of_variables_are_the_same_objects() -> None:
    coerced = Variables(SCHEMA, operation("$x: [ID!], $y: [Size] = [LARGE]")).coerced({"x": ["a"]})
    full = coerced.full()
    assert full.coerced["x"] is coerced.values["x"]
    assert full.coerced["y"] is coerced.values["y"]
    assert full.sources.keys() == {"x", "y"}
    assert coerced.full() is full

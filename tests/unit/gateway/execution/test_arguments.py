"""What the document decides of arguments is coerced when it is planned, to what the reference would make of it."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    OperationDefinitionNode,
    parse,
)
from graphql.execution.values import VariableValues, get_argument_values

from gateway.execution import arguments
from gateway.execution.arguments import Arguments


class Size(Enum):
    SMALL = 1
    LARGE = 2


SIZE = GraphQLEnumType("Size", Size, names_as_values=None)
FILTER = GraphQLInputObjectType(
    "Filter",
    {
        "text": GraphQLInputField(GraphQLString, out_name="words"),
        "sizes": GraphQLInputField(GraphQLList(SIZE), default_value=[Size.SMALL]),
    },
)
FIELD = GraphQLField(
    GraphQLInt,
    {
        "first": GraphQLArgument(GraphQLInt, default_value=3, out_name="count"),
        "after": GraphQLArgument(GraphQLString),
        "sizes": GraphQLArgument(GraphQLList(SIZE), default_value=[Size.LARGE]),
        "filter": GraphQLArgument(FILTER),
        "must": GraphQLArgument(GraphQLNonNull(GraphQLInt), default_value=1),
    },
)
LEFT_OUT = {"count": 3, "sizes": [Size.LARGE], "must": 1}


def node(text: str) -> FieldNode:
    """Return the node of a field with arguments."""
    (operation,) = parse(f"{{ field{text} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    (found,) = operation.selection_set.selections
    assert isinstance(found, FieldNode)
    return found


def never() -> VariableValues:
    raise AssertionError("the reference was asked")


@pytest.mark.parametrize(
    ("text", "coerced", "expected"),
    [
        ("", {}, LEFT_OUT),
        ("(first: 5)", {}, {**LEFT_OUT, "count": 5}),
        ("(first: null, after: null)", {}, {"count": None, "after": None, "sizes": [Size.LARGE], "must": 1}),
        ("(sizes: SMALL)", {}, {**LEFT_OUT, "sizes": [Size.SMALL]}),
        ("(sizes: [SMALL, null])", {}, {**LEFT_OUT, "sizes": [Size.SMALL, None]}),
        ('(filter: {text: "a"})', {}, {"count": 3, "sizes": [Size.LARGE],
                                         "filter": {"words": "a", "sizes": [Size.SMALL]}, "must": 1}),
        ("(first: $n, after: $a)", {"n": 1, "a": "b"}, {"count": 1, "after": "b", "sizes": [Size.LARGE], "must": 1}),
        ("(first: $n, after: $a, sizes: $s)", {}, LEFT_OUT),
        ("(first: $n, after: $a)", {"n": None, "a": None}, {"count": None, "after": None, "sizes": [Size.LARGE],
                                                            "must": 1}),
        ("(must: $n)", {}, LEFT_OUT),
    ],
)  # fmt: skip
def test_plain_arguments_are_known_before_there_is_a_request(
    text: str, coerced: dict[str, Any], expected: dict[str, Any]
) -> None:
    known = Arguments(FIELD, node(text))
    for _ in range(2):
        given = known.of(coerced, never)
        assert list(given.items()) == list(expected.items())
        assert given == get_argument_values(FIELD, node(text), VariableValues({}, coerced))
        for value in given.values():
            if isinstance(value, list | dict):
                value.clear()
        given.clear()


@pytest.mark.parametrize("coerced", [{"n": None}, {}], ids=["null", "absent"])
def test_errors_are_the_references(coerced: dict[str, Any]) -> None:
    field = GraphQLField(GraphQLInt, {"must": GraphQLArgument(GraphQLNonNull(GraphQLInt))})
    variables = VariableValues({}, coerced)
    with pytest.raises(GraphQLError) as wanted:
        get_argument_values(field, node("(must: $n)"), variables)
    with pytest.raises(GraphQLError) as got:
        Arguments(field, node("(must: $n)")).of(coerced, lambda: variables)
    assert str(got.value) == str(wanted.value)


def odd(_value: Any) -> Any:
    raise ValueError("odd")


MOMENT = GraphQLScalarType("Moment", coerce_input_value=lambda value: [object(), value])
CLASSED = GraphQLInputObjectType("Classed", {"a": GraphQLInputField(GraphQLInt)}, out_type=lambda value: (value,))
REFUSING = GraphQLInputObjectType("Refusing", {"a": GraphQLInputField(GraphQLInt)}, out_type=odd)


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ({"a": GraphQLArgument(FILTER)}, "(a: {text: $t})"),
        ({"a": GraphQLArgument(GraphQLList(GraphQLString))}, "(a: [$t])"),
        ({"a": GraphQLArgument(MOMENT)}, "(a: 1)"),
        ({"a": GraphQLArgument(CLASSED)}, "(a: {a: 1})"),
        ({"a": GraphQLArgument(REFUSING)}, "(a: {a: 1})"),
        ({"a": GraphQLArgument(GraphQLInt)}, '(a: "wrong")'),
        ({"a": GraphQLArgument(GraphQLString, default_value=object())}, ""),
        ({"a": GraphQLArgument(GraphQLString, default_value=object())}, "(a: $t)"),
        ({"a": GraphQLArgument(GraphQLInt, out_name="b"), "b": GraphQLArgument(GraphQLString)}, "(b: $t, a: 1)"),
    ],
)
def test_where_that_cannot_be_the_reference_is_asked_at_each_request(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, GraphQLArgument], text: str
) -> None:
    asked: list[Any] = []

    def get(*given: Any) -> dict[str, Any]:
        asked.append(given)
        return {}

    monkeypatch.setattr(arguments, "get_argument_values", get)
    field, at = GraphQLField(GraphQLInt, declared), node(text)
    known, variables = Arguments(field, at), VariableValues({}, {"t": "text"})
    for _ in range(2):
        known.of(variables.coerced, lambda: variables)
    assert asked == [(field, at, variables)] * 2

"""test_variables: what arguments and variables become."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLInputObjectType, GraphQLScalarType, GraphQLSchema

from tests.execution.scenarios.scenario import Elsewhere, Scenario, Sync

__all__ = ["SCENARIOS"]

INPUTS = """scalar Faulty scalar Complex
  input TestInput { a: String b: [String] c: String! d: Complex e: Faulty }
  input Nested { na: TestInput! nb: String! }
  input Made { x: Float y: Float }
  enum TestEnum { NULL NAN FALSE CUSTOM DEFAULT }
  type Query { object(input: TestInput): String nested(input: Nested): String made(input: Made): String
    enum(input: TestEnum): String mustEnum(input: TestEnum!): String
    may(input: String): String must(input: String!): String default(input: String = "Hello"): String
    mustDefault(input: String! = "Hello"): String
    list(input: [String]): String mustList(input: [String]!): String listMust(input: [String!]): String
    mustListMust(input: [String!]!): String }"""


def shown(_info: Any, **given: Any) -> str | None:
    """Show an argument."""
    return repr(given["input"]) if "input" in given else None


def echo(_soon: Sync) -> Any:
    """Show the argument of each field."""
    names = "object nested made enum mustEnum may must default mustDefault list mustList listMust mustListMust"
    return dict.fromkeys(names.split(), shown)


def faulty(_value: Any) -> Any:
    """Refuse."""
    raise ValueError("faulty")


def dress(schema: GraphQLSchema, _soon: Sync) -> None:
    """Give inputs their Python side."""
    scalars, made = schema.type_map, schema.type_map["Made"]
    assert isinstance(made, GraphQLInputObjectType)
    made.out_type = lambda value: f"({value['x']}|{value['y']})"  # type: ignore[method-assign]
    for name, function in (("Faulty", faulty), ("Complex", lambda value: f"de{value}")):
        scalar = scalars[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.coerce_input_value = function
    values: dict[str, Any] = {"NULL": None, "NAN": float("nan"), "FALSE": False, "CUSTOM": "custom value"}
    for name, value in values.items():
        schema.type_map["TestEnum"].values[name].value = value  # type: ignore[attr-defined]


def inputs(name: str, query: str, variables: dict[str, Any] | None = None, fallback: str = "") -> Scenario:
    """Make a scenario of this schema."""
    return Scenario(name, INPUTS, query, echo, variables, dress=dress, fallback=fallback)


BY_VARIABLE = "query ($input: TestInput) { object(input: $input) }"
VARIABLES = [
    *(
        inputs(f"inline struct {name}", f"{{ object(input: {literal}) }}")
        for name, literal in (
            ("executes with complex input", '{a: "foo", b: ["bar"], c: "baz"}'),
            ("properly parses single value to list", '{a: "foo", b: "bar", c: "baz"}'),
            ("properly parses null value to null", '{a: null, b: null, c: "C", d: null}'),
            ("properly parses null value in list", '{b: ["A", null, "C"], c: "C"}'),
            ("does not use incorrect value", '["foo", "bar", "baz"]'),
            ("properly runs the literal coercion of complex scalar types", '{c: "foo", d: "Serialized"}'),
            ("errors on faulty scalar type input", '{c: "foo", e: "bar"}'),
        )
    ),
    inputs("executes with custom input", "{ made(input: {x: -3.0, y: 4.5}) }"),
    *(
        inputs(f"variables {name}", BY_VARIABLE, {"input": value})
        for name, value in (
            ("execute with complex input", {"a": "foo", "b": ["bar"], "c": "baz"}),
            ("properly parse single value to list", {"a": "foo", "b": "bar", "c": "baz"}),
            ("execute with complex scalar input", {"c": "foo", "d": "Serialized"}),
            ("error on faulty scalar type input", {"c": "foo", "e": "Serialized"}),
            ("error on null for nested non-null", {"a": "foo", "b": "bar", "c": None}),
            ("error on incorrect type", "foo bar"),
            ("error on omission of nested non-null", {"a": "foo", "b": "bar"}),
            ("error on addition of unknown input field", {"a": "foo", "b": "bar", "c": "baz", "extra": "dog"}),
        )
    ),
    inputs(
        "errors on deep nested errors and with many errors",
        "query ($input: Nested) { nested(input: $input) }",
        {"input": {"na": {"a": "foo"}}},
    ),
    inputs("uses undefined when variable not provided", "query ($v: String) { may(input: $v) }", {}),
    inputs(
        "uses null when variable provided explicit null value", "query ($v: String) { may(input: $v) }", {"v": None}
    ),
    inputs(
        "uses default value when not provided",
        'query ($v: TestInput = {a: "foo", b: ["bar"], c: "baz"}) { object(input: $v) }',
    ),
    inputs("does not use default value when provided", 'query ($v: String = "d") { may(input: $v) }', {"v": "x"}),
    inputs(
        "uses explicit null value instead of default value", 'query ($v: String = "d") { may(input: $v) }', {"v": None}
    ),
    inputs("uses null default value when not provided", "query ($v: String = null) { may(input: $v) }", {}),
    inputs(
        "allows custom enum values as inputs",
        "{ a: enum(input: NULL) b: enum(input: NAN) c: enum(input: FALSE) d: enum(input: CUSTOM) e: enum }",
    ),
    inputs("allows non-nullable inputs to have null as enum custom value", "{ mustEnum(input: NULL) }"),
    inputs("allows nullable inputs to be omitted", "{ may }"),
    inputs("allows nullable inputs to be omitted in a variable", "query ($v: String) { may(input: $v) }"),
    inputs("allows nullable inputs to be omitted in an unlisted variable", "query Q { may(input: $v) }"),
    inputs("allows nullable inputs to be set to a value directly", '{ may(input: "a") }'),
    inputs(
        "allows non-nullable variable to be omitted given a default", 'query ($v: String! = "d") { may(input: $v) }'
    ),
    inputs("allows non-nullable inputs to be omitted given a default", 'query ($v: String = "d") { must(input: $v) }'),
    inputs("does not allow non-nullable inputs to be omitted in a variable", "query ($v: String!) { must(input: $v) }"),
    inputs(
        "does not allow non-nullable inputs to be set to null in a variable",
        "query ($v: String!) { must(input: $v) }",
        {"v": None},
    ),
    inputs(
        "allows non-nullable inputs to be set to a value in a variable",
        "query ($v: String!) { must(input: $v) }",
        {"v": "a"},
    ),
    inputs("allows non-nullable inputs to be set to a value directly", '{ must(input: "a") }'),
    inputs("reports error for missing non-nullable inputs", "{ must }"),
    inputs(
        "reports error for array passed into string input", "query ($v: String!) { must(input: $v) }", {"v": [1, 2, 3]}
    ),
    inputs("reports error for non-provided variables for non-nullable inputs", "{ must(input: $foo) }"),
    *(
        inputs(f"{kind} lists: {value!r}", f"query ($v: {kind}) {{ {name}(input: $v) }}", {"v": value})
        for name, kind in (
            ("list", "[String]"),
            ("mustList", "[String]!"),
            ("listMust", "[String!]"),
            ("mustListMust", "[String!]!"),
        )
        for value in (None, ["A"], ["A", None, "B"], "A", [0])
    ),
    inputs(
        "does not allow invalid types to be used as values",
        "query ($v: Query!) { object(input: $v) }",
        {"v": {"list": ["A"]}},
    ),
    inputs(
        "does not allow unknown types to be used as values",
        "query ($v: Unknown!) { object(input: $v) }",
        {"v": "whoKnows"},
    ),
    inputs("uses argument default values when no argument provided", "{ default }"),
    inputs("uses argument default values when omitted variable provided", "query ($v: String) { default(input: $v) }"),
    inputs("uses no argument default value when the argument cannot be coerced", "{ default(input: WRONG) }"),
    inputs(
        "uses argument default values when no runtime value is provided to a non-null argument",
        "query ($v: String) { mustDefault(input: $v) }",
    ),
    inputs(
        "limits the number of coercion errors", "query ($v: [String!]) { listMust(input: $v) }", {"v": list(range(60))}
    ),
    Elsewhere(
        "fragment variables, with and without defaults, shadowing and nested",
        "the parser takes none unless asked; they fall back",
    ),
]

SCENARIOS = {"variables": VARIABLES}

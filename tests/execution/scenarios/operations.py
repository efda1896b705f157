"""test_one_of, test_directives, test_mutations and what is delivered piece by piece."""

from __future__ import annotations

from typing import Any

from tests.execution.scenarios.scenario import Elsewhere, Scenario, Sync

__all__ = ["SCENARIOS"]

ONE_OF = """input Test @oneOf { a: String b: Int } type Query { test(input: Test!): String }"""


def one_of(name: str, query: str, variables: dict[str, Any] | None = None) -> Scenario:
    """Make a scenario of one-of inputs."""
    return Scenario(name, ONE_OF, query, lambda _: {"test": lambda _info, input: repr(input)}, variables)  # noqa: A006


GIVEN = "query ($input: Test!) { test(input: $input) }"
ONE_OFS = [
    one_of("accepts a good default value", '{ test(input: {a: "abc"}) }'),
    one_of("accepts a variable of the type", GIVEN, {"input": {"b": 1}}),
    one_of("rejects a variable with both", GIVEN, {"input": {"a": "abc", "b": 1}}),
    one_of("rejects a variable with a null", GIVEN, {"input": {"a": "abc", "b": None}}),
    one_of("rejects a variable with nothing", GIVEN, {"input": {}}),
    one_of("rejects a nulled variable field", GIVEN, {"input": {"a": None}}),
    one_of("rejects a variable with an unknown field", GIVEN, {"input": {"c": 1}}),
    one_of("accepts a variable for a field", "query ($a: String!) { test(input: {a: $a}) }", {"a": "abc"}),
    one_of("rejects a nullable variable for a field", "query ($a: String) { test(input: {a: $a}) }", {}),
    one_of(
        "rejects a nullable variable for a field that is null",
        "query ($a: String) { test(input: {a: $a}) }",
        {"a": None},
    ),
    one_of("rejects both in a literal", '{ test(input: {a: "abc", b: 123}) }'),
    one_of("rejects a variable beside a literal", 'query ($b: Int) { test(input: {a: "abc", b: $b}) }', {"b": 1}),
    one_of("rejects none in a literal", "{ test(input: {}) }"),
]

AB = "type Query { a: String b: String }"


def left(name: str, query: str) -> Scenario:
    """Make a scenario of directives."""
    return Scenario(name, AB, query, lambda _: {"a": "a", "b": "b"})


DIRECTIVES = [
    left("basic query works without directives", "{ a b }"),
    *(
        left(f"{where}: @{directive}(if: {value})", query.replace("@", f"@{directive}(if: {value})"))
        for directive in ("include", "skip")
        for value in ("true", "false")
        for where, query in (
            ("works on scalars", "{ a b @ }"),
            ("works on fragment spreads", "{ a ...F @ } fragment F on Query { b }"),
            ("works on inline fragments", "{ a ... on Query @ { b } }"),
            ("works on anonymous inline fragments", "{ a ... @ { b } }"),
        )
    ),
    left("works with skip and include directives: include and no skip", "{ a b @include(if: true) @skip(if: false) }"),
    left("works with skip and include directives: include and skip", "{ a b @include(if: true) @skip(if: true) }"),
    left("works with skip and include directives: no include or skip", "{ a b @include(if: false) @skip(if: false) }"),
]

NUMBERS = """type Holder { number: Int } type Query { holder: Holder }
  type Mutation { change(to: Int): Holder later(to: Int): Holder fail(to: Int): Holder failLater(to: Int): Holder
    must(to: Int): Holder! }"""


def numbers(soon: Sync) -> Any:
    """Make a root whose number mutations change."""
    held = {"number": 6}

    def change(_info: Any, to: int) -> Any:
        held["number"] = to
        return held

    def fail(_info: Any, to: int) -> Any:
        raise ValueError(f"cannot change the number to {to}")

    return {
        "change": change,
        "later": soon.answer(change),
        "fail": fail,
        "failLater": soon.answer(fail),
        "must": fail,
    }


MUTATIONS = [
    Scenario(
        "evaluates mutations serially",
        NUMBERS,
        """mutation { a: change(to: 1) { number } b: later(to: 2) { number }
        c: change(to: 3) { number } d: later(to: 4) { number } e: change(to: 5) { number } }""",
        numbers,
    ),
    Scenario(
        "evaluates mutations correctly in the presence of a failed mutation",
        NUMBERS,
        """mutation {
        a: change(to: 1) { number } b: later(to: 2) { number } c: fail(to: 3) { number } d: later(to: 4) { number }
        e: failLater(to: 5) { number } f: change(to: 6) { number } }""",
        numbers,
    ),
    Scenario(
        "stops at a failed mutation that may not be null",
        NUMBERS,
        """mutation {
        a: change(to: 1) { number } b: must(to: 2) { number } c: later(to: 4) { number } }""",
        numbers,
    ),
    Scenario("does not include illegal mutation fields in output", NUMBERS, "mutation { notThere(to: 1) { number } }"),
    Scenario(
        "mutation fields with @defer do not block next mutation",
        f"directive @defer on FRAGMENT_SPREAD {NUMBERS}",
        "mutation { a: change(to: 1) { ...F @defer } } fragment F on Holder { number }",
        numbers,
        fallback="defer or stream",
    ),
    Scenario(
        "@stream on a list",
        "directive @stream on FIELD type Query { list: [Int] }",
        "{ list @stream }",
        lambda _: {"list": [1]},
        fallback="defer or stream",
    ),
]

INCREMENTAL = [
    Elsewhere(
        "defer, stream and their publishers (tests/execution/incremental)", "execute refuses both; they fall back"
    ),
    Elsewhere("subscribe (test_subscribe, test_map_async_iterable)", "subscriptions are graphql-core's"),
]

SCENARIOS = {
    "one_of": ONE_OFS,
    "directives": DIRECTIVES,
    "mutations": MUTATIONS,
    "incremental": INCREMENTAL,
}

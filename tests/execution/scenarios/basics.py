"""test_executor, test_sync, test_schema, test_parallel, test_resolve, test_customize, test_error_propagation."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, Undefined

from tests.execution.scenarios.scenario import Elsewhere, Scenario, Sync, fails

__all__ = ["SCENARIOS"]

ONE = "type Query { a: String }"
DATA = """type Query { a: String b: String c: String f: String pic(size: Int): String deep: Deep promise: Query }
          type Deep { a: String c: [String] deeper: [Query] }"""
CHAIN = """type Query { some: A } type A { some: A must: A! throws: A! }"""
SPECIALS = "type Query { specials: [Special] } type Special { value: String }"
ERRORS = """type Query { ok: String error: String raw: String returned: String list: [String] later: String
                         laterError: String laterReturned: String coded: String }"""


class Thing:
    """An object with attributes, methods among them."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


def data(soon: Sync) -> Any:
    """Make an object that has objects."""
    inner = {"a": "Deep A", "c": ["x", None, "y"], "deeper": soon.later([Thing(a="A", b=soon.now("B")), None])}
    return Thing(
        a=soon.now("A"),
        b="B",
        c=soon.later("C"),
        f="F",
        deep=inner,
        promise=soon.later(Thing(a="again")),
        pic=lambda _info, size: f"of {size}",
    )


def chain(soon: Sync) -> Any:
    """Make objects without end, one field of which fails."""
    whole: dict[str, Any] = {"throws": soon.later(fails())}
    whole["some"] = whole["must"] = soon.later(whole)
    return whole


def errors(soon: Sync) -> Any:
    """Fail in every way."""
    return {
        "ok": soon.now("ok"),
        "error": soon.now(fails("an error")),
        "raw": soon.later(fails("a raw error")),
        "returned": soon.now(ValueError("given back")),
        "list": soon.now(["first", ValueError("in a list"), "third", ValueError("again")]),
        "later": soon.later("ok"),
        "laterError": soon.later(fails("late")),
        "laterReturned": soon.later(ValueError("given back late")),
        "coded": soon.later(GraphQLError("coded", extensions={"code": "C"})),
    }


def special(schema: GraphQLSchema, soon: Sync) -> None:
    """Say what is special."""
    schema.type_map["Special"].is_type_of = soon.answer(lambda value, _info: value.value != "bar")  # type: ignore[attr-defined]


def silent(schema: GraphQLSchema, _soon: Sync) -> None:
    """Have a scalar give nothing."""
    scalar = schema.type_map["Silent"]
    assert isinstance(scalar, GraphQLScalarType)
    scalar.coerce_output_value = lambda _value: Undefined


def rootless(schema: GraphQLSchema, _soon: Sync) -> None:
    """Take the mutations away."""
    schema.mutation_type = None


def article() -> dict[str, Any]:
    """Make an article whose author's last one it is."""
    whole: dict[str, Any] = {"id": "1", "title": "T", "keywords": ["a", 1, True, None]}
    whole["author"] = {"id": 7, "pic": lambda _info, w: {"url": "u", "w": w}, "recent": whole}
    return whole


def kinds(schema: GraphQLSchema, soon: Sync) -> None:
    """Tell types by a key."""
    for name in ("A", "B"):
        schema.type_map[name].is_type_of = soon.answer(  # type: ignore[attr-defined]
            lambda value, _info, name=name: value["kind"] == name
        )


EXECUTOR = [
    Scenario(
        "executes arbitrary code",
        DATA,
        """query ($size: Int) { a b x: c ...F f ... on Query { pic(size: $size)
        promise { a } } deep { a c deeper { a b } } } fragment F on Query { d: a e: b }""",
        data,
        {"size": 100},
    ),
    Scenario(
        "merges parallel fragments",
        CHAIN,
        """{ ...One ...Two } fragment One on Query { some { __typename x: some
        { __typename } } } fragment Two on Query { some { y: __typename x: some { z: __typename } } }""",
        chain,
    ),
    Scenario(
        "nulls out error subtrees",
        ERRORS,
        """{ ok error raw returned list later laterError laterReturned
        coded }""",
        errors,
    ),
    Scenario(
        "full response path is included for non-nullable fields",
        CHAIN,
        "{ some { aliased: some { must { another: must { throws { __typename } } } } } }",
        chain,
    ),
    Scenario("uses the inline operation if no operation name is provided", ONE, "{ a }", lambda _: {"a": "b"}),
    Scenario("uses the only operation if no operation name is provided", ONE, "query E { a }", lambda _: {"a": "b"}),
    Scenario(
        "uses the named operation if operation name is provided",
        ONE,
        "query E { first: a } query O { second: a }",
        lambda _: {"a": "b"},
        operation="O",
    ),
    Scenario(
        "provides error if no operation is provided", ONE, "fragment E on Query { a }", fallback="no such operation"
    ),
    Scenario(
        "errors if no operation name is provided with multiple operations",
        ONE,
        "query E { a } query O { a }",
        fallback="no such operation",
    ),
    Scenario(
        "errors if unknown operation name is provided",
        ONE,
        "query E { a } query O { a }",
        operation="U",
        fallback="no such operation",
    ),
    Scenario(
        "errors if empty string is provided as operation name", ONE, "{ a }", operation="", fallback="no such operation"
    ),
    Scenario(
        "uses the query schema for queries",
        f"{ONE} type Mutation {{ c: String }}",
        "query Q { a } mutation M { c }",
        lambda _: {"a": "b", "c": "d"},
        operation="Q",
    ),
    Scenario(
        "uses the mutation schema for mutations",
        f"{ONE} type Mutation {{ c: String }}",
        "query Q { a } mutation M { c }",
        lambda _: {"a": "b", "c": "d"},
        operation="M",
    ),
    Scenario(
        "uses the subscription schema for subscriptions",
        f"{ONE} type Subscription {{ a: String }}",
        "query Q { a } subscription S { a }",
        lambda _: {"a": "b"},
        operation="S",
        fallback="subscription",
    ),
    Scenario(
        "resolves to an error if schema does not support operation",
        f"{ONE} type Mutation {{ c: String }}",
        "mutation M { __typename }",
        dress=rootless,
        fallback="no root type",
    ),
    Scenario("correct field ordering despite execution order", DATA, "{ c a promise { a } b f }", data),
    Scenario(
        "avoids recursion",
        ONE,
        "query Q { a ...F ...F } fragment F on Query { a ...F }",
        lambda _: {"a": "b"},
        operation="Q",
    ),
    Scenario("ignores missing sub selections on fields", CHAIN, "{ some }", lambda _: {"some": {}}),
    Scenario("does not include illegal fields in output", ONE, "{ thisIsNotThere a }", lambda _: {"a": "b"}),
    Scenario(
        "does not include arguments that were not set",
        "type Query { field(a: Boolean, b: Boolean, c: Int): String }",
        "{ field(a: true, c: 0) }",
        lambda _: {"field": lambda _info, **given: repr(given)},
    ),
    Scenario(
        "fails when is_type_of check is not met",
        SPECIALS,
        "{ specials { value } }",
        lambda _: {"specials": [Thing(value="foo"), Thing(value="bar")]},
        dress=special,
    ),
    Scenario(
        "fails when coercing the output of a custom scalar does not return a value",
        "scalar Silent type Query { silent: Silent }",
        "{ silent }",
        lambda _: {"silent": 1},
        dress=silent,
    ),
    Scenario("executes ignoring invalid non-executable definitions", ONE, "{ a } type Query { b: String }"),
    Scenario(
        "nulls a field that is left behind by an error of its sibling",
        "type Query { later: String! sooner: String! }",
        "{ later sooner }",
        lambda soon: {"later": soon.later("x"), "sooner": soon.now(None)},
    ),
    Scenario(
        "handles sync errors combined with async ones",
        "type Query { later: String! sooner: String! }",
        "{ later sooner }",
        lambda soon: {"later": soon.later(None), "sooner": soon.now(None)},
    ),
    Elsewhere("accepts positional arguments", "of the signature of execute"),
    Elsewhere("provides info about current execution state", "tests/unit/gateway/execution"),
    Elsewhere("populates path correctly with complex types", "tests/unit/gateway/execution"),
    Elsewhere("threads root value and context correctly", "every case of the world does"),
    Elsewhere("correctly threads arguments", "every case of the world does"),
    Elsewhere("uses a custom field resolver", "marks say how fields are filled"),
    Elsewhere("uses a custom type resolver", "marks say of what class values are"),
    Elsewhere("uses a custom execution context class; middleware", "there is one executor, and none between"),
]

RESOLVE = [
    Scenario("default function accesses properties", ONE, "{ a }", lambda _: Thing(a="b")),
    Scenario("default function accesses keys", ONE, "{ a }", lambda _: {"a": "b"}),
    Scenario("default function calls methods", ONE, "{ a }", lambda soon: Thing(a=soon.later("b"))),
    Scenario(
        "default function passes args and context",
        "type Query { t(add: Int): String }",
        "{ t(add: 80) }",
        lambda _: Thing(t=lambda _info, add: str(700 + add)),
    ),
    Scenario("default function finds nothing", ONE, "{ a }", lambda _: Thing()),
    Scenario("raises an error of a method", ONE, "{ a }", lambda soon: {"a": soon.later(fails())}),
]

OTHERS = [
    Scenario(
        "executes using a schema",
        """type Query { article(id: ID): Article feed: [Article] }
        type Article { id: String! author: Author title: String keywords: [String] } type Author { id: String
        pic(w: Int): Pic recent: Article } type Pic { url: String w: Int }""",
        """{ feed { id title } article(id: "1") { ...A author { id pic(w: 640) { url w } recent { ...A keywords } } } }
        fragment A on Article { id title keywords }""",
        lambda soon: {
            "feed": soon.later([{"id": n, "title": f"t{n}"} for n in range(10)]),
            "article": soon.later(article()),
        },
    ),
    Scenario("does not return an awaitable for sync execution", ONE, "{ a }", lambda _: {"a": "b"}),
    Scenario(
        "resolves fields in parallel",
        "type Query { a: String b: String }",
        "{ a b }",
        lambda soon: {"a": soon.later("1"), "b": soon.later("2")},
    ),
    Scenario("resolves a single awaited field", ONE, "{ a }", lambda soon: {"a": soon.later("1")}),
    Scenario(
        "resolves a list in parallel",
        "type Query { list: [Int] }",
        "{ list }",
        lambda soon: {"list": [soon.item(1), soon.item(2), 3]},
    ),
    Scenario(
        "resolves is_type_of in parallel",
        "interface I { a: String } type A implements I { a: String } "
        "type B implements I { b: String a: String } type Query { list: [I] }",
        "{ list { a ... on B { b } __typename } }",
        lambda _: {"list": [{"kind": "A", "a": "1"}, {"kind": "B", "a": "2", "b": "3"}]},
        dress=kinds,
    ),
    Scenario(
        "with the directive that disables error propagation, null stays where it is",
        "directive @experimental_disableErrorPropagation on QUERY type Query { foo: Int! }",
        "query Q @experimental_disableErrorPropagation { foo }",
        lambda soon: {"foo": soon.now(fails())},
        fallback="no error propagation",
    ),
    Scenario(
        "without it, the error goes up",
        "directive @experimental_disableErrorPropagation on QUERY type Query { foo: Int! }",
        "{ foo }",
        lambda soon: {"foo": soon.now(fails())},
    ),
    Elsewhere(
        "cancellation, abort signals, hooks (test_abort_signal, test_cancellation, test_hooks)",
        "a request is cancelled by its task: tests/unit/gateway/execution",
    ),
    Elsewhere("lazy execution with other kinds of awaitables", "an awaitable is what asyncio awaits"),
    Elsewhere("ExecutionResult compares, prints and formats itself", "the class is graphql-core's"),
]


SCENARIOS = {"executor": EXECUTOR, "resolve": RESOLVE, "schema, sync, parallel, error_propagation": OTHERS}

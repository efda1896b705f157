"""test_nonnull and test_lists: each kind of nullability with each kind of trouble."""

from __future__ import annotations

from typing import Any

from tests.execution.scenarios.scenario import Elsewhere, Scenario, Sync, fails

__all__ = ["SCENARIOS"]

NEST = """type Query { sync: String syncMust: String! later: String laterMust: String! syncNest: Query
  syncMustNest: Query! laterNest: Query laterMustNest: Query! }"""
LEAVES = "sync later"
TREE = """syncNest { sync later syncNest { sync later } laterNest { sync later } }
  laterNest { sync later syncNest { sync later } laterNest { sync later } }"""
DEEP = """{ syncNest { syncMustNest { laterMustNest { syncMustNest { laterMustNest { syncMust } } } } }
  laterNest { syncMustNest { laterMustNest { syncMustNest { laterMustNest { syncMust } } } } }
  a: syncNest { syncMustNest { laterMustNest { syncMustNest { laterMustNest { laterMust } } } } }
  b: laterNest { syncMustNest { laterMustNest { syncMustNest { laterMustNest { laterMust } } } } } }"""


def of(leaf: Any) -> Any:
    """Make objects without end whose leaves are all alike."""

    def root(soon: Sync) -> Any:
        whole: dict[str, Any] = {}
        for way, make in (("sync", soon.now), ("later", soon.later)):
            whole[way] = whole[f"{way}Must"] = make(leaf)
            whole[f"{way}Nest"] = whole[f"{way}MustNest"] = make(whole)
        return whole

    return root


NONNULL = [
    Scenario(f"{what}: {where}", NEST, query, of(leaf))
    for what, leaf in (("raises", fails("no")), ("returns null", None))
    for where, query in (
        ("nulls a nullable field", f"{{ {LEAVES} }}"),
        ("nulls a synchronously returned object that has a non-null field", "{ syncNest { syncMust } }"),
        ("nulls it, the field awaited", "{ syncNest { laterMust } }"),
        ("nulls an object that was awaited", "{ laterNest { syncMust } }"),
        ("nulls an object that was awaited, the field awaited", "{ laterNest { laterMust } }"),
        ("nulls a complex tree of nullable fields, each", f"{{ {TREE} }}"),
        ("nulls the first nullable object after a long chain", DEEP),
        ("nulls the top level if it is non-null", "{ syncMust }"),
        ("nulls the top level if it is non-null, awaited", "{ laterMust }"),
        ("nulls the top level after siblings", "{ sync later syncNest { sync laterMust } laterMust sync2: sync }"),
    )
]

ARGUMENTS = "type Query { withMust(cannot: String!): String }"
MUST = {"withMust": lambda _info, cannot: f"passed {cannot}"}
NONNULL += [
    Scenario(name, ARGUMENTS, query, lambda _: MUST, variables)
    for name, query, variables in (
        ("succeeds when passed non-null literal value", '{ withMust(cannot: "lit") }', None),
        ("succeeds when passed non-null variable", 'query ($v: String = "d") { withMust(cannot: $v) }', {"v": "x"}),
        ("succeeds when a missing variable has a default", 'query ($v: String = "d") { withMust(cannot: $v) }', {}),
        ("field error when missing non-null argument", "{ withMust }", None),
        ("field error when non-null argument is null", "{ withMust(cannot: null) }", None),
        ("field error when non-null argument is not provided", "query ($v: String) { withMust(cannot: $v) }", {}),
        ("field error when the variable is null", 'query ($v: String = "d") { withMust(cannot: $v) }', {"v": None}),
    )
]

LIST = "type Query { list: %s }"
KINDS = ("[Int]", "[Int]!", "[Int!]", "[Int!]!")
CONTENTS: dict[str, Any] = {
    "contains values": lambda soon: soon.now([1, 2]),
    "contains null": lambda soon: soon.now([1, None, 2]),
    "returns null": lambda soon: soon.now(None),
    "contains an error": lambda soon: soon.now([1, ValueError("bad"), 2]),
    "contains what cannot be coerced": lambda soon: soon.now([1, "x", 2]),
    "raises": lambda soon: soon.now(fails("bad")),
    "contains values, awaited": lambda soon: soon.later([1, 2]),
    "contains null, awaited": lambda soon: soon.later([1, None, 2]),
    "is null, awaited": lambda soon: soon.later(None),
    "raises, awaited": lambda soon: soon.later(fails("bad")),
    "contains awaited values": lambda soon: lambda _info: [soon.item(1), soon.item(2)],
    "contains an awaited null": lambda soon: lambda _info: [soon.item(1), soon.item(None), 2],
    "contains an awaited error": lambda soon: lambda _info: [soon.item(1), soon.item(fails("bad")), soon.item(2)],
    "contains awaited values, awaited itself": lambda soon: soon.later([1, 2]),
    "is iterated asynchronously": lambda soon: lambda _info: soon.items([1, 2]),
    "is iterated asynchronously, a null in it": lambda soon: lambda _info: soon.items([1, None, 2]),
    "is iterated asynchronously and fails": lambda soon: lambda _info: soon.items([1, fails("bad"), 2]),
}


def contents(make: Any) -> Any:
    """Make a root with a list."""
    return lambda soon: {"list": make(soon)}


LISTS: list[Scenario | Elsewhere] = [
    Scenario(f"{kind} {what}", LIST % kind, "{ list }", contents(make))
    for kind in KINDS
    for what, make in CONTENTS.items()
]
LISTS += [
    Scenario(f"accepts {what} as list value", LIST % "[String]", "{ list }", contents(make))
    for what, make in (
        ("a set", lambda _: {"one"}),
        ("a tuple", lambda _: ("one", "two")),
        ("a generator", lambda _: lambda _info: (each for each in ("one", 2))),
        ("a dict's keys", lambda _: {"one": 1, "two": 2}.keys()),
        ("a range", lambda _: range(3)),
    )
]
LISTS += [
    Scenario(f"does not accept {what} as list value", LIST % "[String]", "{ list }", contents(make))
    for what, make in (
        ("a string", lambda _: "singular"),
        ("bytes", lambda _: b"singular"),
        ("a number", lambda _: 5),
        ("a mapping", lambda _: {"a": 1}),
    )
]
LISTS += [
    Scenario(
        "nulls a list of lists from within",
        LIST % "[[Int!]]!",
        "{ list }",
        contents(lambda soon: soon.later([[1], [None], None])),
    ),
    Scenario(
        "handles lists of objects iterated asynchronously",
        "type Query { list: [T] } type T { a: Int! }",
        "{ list { a } }",
        contents(lambda soon: lambda _info: soon.items([{"a": 1}, {"a": soon.later(None)}, {"a": "x"}])),
    ),
    Elsewhere("streams a list", "@stream falls back: see incremental"),
]

SCENARIOS = {"nonnull": NONNULL, "lists": LISTS}

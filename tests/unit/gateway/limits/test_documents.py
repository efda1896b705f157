"""Documents are parsed, measured and validated once, within limits and within memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.documents import Documents
from gateway.limits.measures import Measures, measured
from gateway.settings import Limits


@strawberry.type
class Leaf:
    name: str = "leaf"

    @strawberry.field
    def child(self) -> Leaf:
        return Leaf()


@strawberry.type
class Query:
    @strawberry.field
    def leaf(self) -> Leaf:
        return Leaf()


def measure(text: str) -> Measures:
    [measures] = measured(parse(text))
    return measures


SCHEMA = strawberry.Schema(Query)._schema


def wrong(documents: Documents, text: str) -> Sequence[GraphQLError]:
    """What is wrong with a text, by the limits and by the schema."""
    try:
        return documents.errors(documents.parsed(text), SCHEMA)
    except GraphQLError as error:
        return [error]


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("{ a }", Measures(depth=1, width=1, fields=1)),
        ("{ a b { c } }", Measures(depth=2, width=2, fields=3)),
        ("{ x: a b { y: c z: d } }", Measures(depth=2, width=2, fields=4, aliases=3)),
        ("{ a { ... { b { c } } } }", Measures(depth=3, width=1, fields=3)),
        ("{ ...F ...F } fragment F on Query { a x: b { c } }", Measures(depth=2, width=4, fields=6, aliases=2)),
        ("{ a { ...F } b { c { ...F } } } fragment F on Q { d { e } }", Measures(depth=4, width=2, fields=7)),
        ("{ __typename }", Measures(depth=1, width=1, fields=1)),
        ("{ __schema { types { name } } a }", Measures(depth=1, introspection_depth=3, width=2, fields=4)),
        ('{ __type(name: "A") { a { b { c } } } }', Measures(depth=1, introspection_depth=4, width=1, fields=4)),
        ("{ a ...Missing }", Measures(depth=1, width=1, fields=1)),
    ],
)
def test_measures(text: str, measures: Measures) -> None:
    assert measure(text) == measures


@pytest.mark.parametrize(
    "text",
    ["{ ...A } fragment A on Q { a ...A }", "{ ...A } fragment A on Q { a ...B } fragment B on Q { b ...A }"],
)
def test_a_fragment_that_spreads_itself_ends(text: str) -> None:
    assert measure(text).depth == 1


def test_fragments_that_double_are_not_expanded() -> None:
    steps = 200
    chain = " ".join(f"fragment F{n} on Q {{ ...F{n + 1} ...F{n + 1} }}" for n in range(steps))
    measures = measure(f"{{ ...F0 }} {chain} fragment F{steps} on Q {{ a }}")
    assert measures.fields == measures.width == 2**steps


def test_every_operation_is_measured() -> None:
    both = list(measured(parse("query A { a } query B { a { b } }")))
    assert [each.depth for each in both] == [1, 2]


@given(st.integers(1, 40), st.integers(1, 5))
def test_depth_and_fields_of_a_ladder(rungs: int, width: int) -> None:
    text = "{ " + " ".join(f"f{n}" for n in range(width - 1)) + " a" * 1
    text += " { a" * (rungs - 1) + " }" * rungs
    measures = measure(text)
    assert (measures.depth, measures.fields, measures.width) == (rungs, rungs + width - 1, width)


@pytest.mark.parametrize(
    ("limits", "text", "code"),
    [
        (Limits(max_tokens=10), "{ a b c d e f g h i j }", "DOCUMENT_TOO_LONG"),
        (Limits(max_depth=2), "{ leaf { child { name } } }", "DOCUMENT_TOO_DEEP"),
        (Limits(max_introspection_depth=2), "{ __schema { types { name } } }", "INTROSPECTION_TOO_DEEP"),
        (Limits(max_aliases=1), "{ a: leaf { name } b: leaf { name } }", "DOCUMENT_HAS_TOO_MANY_ALIASES"),
        (Limits(max_root_fields=1), "{ leaf { name } __typename }", "DOCUMENT_HAS_TOO_MANY_ROOT_FIELDS"),
        (Limits(max_fields=2), "{ leaf { name child { name } } }", "DOCUMENT_TOO_WIDE"),
    ],
)
def test_each_limit_has_its_code(limits: Limits, text: str, code: str) -> None:
    [error] = wrong(Documents(limits), text)
    assert error.extensions is not None
    assert error.extensions["code"] == code


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(max_tokens=10), "{ leaf { name } }"),
        (Limits(max_depth=3), "{ leaf { child { name } } }"),
        (Limits(max_introspection_depth=3), "{ __schema { types { name } } }"),
        (Limits(max_aliases=2), "{ a: leaf { name } b: leaf { name } }"),
        (Limits(max_root_fields=2), "{ leaf { name } __typename }"),
        (Limits(max_fields=4), "{ leaf { name child { name } } }"),
    ],
)
def test_just_within_each_limit(limits: Limits, text: str) -> None:
    assert not wrong(Documents(limits), text)


def test_the_introspection_of_common_tools_is_within_the_limits() -> None:
    text = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)
    assert not wrong(Documents(Limits()), text)


def test_a_document_is_parsed_and_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[str] = []
    for name in ("parse", "validate"):
        real = getattr(__import__("gateway.limits.documents", fromlist=[name]), name)

        def counted(*given: Any, _real: Any = real, _name: str = name, **named: Any) -> Any:
            work.append(_name)
            return _real(*given, **named)

        monkeypatch.setattr(f"gateway.limits.documents.{name}", counted)
    documents = Documents(Limits())
    for _ in range(3):
        assert not wrong(documents, "{ leaf { name } }")
        assert wrong(documents, "{ wrong }")
    assert work == ["parse", "validate"] * 2


def test_a_document_over_a_limit_is_not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.limits.documents.validate", lambda *_: pytest.fail("validated"))
    errors = wrong(Documents(Limits(max_fields=2)), "{ leaf { wrong child { name } } }")
    assert [error.message for error in errors] == ["The operation selects more than 2 fields."]


def test_the_memory_for_documents_is_bounded_and_the_oldest_go() -> None:
    documents = Documents(Limits(document_cache_bytes=10_000))
    texts = [f"{{ leaf {{ name{n} }} }}" for n in range(100)]
    weight = documents.parsed(texts[0]).weight
    room = 10_000 // weight
    assert 2 <= room < 10
    for text in texts:
        documents.parsed(text)
        documents.parsed(texts[0])
    assert len(documents) == room
    first, last = documents.parsed(texts[0]), documents.parsed(texts[-1])
    assert (documents.parsed(texts[0]), documents.parsed(texts[-1])) == (first, last)
    assert documents._weight <= 10_000


def test_a_document_too_big_to_keep_is_served_and_forgotten() -> None:
    documents = Documents(Limits(document_cache_bytes=0))
    assert documents.parsed("{ leaf { name } }").operations
    assert len(documents) == 0


def test_a_long_text_of_few_tokens_weighs_its_length() -> None:
    documents = Documents(Limits())
    assert documents.parsed("{ a }" + " " * 500_000).weight > 500_000


def test_errors_of_syntax_are_not_kept() -> None:
    documents = Documents(Limits())
    for _ in range(2):
        with pytest.raises(GraphQLError, match="Syntax Error"):
            documents.parsed("{")
    assert len(documents) == 0


def test_operations_are_listed_and_documents_named() -> None:
    document = Documents(Limits()).parsed("query A { a } fragment F on Q { b } query B { c }")
    assert [each.name.value for each in document.operations if each.name] == ["A", "B"]
    assert len(document.hash) == 16

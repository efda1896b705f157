"""Documents are parsed, measured and validated once, within limits and within memory."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, OperationType, get_introspection_query, parse, validate
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.documents import RULES, SLOW_TOKENS, Documents
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


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each parsing and each validation, in their order."""
    done: list[str] = []
    for name in ("parse", "validate"):
        real = getattr(__import__("gateway.limits.documents", fromlist=[name]), name)

        def counted(*given: Any, _real: Any = real, _name: str = name, **named: Any) -> Any:
            done.append(_name)
            return _real(*given, **named)

        monkeypatch.setattr(f"gateway.limits.documents.{name}", counted)
    return done


def test_a_document_is_parsed_and_validated_once(work: list[str]) -> None:
    documents = Documents(Limits())
    for _ in range(3):
        assert not wrong(documents, "{ leaf { name } }")
        assert wrong(documents, "{ wrong }")
    assert work == ["parse", "validate"] * 2


def test_a_document_over_a_limit_is_not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.limits.documents.validate", lambda *_: pytest.fail("validated"))
    errors = wrong(Documents(Limits(max_fields=2)), "{ leaf { wrong child { name } } }")
    assert [error.message for error in errors] == ["The operation selects more than 2 fields."]


def valid(number: int) -> str:
    return f"{{ leaf {{ name{number:02}: name }} }}"


def test_the_memory_for_documents_is_bounded_and_the_oldest_go(work: list[str]) -> None:
    documents = Documents(Limits(document_cache_bytes=32_000))
    weight = documents.parsed(valid(0)).weight
    room = 28_000 // weight
    assert 2 <= room < 10
    assert weight <= 4_000
    for number in range(100):
        assert not wrong(documents, valid(number))
        assert not wrong(documents, valid(0))
    assert work == ["parse", "validate"] * 100
    assert documents._fit.bytes == len(documents._fit) * weight == room * weight
    for number in (0, *range(101 - room, 100)):
        assert not wrong(documents, valid(number))
    assert len(work) == 200
    assert not wrong(documents, valid(100 - room))
    assert len(work) == 202


def test_a_document_too_big_to_keep_is_served_and_forgotten(work: list[str]) -> None:
    documents = Documents(Limits(document_cache_bytes=0))
    for _ in range(2):
        assert not wrong(documents, "{ leaf { name } }")
        assert wrong(documents, "{ wrong }")
        assert wrong(documents, "{")
    assert work == ["parse", "validate", "parse", "validate", "parse"] * 2


@pytest.mark.parametrize(
    "unfit",
    [
        pytest.param("{{ wrong{number} }}", id="of another schema"),
        pytest.param("{{ leaf {number}", id="of no syntax"),
        pytest.param("{{ leaf {{ child {{ child {{ n{number}: name }} }} }} }}", id="over a limit"),
        pytest.param("{{ " + "leaf " * 1000 + "}} # {number}", id="too long"),
    ],
)
def test_no_number_of_unfit_documents_drives_out_a_good_one(work: list[str], unfit: str) -> None:
    documents = Documents(Limits(document_cache_bytes=32_000, max_depth=3, max_tokens=500))
    good = [valid(number) for number in range(5)]
    for text in good:
        assert not wrong(documents, text)
    for number in range(100):
        assert wrong(documents, unfit.format(number=number))
    assert documents._others.bytes <= 4_000
    del work[:]
    for text in good:
        assert not wrong(documents, text)
    assert work == []


def test_documents_that_nobody_has_checked_drive_out_no_good_one(work: list[str]) -> None:
    """A request may be refused before that, and would otherwise fill the memory with what may be wrong."""
    documents = Documents(Limits(document_cache_bytes=32_000))
    assert not wrong(documents, valid(0))
    for number in range(1, 100):
        documents.parsed(valid(number))
    assert documents._others.bytes <= 4_000
    del work[:]
    assert not wrong(documents, valid(0))
    assert work == []
    assert not wrong(documents, valid(99))
    assert work == ["validate"]


def test_what_is_wrong_is_told_again_as_it_was_told_first(work: list[str]) -> None:
    texts = ("{ a b }", "{ leaf }", "query A { a } query A { b }", "{ leaf { ...None } }", "{", "{ a: leaf { name } }")
    documents = Documents(Limits(max_aliases=0))
    first, second, third = [[[error.formatted for error in wrong(documents, text)] for text in texts] for _ in range(3)]
    assert first == second == third
    assert work == ["parse", "validate"] * 4 + ["parse"] * 2
    by_schema = [[error.formatted for error in validate(SCHEMA, parse(text), RULES)] for text in texts[:4]]
    assert first[:4] == by_schema
    assert [errors[0]["message"] for errors in first[4:]] == [
        "Syntax Error: Expected Name, found <EOF>.",
        "The operation has more than 0 aliases.",
    ]


def test_of_an_unfit_document_its_operations_can_still_be_told() -> None:
    documents = Documents(Limits())
    text = "query A { a } mutation B { b } { c }"
    first = documents.parsed(text)
    documents.errors(first, SCHEMA)
    again = documents.parsed(text)
    assert again.errors
    assert (again.hash, again.key) == (first.hash, first.key)
    assert [(each.operation, each.name and each.name.value) for each in again.operations] == [
        (OperationType.QUERY, "A"),
        (OperationType.MUTATION, "B"),
        (OperationType.QUERY, None),
    ]


def test_what_is_remembered_of_an_unfit_document_holds_neither_its_tree_nor_who_asked() -> None:
    documents = Documents(Limits())
    document = documents.parsed("{ wrong }")
    documents.errors(document, SCHEMA)
    tree = weakref.ref(document.tree)
    del document
    asker = Asker()
    asked = weakref.ref(asker)
    for _ in range(2):
        asker.ask(documents, "{")
    del asker
    gc.collect()
    assert (tree(), asked()) == (None, None)


class Asker:
    """Somebody whose request has a document of no syntax."""

    def ask(self, documents: Documents, text: str) -> None:
        with pytest.raises(GraphQLError, match="Syntax Error"):
            documents.parsed(text)


def test_an_error_that_quotes_much_weighs_it() -> None:
    documents = Documents(Limits())
    for text in ("{ " + "a" * 10_000 + " }", "{ leaf { name } } " + "b" * 10_000):
        before = documents._others.bytes
        assert wrong(documents, text)
        assert documents._others.bytes - before > 5 * 10_000


async def test_a_long_document_that_two_have_checked_at_once_is_kept_once(work: list[str]) -> None:
    documents = Documents(Limits())
    long = "{ leaf { " + "name " * SLOW_TOKENS + "} }"
    document = documents.parsed(long)
    assert documents.parsed(long) is document
    found = await asyncio.gather(*[documents.checked(document, SCHEMA) for _ in range(2)])
    assert [*map(len, found)] == [0, 0]
    assert documents.parsed(long) is document
    assert (documents._fit.bytes, documents._others.bytes) == (document.weight, 0)
    assert work.count("parse") == 1


async def test_a_long_unfit_document_goes_where_the_short_ones_go(work: list[str]) -> None:
    documents = Documents(Limits())
    long = "{ leaf { " + "name " * SLOW_TOKENS + "} wrong }"
    assert await documents.checked(documents.parsed(long), SCHEMA)
    assert await documents.checked(documents.parsed(long), SCHEMA)
    assert work == ["parse", "validate"]
    assert documents._fit.bytes == 0
    assert documents._others.bytes < 20_000


def test_a_long_text_of_few_tokens_weighs_its_length() -> None:
    documents = Documents(Limits())
    assert documents.parsed("{ a }" + " " * 500_000).weight > 500_000


def test_operations_are_listed_and_documents_named() -> None:
    document = Documents(Limits()).parsed("query A { a } fragment F on Q { b } query B { c }")
    assert [each.name.value for each in document.operations if each.name] == ["A", "B"]
    assert len(document.hash) == 16
    assert document.key.startswith(document.hash)
    assert len(document.key) == 64

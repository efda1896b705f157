"""What no generated case meets: odd sources, related classes, names that generated code uses, documents that go."""

from __future__ import annotations

import asyncio
import gc
import traceback
import weakref
from collections import UserDict
from types import MappingProxyType
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLObjectType, GraphQLSchema, build_schema, execute, parse

from gateway.execution import Executor
from tests.execution.reference import spelled


async def agree(schema: GraphQLSchema, query: str, root: Any, variables: dict[str, Any] | None = None) -> None:
    """Compare the two answers."""
    wanted = execute(schema, parse(query), root, variable_values=variables)
    got = await Executor(schema).execute(parse(query), root_value=root, variable_values=variables)
    assert isinstance(wanted, ExecutionResult)
    assert repr(got.data) == repr(wanted.data)
    assert [*map(spelled, got.errors or ())] == [*map(spelled, wanted.errors or ())]


@pytest.mark.parametrize(
    "source", [MappingProxyType({"a": "1"}), UserDict(a="1"), {"a": "1"}], ids=lambda each: type(each).__name__
)
async def test_the_default_resolver_reads_any_mapping(source: Any) -> None:
    await agree(build_schema("type Query { t: T } type T { a: String keys: Int }"), "{ t { a } }", {"t": source})


class Person:
    """A class that a type shows."""


class Employee(Person):
    """A class by descent, which another type shows."""


async def test_of_related_classes_the_first_type_that_takes_a_value_shows_it() -> None:
    schema = build_schema(
        "type Query { u: [U] } union U = Anybody | Worker type Anybody { a: Int } type Worker { a: Int }"
    )
    for name, cls in (("Anybody", Person), ("Worker", Employee)):
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        kind.is_type_of = lambda value, _info, cls=cls: isinstance(value, cls)
        kind.extensions = {"execution": {"class": cls}}

    await agree(schema, "{ u { __typename } }", {"u": [Person(), Employee()]})


async def test_types_and_fields_may_be_named_as_generated_code_names_things() -> None:
    names = (
        "stage",
        "slot",
        "args",
        "path",
        "info",
        "fn",
        "kinds",
        "run",
        "context",
        "o",
        "shown",
        "F1",
        "S0",
        "FINE",
        "_x",
    )
    types = "".join(
        f"type {name} {{ {name}: String def: {after} }} "
        for name, after in zip(names, (*names[1:], names[0]), strict=True)
    )
    schema = build_schema(f"type Query {{ stage: stage }} {types}")
    whole: dict[str, Any] = {name: name for name in names}
    for name in names:
        schema.type_map[name].fields["def"].resolve = lambda *_: whole  # type: ignore[attr-defined]
    query = ""
    for name in reversed(names):
        query = f"{name} True: {name} def {{ {query or '__typename'} }}"

    await agree(schema, f"{{ stage {{ {query} }} }}", {"stage": whole})


async def test_a_document_is_kept_as_long_as_anything_is_known_by_its_place_in_memory() -> None:
    executor = Executor(build_schema("type Query { a: Int }"))
    document = parse("query A { a }")
    await executor.execute(document, operation_name="B")
    kept = weakref.ref(document)
    del document
    gc.collect()

    assert kept() is not None, "another document may take its place, and be taken for it"


async def test_what_is_kept_holds_no_request() -> None:
    schema = build_schema("type Query { t: [T] } type T { a: Int }")
    executor = Executor(schema)
    document = parse("query ($x: Boolean = true) { t { a @skip(if: $x) } }")
    lengths = []
    for _ in range(3):
        result = await executor.execute(document, root_value={"t": [{}, {}]}, variable_values={"x": None})
        assert result.errors is not None
        lengths.append([len(traceback.extract_tb(error.original_error.__traceback__)) for error in result.errors])  # type: ignore[union-attr]

    assert len({tuple(each) for each in lengths}) == 1


async def test_a_request_that_is_cancelled_leaves_nothing_running() -> None:
    schema = build_schema("type Query { a: [T] b: [T] } type T { c: Int d: Int }")
    begun, ended = asyncio.Event(), []

    async def hang(sources: list[Any], context: Any) -> Any:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(len(sources))

    for name in ("c", "d"):
        schema.type_map["T"].fields[name].extensions = {"execution": {"batch": hang}}  # type: ignore[attr-defined]
    request = asyncio.ensure_future(
        Executor(schema).execute(parse("{ a { c d } b { c d } }"), root_value={"a": [{}, {}], "b": [{}]})
    )
    await begun.wait()
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    assert sorted(ended) == [1, 1, 2, 2]
    assert asyncio.all_tasks() == {asyncio.current_task()}

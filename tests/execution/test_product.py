"""Every document of this project is answered as Strawberry answers it, whoever asks and whatever fails."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from gateway.execution import Executor
from tests.execution.choices import Seeded
from tests.execution.documents import write
from tests.execution.product import DOCUMENTS, SITUATIONS, VALUES, operation_names, situations
from tests.fakes.requests import request
from tests.unit.schema.asking import SCHEMA

EXECUTOR = Executor(SCHEMA._schema)
GENERATED = 60
Reference = Callable[[str, dict[str, Any], str | None, Any], Awaitable[Any]]


def told(errors: list[GraphQLError] | None) -> list[str]:
    """Spell errors; Strawberry tells them as they come, so they are compared in an order of their own."""
    return sorted(f"{error.path} {error.message} {error.locations}" for error in errors or ())


def answer(result: Any) -> tuple[str, list[str]]:
    """Spell an answer: data with its order and types, errors."""
    return repr(result.data), told(result.errors)


async def by_strawberry(text: str, variables: dict[str, Any], name: str | None, context: Any) -> Any:
    """Run as Strawberry does."""
    return await SCHEMA.execute(text, variables, context_value=context, operation_name=name)


async def by_graphql_core(text: str, variables: dict[str, Any], name: str | None, context: Any) -> Any:
    """Run Strawberry's resolvers without its own validation, which knows a rule more."""
    result = execute(
        SCHEMA._schema, parse(text), variable_values=variables, context_value=context, operation_name=name
    )  # fmt: skip
    return await result if isawaitable(result) else result


async def both(
    text: str, situation: str, variables: dict[str, Any], name: str | None, reference: Reference = by_strawberry
) -> None:
    """Run an operation both ways; the compiled one asks no read more often."""
    reads, viewer = situations()[situation]
    executor = EXECUTOR if reference is by_strawberry else Executor(SCHEMA._schema)
    interpreted = await reference(text, variables, name, request(reads, viewer))
    same_reads, _ = situations()[situation]
    compiled: ExecutionResult = await executor.execute(
        parse(text),
        variable_values=variables,
        context_value=request(same_reads, viewer),
        operation_name=name,
    )
    assert answer(compiled) == answer(interpreted)
    assert all(calls <= reads.calls.get(read, 0) for read, calls in same_reads.calls.items()), same_reads.calls


def chosen(name: str) -> set[str]:
    """Choose whom a document is tried on: a client, an employee, and two more by the turn of its name."""
    turn = zlib.crc32(name.encode())
    return {"client", "employee", *(SITUATIONS[(turn + step) % len(SITUATIONS)] for step in (0, 3))}


def test_the_documents_are_found() -> None:
    assert len(DOCUMENTS) > 60
    assert {name.split()[0] for name in DOCUMENTS} >= {"home_screen", "bench", "README", "findClient(by.phone)"}
    assert any(name.startswith("tests/unit/schema/test_executed.py") for name in DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_document_of_this_project(name: str) -> None:
    document = parse(DOCUMENTS[name])
    for operation in operation_names(document):
        for situation in chosen(name):
            await both(DOCUMENTS[name], situation, VALUES, operation)
    assert EXECUTOR.fallbacks == {}


@pytest.mark.parametrize("part", range(4))
async def test_generated_documents_over_the_products_schema(part: int) -> None:
    schema, dropped = SCHEMA._schema, 0
    for number in range(part, GENERATED, 4):
        written = write(schema, Seeded(number))
        if validate(schema, parse(written.text)):
            dropped += 1
            continue
        situation = SITUATIONS[number % len(SITUATIONS)]
        await both(written.text, situation, written.variables, written.operation_name, by_graphql_core)
    assert dropped / (GENERATED / 4) < 0.3

"""Every document of this project is answered as Strawberry answers it, whoever asks and whatever fails."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from gateway.execution import Executor
from tests.execution.choices import Seeded
from tests.execution.documents import write
from tests.execution.in_turn import InTurn
from tests.execution.product import DOCUMENTS, SITUATIONS, VALUES, found_in, operation_names
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request
from tests.unit.schema.asking import SCHEMA


def executors() -> tuple[Executor, Executor]:
    """Make one whose data are the reference's, and one that leaves to the JSON writer what that writes by itself."""
    return Executor(SCHEMA._schema), Executor(SCHEMA._schema, native_json=True)


EXECUTORS = executors()
IN_TURN = InTurn()
GENERATED = 60
Reference = Callable[[str, dict[str, Any], str | None, Any], Awaitable[Any]]


def told(errors: list[GraphQLError] | None) -> list[str]:
    """Spell errors in their order."""
    return [f"{error.path} {error.message} {error.locations}" for error in errors or ()]


def answer(result: Any) -> tuple[str, list[str]]:
    """Spell an answer: data with its order and types, errors in theirs."""
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


async def compared(
    text: str, situation: str, variables: dict[str, Any], name: str | None, reference: Reference = by_strawberry
) -> None:
    """Run an operation by every way there is; the compiled one asks no read more often."""
    plain, native = EXECUTORS if reference is by_strawberry else executors()
    reads, viewer = found_in(situation)
    interpreted = await reference(text, variables, name, request(reads, viewer))
    in_turn = await asyncio.to_thread(IN_TURN.execute, text, variables, name, request(*found_in(situation)))
    compiled, same_reads = await run(plain, text, situation, variables, name)
    assert answer(compiled) == answer(in_turn)
    assert repr(compiled.data) == repr(interpreted.data)
    assert sorted(told(compiled.errors)) == sorted(told(interpreted.errors))
    assert all(calls <= reads.calls.get(read, 0) for read, calls in same_reads.calls.items()), same_reads.calls
    to_be_written, _ = await run(native, text, situation, variables, name)
    assert orjson.dumps(to_be_written.data) == orjson.dumps(interpreted.data)
    assert told(to_be_written.errors) == told(compiled.errors)


async def run(
    executor: Executor, text: str, situation: str, variables: dict[str, Any], name: str | None
) -> tuple[ExecutionResult, FakeReads]:
    """Run an operation compiled; return the answer and the reads that were asked."""
    reads, viewer = found_in(situation)
    context = request(reads, viewer)
    result = await executor.execute(
        parse(text), variable_values=variables, context_value=context, operation_name=name
    )  # fmt: skip
    return result, reads


def chosen(name: str) -> set[str]:
    """Choose whom a document is tried on: a client in luck and out of it, an employee, two more by its name's turn."""
    turn = zlib.crc32(name.encode())
    return {"client", "details fail", "employee", *(SITUATIONS[(turn + step) % len(SITUATIONS)] for step in (0, 3))}


def test_the_documents_are_found() -> None:
    assert len(DOCUMENTS) > 60
    assert {name.split()[0] for name in DOCUMENTS} >= {"home_screen", "bench", "README", "findClient(by.phone)"}
    assert any(name.startswith("tests/unit/schema/test_executed.py") for name in DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_document_of_this_project(name: str) -> None:
    document = parse(DOCUMENTS[name])
    for operation in operation_names(document):
        for situation in chosen(name):
            await compared(DOCUMENTS[name], situation, VALUES, operation)
    assert [executor.fallbacks for executor in EXECUTORS] == [{}, {}]


async def test_the_comparison_meets_several_errors_and_values_left_to_the_json_writer() -> None:
    name = "home_screen"
    operation, *_ = operation_names(parse(DOCUMENTS[name]))
    failed, _ = await run(EXECUTORS[0], DOCUMENTS[name], "details fail", VALUES, operation)
    assert len(told(failed.errors)) > 1
    plain, native = [(await run(each, DOCUMENTS[name], "client", VALUES, operation))[0] for each in EXECUTORS]
    assert repr(native.data) != repr(plain.data)


@pytest.mark.parametrize("part", range(4))
async def test_generated_documents_over_the_products_schema(part: int) -> None:
    schema, dropped = SCHEMA._schema, 0
    for number in range(part, GENERATED, 4):
        written = write(schema, Seeded(number))
        if validate(schema, parse(written.text)):
            dropped += 1
            continue
        situation = SITUATIONS[number % len(SITUATIONS)]
        await compared(written.text, situation, written.variables, written.operation_name, by_graphql_core)
    assert dropped / (GENERATED / 4) < 0.3

"""A case is run by the reference and by the compiled executor, and their answers are laid side by side."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, execute

from gateway.execution import Executor
from tests.execution.sources import CLASSES, Context, Fate
from tests.execution.world import build, is_native, reference_schema

__all__ = ["Answer", "Case", "compiled", "differences", "executor", "expected", "root_of"]


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, of whom, and what fate decides."""

    document: DocumentNode
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    fate: Fate = field(default_factory=Fate)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the data with its order and types, each error, the mutations in their order."""

    data: str
    errors: tuple[str, ...]
    log: tuple[str, ...]


def expected(case: Case) -> tuple[ExecutionResult, Context]:
    """Run by graphql-core, all resolvers synchronous."""
    context = Context(case.fate)
    result = execute(
        reference_schema(), case.document, root_of(reference_schema(), case, context), context, case.variables,
        case.operation_name,
    )  # fmt: skip
    assert isinstance(result, ExecutionResult)
    return result, context


async def compiled(case: Case, variation: int) -> tuple[ExecutionResult, Context]:
    """Run by the executor."""
    context = Context(case.fate)
    result = await executor(variation).execute(
        case.document,
        root_value=root_of(build(variation), case, context),
        context_value=context,
        variable_values=case.variables,
        operation_name=case.operation_name,
    )
    return result, context


@cache
def executor(variation: int) -> Executor:
    """Return the executor of one way of filling the fields."""
    return Executor(build(variation), native_json=is_native(variation))


def root_of(schema: GraphQLSchema, case: Case, context: Context) -> Any:
    """Return the root value of the operation that will run."""
    operations = [each for each in case.document.definitions if getattr(each, "operation", None)]
    names = {each.name.value if each.name else None: each for each in operations}  # type: ignore[attr-defined]
    chosen = names.get(case.operation_name) or operations[0]
    kind = schema.get_root_type(chosen.operation)  # type: ignore[attr-defined]
    return CLASSES[kind.name]("root", context) if kind and kind.name in CLASSES else None


def answer(result: ExecutionResult, context: Context) -> Answer:
    """Spell an answer, so that 1, 1.0 and True differ and order counts."""
    return Answer(repr(written(result.data)), tuple(map(spelled, result.errors or ())), tuple(context.log))


def written(value: Any) -> Any:
    """Replace what is left to the JSON writer by what it writes."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if type(value) is list:
        return [written(inner) for inner in value]
    return orjson.loads(orjson.dumps(value)) if type(value) is date else value


def spelled(error: GraphQLError) -> str:
    """Spell an error: what it says, where, and what it came from."""
    places = [(each.line, each.column) for each in error.locations or ()]
    origin = type(error.original_error).__name__
    return f"{error.message!r} at {error.path} {places} {error.extensions} from {origin}"


async def differences(variation: int, *cases: Case) -> str:
    """Say how the answers to cases that run at once differ, in words; nothing if they do not, and nothing is left."""
    before = executor(variation).fallbacks.copy()
    ran = await asyncio.gather(*(compiled(case, variation) for case in cases))
    fallen = executor(variation).fallbacks - before
    found = "".join(difference(case, *each) for case, each in zip(cases, ran, strict=True))
    if left := asyncio.all_tasks() - {asyncio.current_task()}:
        found += f"left over: {left}"
    return f"{found}\n   {dict(fallen)}" if found else ""


def difference(case: Case, by_executor: ExecutionResult, here: Context) -> str:
    """Say how an answer differs from the reference's."""
    by_reference, there = expected(case)
    wanted, got = answer(by_reference, there), answer(by_executor, here)
    if wanted != got:
        return f"wanted {wanted}\n   got {got}"
    if not by_reference.errors:
        many = {name: calls for name, calls in here.calls.items() if calls > len(there.places.get(name, ()))}
        if many:
            return f"more calls than places: {many}, {there.places}"
    return ""

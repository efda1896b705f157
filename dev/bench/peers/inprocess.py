"""Works within one process, whose arms take turns: ``python -m dev.bench.peers.inprocess JOB.json``."""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import orjson
import uvloop
from graphql import DocumentNode, GraphQLSchema, parse, validate

from dev import queries
from dev.bench.peers.answers import differences
from dev.bench.peers.memory import ours, plain, world
from dev.bench.peers.rounds import Turn, turns
from domain.clock import Deadline
from domain.money import Locale
from domain.ports import Call, Links, Reads
from gateway.clock import SystemClock
from gateway.execution import Executor
from gateway.limits.documents import Documents
from gateway.settings import Limits
from resolvers.context import Context
from resolvers.loaders import Loaders
from schema import root

__all__ = ["ALONE", "COMPILED", "OURS", "STRAWBERRY", "UNKNOWN", "Job"]

Arm = Callable[[], Awaitable[Any]]

OURS: Final = "gateway.execution"
STRAWBERRY: Final = "Strawberry, both caches"
COMPILED: Final = "compile alone"
UNKNOWN: Final = "parse, limits, validate, compile"
ALONE: Final = "parse and validate by graphql-core"
ROWS: Final = 100
HOME: Final = "home_screen"
WARM_UPS: Final = 3
CLOCK: Final = SystemClock()


class Job(msgspec.Struct, frozen=True):
    """``repeats`` are those of each arm in each of so many rounds; an arm that is not named rests."""

    work: str
    rounds: int
    repeats: dict[str, int]
    result: str


def executing() -> dict[str, Arm]:
    """Return the two ways to execute: from a known document to the bytes of the answer."""
    schema = core(ours.build())
    document, executor = parse(world.DOCUMENT), Executor(schema, native_json=True)
    assert not validate(schema, document)
    interpreted, variables = plain.schema(), {"first": ROWS}

    async def by_plan() -> bytes:
        context = request()
        with context.loaders:
            result = await executor.execute(document, context_value=context, variable_values=variables)
        assert not result.errors, result.errors
        return orjson.dumps({"data": result.data})

    async def by_strawberry() -> bytes:
        result = await interpreted.execute(world.DOCUMENT, variables, context_value=plain.context())
        assert not result.errors, result.errors
        return orjson.dumps({"data": result.data})

    return {OURS: by_plan, STRAWBERRY: by_strawberry}


def compiling() -> dict[str, Arm]:
    """Return what becomes of the home screen's document, seen for the first time each time."""
    schema, home = root.build(), queries.load()[HOME]
    built = core(schema)
    known = parse(home.query)

    async def compiled() -> None:
        await compile_operation(built, known, home.name, home.variables)

    async def unknown() -> None:
        documents = Documents(Limits())
        document = documents.parsed(home.query)
        assert not documents.errors(document, built)
        await compile_operation(built, document.tree, home.name, home.variables)

    async def alone() -> None:
        assert not validate(built, parse(home.query))

    return {COMPILED: compiled, UNKNOWN: unknown, ALONE: alone}


async def compile_operation(
    schema: GraphQLSchema, document: DocumentNode, name: str, variables: Mapping[str, Any]
) -> None:
    """Compile an operation with an executor that has seen none."""
    await Executor(schema, native_json=True).prepare(document, name, variables)


def core(schema: Any) -> GraphQLSchema:
    """Return graphql-core's schema; Strawberry has no public name for it."""
    return cast("GraphQLSchema", schema._schema)  # noqa: SLF001


def request() -> Context:
    """Make a request's context over nothing but memory."""
    call = Call(Deadline.after(CLOCK, 10.0))
    nothing = cast("Reads", None), cast("Links", None)
    return Context(None, Locale.RU, CLOCK, call, Loaders(nothing[0], call), nothing[1])


WORKS: Final = {"executing": executing, "compiling": compiling}


async def done(job: Job) -> dict[str, list[Turn]]:
    """Check and warm every arm up, then let them take turns."""
    arms = {name: arm for name, arm in WORKS[job.work]().items() if name in job.repeats}
    for arm in arms.values():
        answers = [await arm() for _ in range(WARM_UPS)]
        for answer in filter(None, answers):
            assert not list(differences(world.expected(ROWS), orjson.loads(answer)))
    gc.collect()
    gc.freeze()
    if callable(signal.getsignal(signal.SIGUSR1)):
        # A sampler is there, and all until now was preparation.
        signal.raise_signal(signal.SIGUSR1)
    found: dict[str, list[Turn]] = {name: [] for name in arms}
    for name in turns(list(arms), job.rounds):
        found[name].append(await turn(arms[name], job.repeats[name]))
    return found


async def turn(arm: Arm, repeats: int) -> Turn:
    """Repeat an arm and look at both clocks."""
    started_s, cpu_s = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        await arm()
    return Turn(repeats / (time.perf_counter() - started_s), (time.process_time() - cpu_s) * 1000 / repeats)


def main() -> None:
    """Read the job, do it, write its turns."""
    job = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Job)
    found = uvloop.run(done(job))
    Path(job.result).write_bytes(msgspec.json.encode(found))


if __name__ == "__main__":
    main()

"""A subject for each read: of every adapter on its simulator, and of the fakes that other tests stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dev.simulators.kit import Fault, Switch
from domain.errors import Source, SourceUnavailable
from tests.contracts import claims_core, life_valuation, policy_core
from tests.contracts.subjects import BRIEF_S, AdaptedSubject, ReadUnderTest, Subject, SystemUnderTest
from tests.fakes.reads import OWNED, FakeReads

SYSTEMS = (policy_core.SYSTEM, claims_core.SYSTEM, life_valuation.SYSTEM)
ROWS = [(system, row) for system in SYSTEMS for row in system.reads]
ADAPTED = [pytest.param(pair, id=f"{pair[0].source}-{pair[1].name}") for pair in ROWS]
SPOILABLE = [param for param, (_, row) in zip(ADAPTED, ROWS, strict=True) if row.spoilable and not row.rows]
MANY = [param for param, (_, row) in zip(ADAPTED, ROWS, strict=True) if row.limit > 1]
LISTING = [param for param, (_, row) in zip(ADAPTED, ROWS, strict=True) if row.rows]
FAKED = [
    pytest.param((source, ReadUnderTest(name, name, ("a", "b"), "none", limit=1)), id=f"fake-{name}")
    for source, names in OWNED.items()
    for name in names
]


@pytest.fixture(params=[*ADAPTED, *FAKED])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    """Every read of every adapter and of the fakes."""
    owner, row = request.param
    if isinstance(owner, Source):
        yield faked(owner, row)
        return
    async with on_simulator(owner, row, 10) as found:
        yield found


@pytest.fixture(params=ADAPTED)
async def adapted(request: pytest.FixtureRequest) -> AsyncIterator[AdaptedSubject]:
    """Every read of every adapter."""
    system, row = request.param
    async with on_simulator(system, row, 10) as found:
        yield found


@pytest.fixture(params=SPOILABLE)
async def spoilable(request: pytest.FixtureRequest) -> AsyncIterator[AdaptedSubject]:
    """Every read of every adapter whose rows can hold an unknown code, and stand for their key."""
    system, row = request.param
    async with on_simulator(system, row, 10) as found:
        yield found


@pytest.fixture(params=MANY)
async def many(request: pytest.FixtureRequest) -> AsyncIterator[AdaptedSubject]:
    """Every read of every adapter whose operation answers many keys at once."""
    system, row = request.param
    async with on_simulator(system, row, 10) as found:
        yield found


@pytest.fixture(params=LISTING)
async def listing(request: pytest.FixtureRequest) -> AsyncIterator[AdaptedSubject]:
    """Every read of every adapter whose values are lists of rows that stand for themselves."""
    system, row = request.param
    async with on_simulator(system, row, 10) as found:
        yield found


@pytest.fixture(params=ADAPTED)
async def impatient(request: pytest.FixtureRequest) -> AsyncIterator[AdaptedSubject]:
    """Every read of every adapter, with little time for an exchange."""
    system, row = request.param
    async with on_simulator(system, row, BRIEF_S) as found:
        yield found


@asynccontextmanager
async def on_simulator(system: SystemUnderTest, row: ReadUnderTest, timeout_s: float) -> AsyncIterator[AdaptedSubject]:
    """Start a system for one of its reads."""
    async with system.open(timeout_s) as opened:

        def fail() -> None:
            opened.handle.switchboard.set(Switch(Fault.HTTP_503, row.operation))

        def calls() -> int:
            return opened.handle.calls.of(row.operation).calls

        read = getattr(opened.adapter, row.name)
        yield AdaptedSubject(system.source, row, read, calls, fail, opened=opened, html_page=system.html_page)


def faked(source: Source, row: ReadUnderTest) -> Subject:
    """Return a read of the fakes."""
    fakes = FakeReads(**{row.name: {key: f"value of {key}" for key in row.keys}})
    read = fakes.by_name[row.name]

    def fail() -> None:
        fakes.fail_source(SourceUnavailable(source, row.operation, "HTTP 503"))

    def calls() -> int:
        return len(read.batches)

    return Subject(source, row, read, calls, fail)

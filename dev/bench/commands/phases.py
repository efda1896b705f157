"""What is measured of commands: how many a second, and how long one takes while others wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from dev.bench.commands.accepting import Desk
from dev.bench.fleet import cpu_s
from dev.bench.run import Run
from dev.demo.files import Changes
from dev.processes import Child
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.store import opened

__all__ = ["Backlog", "Parked", "backlog", "parked", "settings"]

T = TypeVar("T")

PROBES_A_SECOND: Final = 10.0
WITHIN_S: Final = 1_200.0
NEVER_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Many that waited. Units: ``rate`` in commands a second, ``cpu_ms`` of all workers for each of them.

    ``behind_s``: how long one took that was accepted when the others had begun to be done.
    """

    commands: int
    rate: float
    cpu_ms: float
    behind_s: float


@dataclass(frozen=True, slots=True)
class Parked:
    """While so many waited for another system: single ones, and many at once."""

    waiting: int
    took_s: Sequence[float]
    many: Backlog


def settings(run: Run) -> Changes:
    """Everything a worker needs, and no look at payments."""
    stack = run.fleet.stack
    assert stack.database is not None
    assert stack.messages is not None
    assert stack.acquirer is not None
    paying = {**stack.acquirer.sections(stack.url)["acquirer"], "check_every_s": NEVER_S}
    return {**stack.messages.sections, "acquirer": paying, "store": {"address": stack.database.address()}}


def backlog(run: Run, commands: int, workers: int) -> Backlog:
    """Accept commands, then start workers, and wait until all is done."""

    async def measure(desk: Desk) -> Backlog:
        ids = await desk.accept(commands)
        with run.fleet.workers(workers, settings(run)) as started:
            return await drained(desk, ids, started)

    return at_desk(run, measure)


def parked(run: Run, waiting: int) -> Parked:
    """Leave commands for a system in maintenance, and have another do what comes meanwhile."""

    async def measure(desk: Desk) -> Parked:
        await desk.park(waiting)
        with run.fleet.workers(1, settings(run)) as started:
            # The start of a worker is not what is measured.
            await desk.done(await desk.accept(1), WITHIN_S)
            took_s = await one_by_one(desk, run.size.probes)
            many = await drained(desk, await desk.accept(run.size.commands), started)
        return Parked(waiting, took_s, many)

    return at_desk(run, measure)


async def one_by_one(desk: Desk, many: int) -> list[float]:
    """Accept one after another at a fixed pace, whatever becomes of earlier ones."""
    began, ids = time.monotonic(), list[UUID]()
    for place in range(many):
        await asyncio.sleep(max(0.0, began + place / PROBES_A_SECOND - time.monotonic()))
        ids += await desk.accept(1)
    return await desk.done(ids, WITHIN_S)


async def drained(desk: Desk, ids: Sequence[UUID], workers: Sequence[Child]) -> Backlog:
    """Wait until commands are done, and one more that comes after them."""
    left = await desk.begun(ids, WITHIN_S)
    used_s = sum(map(cpu_s, workers))
    [behind_s] = await desk.done(await desk.accept(1), WITHIN_S)
    await desk.done(ids, WITHIN_S)
    used_s = sum(map(cpu_s, workers)) - used_s
    return Backlog(len(ids), (len(ids) - 1) / await desk.span_s(ids), 1000 * used_s / max(left, 1), behind_s)


def at_desk(run: Run, measure: Callable[[Desk], Awaitable[T]]) -> T:
    """Measure with a desk, and leave nothing behind."""
    assert run.fleet.stack.database is not None
    address = StoreSettings(address=Secret(run.fleet.stack.database.address()))

    async def measured() -> T:
        async with opened(address) as store:
            assert store is not None
            desk = await Desk.opened(store)
            try:
                return await measure(desk)
            finally:
                await desk.clear()

    return asyncio.run(measured())

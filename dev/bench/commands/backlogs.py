"""What workers make of a backlog: how many a second, and how long one takes that comes last."""

from __future__ import annotations

import asyncio
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

__all__ = ["Backlog", "at_desk", "backlog", "settings"]

T = TypeVar("T")

WITHIN_S: Final = 1_200.0
NEVER_S: Final = 86_400.0
PARKS_WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Many that waited. Units: ``rate`` in commands a second, ``cpu_ms`` of all workers for each of them.

    ``behind_s``: how long one took that was accepted when the others had begun to be done; None where nobody waited.
    """

    commands: int
    workers: int
    rate: float
    cpu_ms: float
    behind_s: float | None


def settings(run: Run) -> Changes:
    """What a worker or a gateway needs, and no look at payments."""
    stack = run.fleet.stack
    assert stack.database is not None
    assert stack.messages is not None
    assert stack.acquirer is not None
    paying = {**stack.acquirer.sections(stack.url)["acquirer"], "check_every_s": NEVER_S}
    return {**stack.messages.sections, "acquirer": paying, "store": {"address": stack.database.address()}}


def backlog(run: Run, commands: int, workers: int) -> Backlog:
    """Accept commands, then start workers, and wait until all is done, or as many as are enough to tell the rate."""

    async def measure(desk: Desk) -> Backlog:
        ids = await desk.accept(commands)
        with run.fleet.workers(workers, settings(run)) as started:
            if commands > run.size.commands:
                rate, cpu_ms = await drained(desk, ids[: run.size.commands], started)
                return Backlog(commands, workers, rate, cpu_ms, None)
            await desk.begun(ids, WITHIN_S)
            last = await desk.accept(1)
            rate, cpu_ms = await drained(desk, ids, started)
            [behind_s] = await desk.done(last, WITHIN_S)
        return Backlog(commands, workers, rate, cpu_ms, behind_s)

    return at_desk(run, measure)


async def drained(desk: Desk, ids: Sequence[UUID], workers: Sequence[Child]) -> tuple[float, float]:
    """Wait until commands are done; return how many a second, and the workers' processor time for one, in ms."""
    left = await desk.begun(ids, WITHIN_S)
    used_s = sum(map(cpu_s, workers))
    await desk.done(ids, WITHIN_S)
    used_s = sum(map(cpu_s, workers)) - used_s
    return (len(ids) - 1) / await desk.span_s(ids), 1000 * used_s / max(left, 1)


def at_desk(run: Run, measure: Callable[[Desk], Awaitable[T]]) -> T:
    """Measure with a desk, and leave nothing behind."""
    assert run.fleet.stack.database is not None
    address = StoreSettings(address=Secret(run.fleet.stack.database.address()), statement_timeout_s=PARKS_WITHIN_S)

    async def measured() -> T:
        async with opened(address) as store:
            assert store is not None
            desk = await Desk.opened(store)
            try:
                return await measure(desk)
            finally:
                await desk.clear()

    return asyncio.run(measured())

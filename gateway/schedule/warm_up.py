"""Valuations computed before the day begins, for those who come back every morning.

The nightly file says which contracts there are, the record of visits which of them are looked at morning after morning.
Those are computed a job at a time, well below what the engine takes, so that whoever is awake already is not held up.
A run can be broken off at any point: the next one skips what is fresh.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from domain import models
from domain.clock import Clock, Deadline
from domain.errors import NotFound, SourceError, SourceGarbled, SourceInMaintenance
from domain.ports import Call, Outcome
from gateway.observability.logs import logger
from gateway.settings.sources import WarmUpSettings
from gateway.sources.cache import Cache
from gateway.sources.cached import Cached
from gateway.sources.naming import Tag
from gateway.sources.store import AGAIN, Computed, Granted, Store, StoreFailed, Wanted

__all__ = ["Ending", "Nightly", "Progress", "WarmUp"]

Nightly: TypeAlias = Callable[[date, Call], AbstractAsyncContextManager[AsyncIterator[models.PolicyNumber]]]
"""Opens a day's nightly file: its contracts in any order and more than once. Raises: ``NotFound``, ``SourceError``."""

READ: Final = "warm_up"
TURN_S: Final = 60.0
CHUNK: Final = 500
FILE_S: Final = 600.0
FAILED_JOBS: Final = 5
LONGEST_PAUSE_S: Final = 60.0
LONGEST_MAINTENANCE_S: Final = 4 * 3600.0


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    NO_FILE = "no nightly file of this day"
    NO_STORE = "the shared store does not answer"
    NOT_ITS_TURN = "another process is at it"
    ENGINE_FAILS = "the engine keeps failing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in contracts. ``fresh`` needed nothing; ``total`` is 0 until the file has been read."""

    total: int = 0
    fresh: int = 0
    computed: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        """Contracts seen to."""
        return self.fresh + self.computed + self.failed


@dataclass(eq=False, slots=True)
class WarmUp:
    """One process at a time does it. ``jobs_limit`` is the adapter's own."""

    cached: Cached[models.PolicyNumber, models.LifeValuation]
    cache: Cache
    nightly: Nightly
    settings: WarmUpSettings
    jobs_limit: int
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    progress: Progress = field(default_factory=Progress, init=False)
    _failed_jobs: int = field(default=0, init=False)

    async def run(self, day: date, tell: Callable[[Progress], None]) -> Ending:
        """Warm the contracts of a day's file; ``tell`` hears of every job's end."""
        self.progress, self._failed_jobs = Progress(), 0
        try:
            async with self._turn() as has_turn:
                if not has_turn:
                    return Ending.NOT_ITS_TURN
                chosen = await self._chosen(day)
                self.progress = Progress(len(chosen))
                tell(self.progress)
                await self._compute(chosen, tell)
        except NotFound:
            return Ending.NO_FILE
        except StoreFailed:
            return Ending.NO_STORE
        except SourceError as failure:
            logger().warning("warm-up has no file", failure=str(failure))
            return Ending.ENGINE_FAILS
        return Ending.ENGINE_FAILS if self._gives_up else Ending.DONE

    @property
    def _gives_up(self) -> bool:
        return self._failed_jobs >= FAILED_JOBS

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[bool]:
        # From the shared store or not at all: alone, a process would warm nobody but itself.
        store = self.cache.store.shared
        (lease,) = await store.lease(READ, [Wanted(self.cache.keyer.name(READ, "1", Tag(READ, "turn")), 0)], TURN_S)
        if not isinstance(lease, Granted):
            yield False
            return
        renewing = asyncio.create_task(self._renew(store, lease))
        try:
            yield True
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})
            await store.tell(READ, [Computed(lease, AGAIN)])

    async def _renew(self, store: Store, turn: Granted) -> None:
        while True:
            await asyncio.sleep(TURN_S / 3)
            try:
                await store.renew(READ, [turn], TURN_S)
            except StoreFailed:
                # Two at it would do no harm: each contract has a lease of its own.
                logger().info("warm-up turn not renewed")

    async def _chosen(self, day: date) -> list[models.PolicyNumber]:
        """Return the contracts worth it, those looked at on most mornings first."""
        visits: dict[models.PolicyNumber, int] = {}
        call = Call(Deadline.after(self.clock, FILE_S))
        try:
            async with self.nightly(day, call) as contracts:
                async for chunk in chunks(contracts):
                    counts = await self.cache.visits.counted([self.cached.name(number) for number in chunk])
                    visits.update(zip(chunk, counts, strict=True))
                    visits = {number: count for number, count in visits.items() if count >= self.settings.visits}
        except SourceGarbled as broken:
            # Nothing is believed of a broken file but that these contracts exist.
            logger().warning("warm-up file broken", detail=broken.detail)
        return sorted(visits, key=lambda number: -visits[number])[: self.settings.most]

    async def _compute(self, chosen: Sequence[models.PolicyNumber], tell: Callable[[Progress], None]) -> None:
        jobs = iter(batches(chosen, self.settings.batch))
        # One less than the adapter runs at once, so that those who are awake always find one free.
        count = max(1, min(self.settings.jobs, self.jobs_limit - 1))
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self._work(jobs, tell))

    async def _work(self, jobs: Iterator[Sequence[models.PolicyNumber]], tell: Callable[[Progress], None]) -> None:
        for batch in jobs:
            cold = await self.cached.not_fresh(batch)
            self._count(fresh=len(batch) - len(cold))
            if cold:
                await self._job(cold)
            tell(self.progress)
            if self._gives_up:
                return

    async def _job(self, contracts: Sequence[models.PolicyNumber]) -> None:
        outcomes = await self.cached.refresh(contracts, Call(Deadline.after(self.clock, self.settings.job_s)))
        until_s = self._maintenance_s(outcomes)
        if until_s is not None:
            await self.sleep(until_s)
            outcomes = await self.cached.refresh(contracts, Call(Deadline.after(self.clock, self.settings.job_s)))
        failed = sum(map(is_failed, outcomes))
        self._count(computed=len(outcomes) - failed, failed=failed)
        self._failed_jobs = self._failed_jobs + 1 if failed == len(outcomes) else 0
        await self.sleep(min(self.settings.pause_s * 2**self._failed_jobs, LONGEST_PAUSE_S))

    def _maintenance_s(self, outcomes: Sequence[Outcome[models.LifeValuation]]) -> float | None:
        """Return how long the engine is closed yet, if it says so and it is worth waiting for."""
        ends = [each.until for each in outcomes if isinstance(each, SourceInMaintenance) and each.until]
        if not ends:
            return None
        wait_s = (max(ends) - self.clock.now()).total_seconds()
        return max(0.0, wait_s) if wait_s <= LONGEST_MAINTENANCE_S else None

    def _count(self, *, fresh: int = 0, computed: int = 0, failed: int = 0) -> None:
        now = self.progress
        self.progress = replace(
            now, fresh=now.fresh + fresh, computed=now.computed + computed, failed=now.failed + failed
        )


def is_failed(outcome: Outcome[models.LifeValuation]) -> bool:
    """Tell whether a contract could not be computed; one that is unknown could."""
    return isinstance(outcome, SourceError)


async def chunks(contracts: AsyncIterator[models.PolicyNumber]) -> AsyncIterator[list[models.PolicyNumber]]:
    """Yield some contracts at a time, each once a chunk; those before a break too. Raises: ``SourceGarbled``."""
    chunk: dict[models.PolicyNumber, None] = {}
    broken: SourceGarbled | None = None
    try:
        async for number in contracts:
            chunk[number] = None
            if len(chunk) == CHUNK:
                yield list(chunk)
                chunk = {}
    except SourceGarbled as found:
        broken = found
    if chunk:
        yield list(chunk)
    if broken is not None:
        raise broken


def batches(contracts: Sequence[models.PolicyNumber], size: int) -> Iterator[Sequence[models.PolicyNumber]]:
    """Yield contracts by jobs."""
    for start in range(0, len(contracts), size):
        yield contracts[start : start + size]

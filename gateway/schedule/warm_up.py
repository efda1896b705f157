"""Valuations computed before the day begins, for those who come back every morning.

The nightly file says which contracts there are, the record of visits which of them are looked at morning after morning.
Those are computed a job at a time, well below what the engine takes, so that whoever is awake already is not held up.
A run can be broken off at any point: the next one skips what is fresh. It bears with an engine in maintenance and with
a store that is away for a moment, and ends when either goes on failing: without the store it would warm nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, TypeAlias, TypeVar

from domain import models
from domain.clock import Clock, Deadline
from domain.errors import NotFound, SourceError, SourceInMaintenance
from domain.ports import Call, Outcome
from gateway.observability.logs import logger
from gateway.schedule.progress import Ending, Progress
from gateway.schedule.regulars import Nightly, add_regulars
from gateway.schedule.turn import Turn, turn
from gateway.settings.sources import WarmUpSettings
from gateway.sources.cache import Cache
from gateway.sources.cached import Cached
from gateway.sources.naming import Tag
from gateway.sources.store import StoreFailed

__all__ = ["WarmUp"]

T = TypeVar("T")

Outcomes: TypeAlias = Mapping[models.PolicyNumber, Outcome[models.LifeValuation]]

READ: Final = "warm_up"
FILE_S: Final = 600.0
FILE_TRIES: Final = 4
STORE_TRIES: Final = 8
FAILED_JOBS: Final = 10
LONGEST_PAUSE_S: Final = 60.0
LONGEST_MAINTENANCE: Final = timedelta(hours=4)
UNTOLD_END: Final = timedelta(minutes=1)
"""How long a maintenance is left alone that does not say when it ends, or goes on beyond that."""


@dataclass(eq=False, slots=True)
class WarmUp:
    """One process at a time does it. ``jobs_limit`` and ``job_size`` are the adapter's own."""

    cached: Cached[models.PolicyNumber, models.LifeValuation]
    cache: Cache
    nightly: Nightly
    settings: WarmUpSettings
    jobs_limit: int
    job_size: int
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    progress: Progress = field(default_factory=Progress, init=False)
    _tell: Callable[[Progress], None] = field(init=False, repr=False)
    _began_at: datetime = field(init=False)
    _stop: Ending | None = field(default=None, init=False)
    _failed_jobs: int = field(default=0, init=False)
    _again: list[models.PolicyNumber] = field(default_factory=list, init=False)

    async def run(self, day: date, tell: Callable[[Progress], None]) -> Ending:
        """Warm the contracts of a day's file; ``tell`` hears of every job's end and of every pause."""
        self._begin(tell)
        # From the shared store or not at all: alone, a process would warm nobody but itself.
        name = self.cache.keyer.name(READ, "1", Tag(READ, "turn"))
        try:
            async with turn(self.cache.store.shared, name) as its_turn:
                if its_turn is None:
                    return Ending.NOT_ITS_TURN
                chosen, is_whole = await self._chosen(day)
                self._show(total=len(chosen))
                await self._compute(chosen, its_turn)
        except NotFound:
            return Ending.NO_FILE
        except SourceError:
            return Ending.ENGINE_FAILS
        except StoreFailed:
            return Ending.NO_STORE
        if not is_whole:
            return self._stop or Ending.PART_OF_FILE
        return self._stop or (Ending.DONE if chosen else Ending.NOBODY)

    def _begin(self, tell: Callable[[Progress], None]) -> None:
        self.progress, self._tell, self._began_at = Progress(), tell, self.clock.now()
        self._stop, self._failed_jobs, self._again = None, 0, []

    async def _chosen(self, day: date) -> tuple[list[models.PolicyNumber], bool]:
        """Return the contracts worth it, those looked at on most mornings first; and whether the file was whole.

        Raises: ``NotFound``, ``StoreFailed``; ``SourceError`` if nothing at all can be had of the file.
        """
        found: dict[models.PolicyNumber, int] = {}
        is_whole = await self._read_file(day, found)
        return sorted(found, key=lambda number: -found[number])[: self.settings.most], is_whole

    async def _read_file(self, day: date, found: dict[models.PolicyNumber, int]) -> bool:
        failures = 0
        while True:
            try:
                async with self.nightly(day, Call(Deadline.after(self.clock, FILE_S))) as contracts:
                    await add_regulars(found, contracts, self._visits, self.settings.visits)
                    return True
            except SourceError as failure:
                logger().warning("warm-up has no whole file", failure=str(failure))
                if isinstance(failure, SourceInMaintenance) and await self._waited_out(failure):
                    continue
                failures += 1
                if failures == FILE_TRIES and not found:
                    raise
                if failures == FILE_TRIES:
                    # Nothing is believed of a broken file but that these contracts exist.
                    return False
                await self.sleep(LONGEST_PAUSE_S)

    async def _visits(self, contracts: Sequence[models.PolicyNumber]) -> Sequence[int]:
        return await self._stored(lambda: self.cache.visits.counted([self.cached.name(each) for each in contracts]))

    async def _compute(self, chosen: Sequence[models.PolicyNumber], its_turn: Turn) -> None:
        await self._pass(chosen, its_turn)
        again, self._again = self._again, []
        if again and self._stop is None:
            self.progress = replace(self.progress, failed=self.progress.failed - len(again))
            await self._pass(again, its_turn)

    async def _pass(self, contracts: Sequence[models.PolicyNumber], its_turn: Turn) -> None:
        # A job of more than the adapter takes would be several at once.
        jobs = iter(batches(contracts, min(self.settings.batch, self.job_size)))
        # One less than the adapter runs at once, so that those who are awake always find one free.
        count = max(1, min(self.settings.jobs, self.jobs_limit - 1))
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self._work(jobs, its_turn))

    async def _work(self, jobs: Iterator[Sequence[models.PolicyNumber]], its_turn: Turn) -> None:
        store = self.cache.store.shared
        for batch in jobs:
            try:
                cold = await self._stored(partial(self.cached.not_fresh, store, batch))
                if len(cold) < len(batch):
                    self._show(fresh=len(batch) - len(cold))
                if cold:
                    await self._job(cold)
            except StoreFailed:
                self._stop = Ending.NO_STORE
            if its_turn.is_lost:
                self._stop = Ending.NOT_ITS_TURN
            if self._stop is not None:
                return

    async def _job(self, contracts: Sequence[models.PolicyNumber]) -> None:
        outcomes = await self._outcomes(contracts)
        failed = {key: each for key, each in outcomes.items() if isinstance(each, SourceError)}
        lost = await self._lost(outcomes)
        self._again += [*lost, *(key for key, failure in failed.items() if failure.retryable)]
        in_vain = len(failed) + len(lost)
        self._show(computed=len(outcomes) - in_vain, failed=in_vain)
        self._failed_jobs = self._failed_jobs + 1 if in_vain == len(outcomes) else 0
        if self._failed_jobs == FAILED_JOBS:
            self._stop = Ending.NO_STORE if lost else Ending.ENGINE_FAILS
        else:
            await self.sleep(min(self.settings.pause_s * 2**self._failed_jobs, LONGEST_PAUSE_S))

    async def _outcomes(self, contracts: Sequence[models.PolicyNumber]) -> Outcomes:
        while True:
            outcomes = await self.cached.refresh(contracts, Call(Deadline.after(self.clock, self.settings.job_s)))
            closed = [each for each in outcomes if isinstance(each, SourceInMaintenance)]
            if not closed or not await self._waited_out(closed[0]):
                return dict(zip(contracts, outcomes, strict=True))

    async def _lost(self, outcomes: Outcomes) -> list[models.PolicyNumber]:
        """Return what was computed for nobody: a full store goes on answering, but takes nothing."""
        values = [key for key, each in outcomes.items() if isinstance(each, models.LifeValuation)]
        if not values:
            return []
        names = [self.cached.name(key) for key in values]
        looks = await self._stored(lambda: self.cache.store.shared.look(READ, names))
        lost = {key: name for key, name, look in zip(values, names, looks, strict=True) if look.kept is None}
        for name in lost.values():
            # Else this process would take its own copy for everybody's when they are tried again.
            self.cache.store.local.invalidate(name.entity)
        return list(lost)

    async def _waited_out(self, closed: SourceInMaintenance) -> bool:
        """Leave a closed engine alone until its end; False if that is too far away."""
        now = self.clock.now()
        until = closed.until if closed.until and closed.until > now else now + UNTOLD_END
        if until > self._began_at + LONGEST_MAINTENANCE:
            return False
        self._show(paused_until=until)
        await self.sleep((until - now).total_seconds())
        self._show()
        return True

    async def _stored(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the store, again for some minutes if it is away. Raises: ``StoreFailed``."""
        for failures in range(STORE_TRIES - 1):
            try:
                return await ask()
            except StoreFailed:
                await self.sleep(min(2**failures, LONGEST_PAUSE_S))
        return await ask()

    def _show(
        self,
        *,
        total: int = 0,
        fresh: int = 0,
        computed: int = 0,
        failed: int = 0,
        paused_until: datetime | None = None,
    ) -> None:
        now = self.progress
        self.progress = Progress(
            now.total + total, now.fresh + fresh, now.computed + computed, now.failed + failed, paused_until
        )
        self._tell(self.progress)


def batches(contracts: Sequence[models.PolicyNumber], size: int) -> Iterator[Sequence[models.PolicyNumber]]:
    """Yield contracts by jobs."""
    for start in range(0, len(contracts), size):
        yield contracts[start : start + size]

"""A warm-up over a real store, an engine that counts, a file that breaks when told to, and pauses that take no time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from domain import models
from domain.errors import NotFound, Source, SourceError, SourceUnavailable
from domain.ports import Call
from gateway.schedule.progress import Ending, Progress
from gateway.schedule.warm_up import WarmUp
from gateway.settings.sources import RedisSettings, WarmUpSettings
from gateway.sources.cached import Cached
from tests.unit.gateway.sources.caches import Process, WallClock, process
from tests.unit.gateway.sources.fakes import COMPUTED_AT

__all__ = ["DAY", "DOWN", "MORNING", "SETTINGS", "Bench", "bench", "numbers"]

DAY = date(2026, 1, 15)
MORNING = COMPUTED_AT.replace(hour=4)
SETTINGS = WarmUpSettings(batch=10, mornings=5, visits=2)
DOWN = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 503")


@dataclass(slots=True)
class Bench:
    """One warm-up and what it does. Each of ``breaks`` ends one reading of the file, behind ``rows_before`` rows."""

    one: Process
    clock: WallClock
    contracts: list[str] = field(default_factory=list)
    breaks: list[SourceError | NotFound] = field(default_factory=list)
    rows_before: int = 0
    slept_s: list[float] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)

    async def visit(self, visits: dict[str, int]) -> None:
        """Have contracts looked at on so many of the last mornings."""
        for back in range(1, max(visits.values()) + 1):
            self.clock.advance(days=-back)
            self.one.cache.visits.note(self.one.cached.name(key) for key, count in visits.items() if count >= back)
            self.clock.advance(days=back)
        await self.one.cache.visits.write_down()

    @asynccontextmanager
    async def nightly(self, day: date, _call: Call) -> AsyncIterator[AsyncIterator[models.PolicyNumber]]:
        """Open the file."""
        assert day == DAY
        yield self._rows(self.breaks.pop(0) if self.breaks else None)

    async def _rows(self, broken: SourceError | NotFound | None) -> AsyncIterator[models.PolicyNumber]:
        for number in self.contracts[: self.rows_before if broken else None]:
            yield models.PolicyNumber(number)
        if broken:
            raise broken

    async def sleep(self, seconds: float) -> None:
        """Note a pause instead of making it."""
        self.slept_s.append(seconds)
        self.clock.advance(seconds=seconds)
        await asyncio.sleep(0)

    def warm_up(self, settings: WarmUpSettings = SETTINGS, jobs_limit: int = 4, job_size: int = 25) -> WarmUp:
        cached = cast("Cached[models.PolicyNumber, models.LifeValuation]", self.one.cached)
        return WarmUp(cached, self.one.cache, self.nightly, settings, jobs_limit, job_size, self.clock, self.sleep)

    async def run(self, settings: WarmUpSettings = SETTINGS, jobs_limit: int = 4, job_size: int = 25) -> Ending:
        return await self.warm_up(settings, jobs_limit, job_size).run(DAY, self.told.append)


@asynccontextmanager
async def bench(redis: RedisSettings, contracts: Iterable[str] = ()) -> AsyncIterator[Bench]:
    clock = WallClock(MORNING)
    async with process(redis, clock=clock) as one:
        made = Bench(one, clock, list(contracts))
        if made.contracts:
            await made.visit(dict.fromkeys(made.contracts, 2))
        yield made


def numbers(count: int) -> list[str]:
    return [f"P{index}" for index in range(count)]

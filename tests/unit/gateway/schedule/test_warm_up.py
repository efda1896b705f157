"""Who is warmed, how hard the engine is pressed for it, and how a run goes on after it was broken off."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest

from dev.processes import Child
from domain import models
from domain.errors import NotFound, Source, SourceError, SourceGarbled, SourceInMaintenance, SourceUnavailable
from domain.ports import Call
from gateway.schedule.warm_up import FAILED_JOBS, LONGEST_PAUSE_S, Ending, Progress, WarmUp
from gateway.settings.sources import RedisSettings, WarmUpSettings
from gateway.sources.cached import Cached
from gateway.sources.clients import connected
from tests.unit.gateway.sources.caches import Process, WallClock, process, until
from tests.unit.gateway.sources.conftest import valkey_server
from tests.unit.gateway.sources.fakes import COMPUTED_AT, valuation

__all__ = ["valkey_server"]

DAY = date(2026, 1, 15)
MORNING = COMPUTED_AT.replace(hour=4)
SETTINGS = WarmUpSettings(batch=10, mornings=5, visits=2)
DOWN = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 503")


@pytest.fixture
async def redis_settings(valkey_server: tuple[Child, Path]) -> RedisSettings:
    """Settings for an empty server."""
    settings = RedisSettings(unix_socket_path=str(valkey_server[1]), timeout_s=5)
    async with connected(settings) as (client, _):
        await client.flushall()
    return settings


@dataclass(slots=True)
class Bench:
    """One warm-up and what it does."""

    one: Process
    clock: WallClock
    contracts: list[str] = field(default_factory=list)
    failure: Exception | None = None
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
        if isinstance(self.failure, NotFound):
            raise self.failure
        yield self._rows()

    async def _rows(self) -> AsyncIterator[models.PolicyNumber]:
        for number in self.contracts:
            yield models.PolicyNumber(number)
        if self.failure is not None:
            raise self.failure

    async def sleep(self, seconds: float) -> None:
        """Note a pause instead of making it."""
        self.slept_s.append(seconds)
        self.clock.advance(seconds=seconds)
        await asyncio.sleep(0)

    def warm_up(self, settings: WarmUpSettings = SETTINGS, jobs_limit: int = 4) -> WarmUp:
        cached = cast("Cached[models.PolicyNumber, models.LifeValuation]", self.one.cached)
        return WarmUp(cached, self.one.cache, self.nightly, settings, jobs_limit, self.clock, self.sleep)

    async def run(self, settings: WarmUpSettings = SETTINGS, jobs_limit: int = 4) -> Ending:
        return await self.warm_up(settings, jobs_limit).run(DAY, self.told.append)


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


async def test_those_who_come_back_are_warmed_the_most_frequent_first(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings) as made:
        made.contracts = ["P1", "P2", "P3", "P1", "P4", "P3"]
        await made.visit({"P1": 2, "P2": 1, "P3": 4, "P9": 5})
        assert await made.run() is Ending.DONE
        assert made.one.system.batches == [("P3", "P1")]
        assert made.told == [Progress(total=2), Progress(total=2, computed=2)]
        assert await made.one.ask("P1") == [valuation("P1")]
        assert len(made.one.system.batches) == 1


async def test_only_mornings_count_and_only_the_last_ones(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings) as made:
        made.contracts = ["P1", "P2"]
        for back, hour in ((1, 4), (2, 10), (3, 8), (8, 4), (9, 4)):
            made.clock.instant = MORNING.replace(hour=hour) - timedelta(days=back)
            made.one.cache.visits.note([made.one.cached.name("P1")])
        made.clock.instant = MORNING
        made.one.cache.visits.note([made.one.cached.name("P2")])
        await made.one.cache.visits.write_down()
        # Yesterday and three days ago at 7 and 11 in Moscow; 13 is no morning, and the others are too long ago.
        counts = await made.one.cache.visits.counted([made.one.cached.name(key) for key in ("P1", "P2")])
        assert counts == [2, 0]


async def test_whoever_reads_the_record_learns_nothing_of_whose_it_is(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, ["P10033148"]) as made:
        for name in await made.one.client.keys("*visits*"):
            (digest,) = await made.one.client.execute_command("SMEMBERS", name)
            assert len(digest) == 12
            assert 0 < await made.one.client.ttl(name) <= 9 * 86_400


async def test_a_second_run_computes_nothing(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(25)) as made:
        assert await made.run() is Ending.DONE
        assert [len(batch) for batch in made.one.system.batches] == [10, 10, 5]
        assert await made.run() is Ending.DONE
        assert len(made.one.system.batches) == 3
        assert made.told[-1] == Progress(total=25, fresh=25)


async def test_a_run_broken_off_is_gone_on_with(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(40)) as made:
        warm_up = made.warm_up()

        def stop(progress: Progress) -> None:
            if progress.computed == 20:
                running.cancel()

        running = asyncio.create_task(warm_up.run(DAY, stop))
        await asyncio.wait({running})
        assert running.cancelled()
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=40, fresh=20, computed=20)
        assert sorted(made.one.system.computations.values()) == [1] * 40


async def test_no_more_jobs_at_once_than_one_less_than_the_adapter_runs(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(60)) as made:
        made.one.system.gate.clear()
        running = asyncio.create_task(made.run(replace(SETTINGS, jobs=10), jobs_limit=3))
        await until(lambda: len(made.one.system.batches) == 2)
        await asyncio.sleep(0.1)
        assert len(made.one.system.batches) == 2
        made.one.system.gate.set()
        assert await running is Ending.DONE
        assert made.slept_s == [SETTINGS.pause_s] * 6


async def test_one_process_at_a_time(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made, process(redis_settings, clock=made.clock) as two:
        made.one.system.gate.clear()
        first = asyncio.create_task(made.run())
        await until(lambda: bool(made.one.system.batches))
        other = Bench(two, made.clock, made.contracts)
        assert await other.run() is Ending.NOT_ITS_TURN
        made.one.system.gate.set()
        assert await first is Ending.DONE
        assert await other.run() is Ending.DONE
        assert two.system.batches == []


async def test_without_a_file_or_a_store_there_is_nothing_to_do(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        made.failure = NotFound()
        assert await made.run() is Ending.NO_FILE
        made.failure = DOWN
        assert await made.run() is Ending.ENGINE_FAILS
        assert made.one.system.batches == []
    nowhere = RedisSettings(unix_socket_path="/nowhere.sock")
    async with process(nowhere, connects=False) as alone:
        assert await Bench(alone, WallClock(MORNING), numbers(5)).run() is Ending.NO_STORE


async def test_a_broken_file_still_names_contracts(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        made.failure = SourceGarbled(Source.LIFE_VALUATION, "nightly", "file is cut: no trailer")
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=5, computed=5)


async def test_the_end_of_a_maintenance_is_waited_for(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        end = made.clock.now() + timedelta(minutes=40)
        closed = SourceInMaintenance(Source.LIFE_VALUATION, "valuation_submit", end)
        made.one.system.answer = lambda key: closed if made.clock.now() < end else valuation(key)
        assert await made.run() is Ending.DONE
        assert made.slept_s[0] == 40 * 60
        assert made.told[-1] == Progress(total=5, computed=5)


async def test_an_engine_that_keeps_failing_is_left_alone_ever_longer_and_then_for_good(
    redis_settings: RedisSettings,
) -> None:
    async with bench(redis_settings, numbers(100)) as made:
        made.one.system.answer = lambda _: DOWN
        assert await made.run() is Ending.ENGINE_FAILS
        assert len(made.one.system.batches) == FAILED_JOBS
        assert made.slept_s == [min(0.5 * 2**failed, LONGEST_PAUSE_S) for failed in range(1, FAILED_JOBS + 1)]
        assert made.told[-1] == Progress(total=100, failed=50)


async def test_a_contract_that_fails_holds_up_no_other(redis_settings: RedisSettings) -> None:
    def answer(key: str) -> models.LifeValuation | SourceError:
        return DOWN if key == "P3" else valuation(key)

    async with bench(redis_settings, numbers(25)) as made:
        made.one.system.answer = answer
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=25, computed=24, failed=1)


async def test_no_more_are_warmed_than_allowed(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(50)) as made:
        assert await made.run(replace(SETTINGS, most=15)) is Ending.DONE
        assert [len(batch) for batch in made.one.system.batches] == [10, 5]
        assert math.isclose(sum(made.slept_s), 2 * SETTINGS.pause_s)

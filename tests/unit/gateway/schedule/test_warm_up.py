"""Who is warmed, and how hard the engine is pressed for it."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from datetime import timedelta

from domain import models
from domain.errors import Source, SourceError, SourceGarbled
from gateway.schedule.progress import Ending, Progress
from gateway.schedule.regulars import CHUNK
from gateway.settings.sources import RedisSettings
from tests.unit.gateway.schedule.warming import DOWN, MORNING, SETTINGS, bench, numbers
from tests.unit.gateway.sources.caches import until
from tests.unit.gateway.sources.fakes import valuation


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


async def test_a_contract_that_fails_holds_up_no_other(redis_settings: RedisSettings) -> None:
    def answer(key: str) -> models.LifeValuation | SourceError:
        return DOWN if key == "P3" else valuation(key)

    async with bench(redis_settings, numbers(25)) as made:
        made.one.system.answer = answer
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=25, computed=24, failed=1)
        # It is given one more chance, when all others have had theirs.
        assert [len(batch) for batch in made.one.system.batches] == [10, 10, 5, 1]


async def test_no_more_are_warmed_than_allowed(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(50)) as made:
        assert await made.run(replace(SETTINGS, most=15)) is Ending.DONE
        assert [len(batch) for batch in made.one.system.batches] == [10, 5]
        assert math.isclose(sum(made.slept_s), 2 * SETTINGS.pause_s)


async def test_a_job_is_no_larger_than_the_adapter_takes_in_one(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(10)) as made:
        assert await made.run(job_size=4) is Ending.DONE
        assert [len(batch) for batch in made.one.system.batches] == [4, 4, 2]


async def test_a_contract_far_apart_in_a_long_file_is_computed_once(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, ["P1"]) as made:
        made.contracts = ["P1", *numbers(CHUNK)[2:], "P0", "P1"]
        assert await made.run() is Ending.DONE
        assert made.one.system.batches == [("P1",)]


async def test_what_would_fail_again_is_not_tried_again(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        doubled = SourceGarbled(Source.LIFE_VALUATION, "valuation_poll", "doubled row")
        made.one.system.answer = lambda key: doubled if key == "P3" else valuation(key)
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=5, computed=4, failed=1)
        assert len(made.one.system.batches) == 1


async def test_where_nobody_comes_back_that_is_told(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings) as made:
        made.contracts = numbers(5)
        await made.visit({"P1": 1})
        assert await made.run() is Ending.NOBODY
        assert made.one.system.batches == []

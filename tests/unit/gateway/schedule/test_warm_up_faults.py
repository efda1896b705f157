"""What becomes of a run when the engine, the file, the store or the run itself breaks off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from domain.errors import NotFound, Source, SourceError, SourceGarbled, SourceInMaintenance, SourceTimeout
from gateway.schedule import warm_up
from gateway.schedule.progress import Ending, Progress
from gateway.schedule.turn import Turn, turn
from gateway.schedule.warm_up import FAILED_JOBS, FILE_TRIES, LONGEST_PAUSE_S, STORE_TRIES
from gateway.settings.sources import RedisSettings
from gateway.sources.store import Name, Store, StoreRefused, StoreUnreachable
from tests.unit.gateway.schedule.warming import DAY, DOWN, MORNING, Bench, bench, numbers
from tests.unit.gateway.sources.caches import WallClock, process, until
from tests.unit.gateway.sources.fakes import valuation

CUT = SourceGarbled(Source.LIFE_VALUATION, "nightly", "file is cut: no trailer")


async def test_a_run_broken_off_is_gone_on_with(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(40)) as made:
        interrupted = made.warm_up()

        def stop(progress: Progress) -> None:
            if progress.computed == 20:
                running.cancel()

        running = asyncio.create_task(interrupted.run(DAY, stop))
        await asyncio.wait({running})
        assert running.cancelled()
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=40, fresh=20, computed=20)
        assert sorted(made.one.system.computations.values()) == [1] * 40


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


async def test_who_lost_its_turn_stops_at_the_end_of_the_job(
    redis_settings: RedisSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[Turn] = []

    @asynccontextmanager
    async def watched(store: Store, name: Name) -> AsyncIterator[Turn | None]:
        async with turn(store, name) as taken:
            assert taken is not None
            turns.append(taken)
            yield taken

    monkeypatch.setattr(warm_up, "turn", watched)
    async with bench(redis_settings, numbers(50)) as made:
        made.one.system.gate.clear()
        running = asyncio.create_task(made.run())
        await until(lambda: bool(made.one.system.batches))
        turns[0].is_lost = True
        made.one.system.gate.set()
        assert await running is Ending.NOT_ITS_TURN
        assert len(made.one.system.batches) == 1


async def test_without_a_file_or_a_store_there_is_nothing_to_do(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        made.breaks = [NotFound()]
        assert await made.run() is Ending.NO_FILE
        made.breaks = [DOWN] * FILE_TRIES
        assert await made.run() is Ending.ENGINE_FAILS
        assert made.one.system.batches == []
    nowhere = RedisSettings(unix_socket_path="/nowhere.sock")
    async with process(nowhere, connects=False) as alone:
        assert await Bench(alone, WallClock(MORNING), numbers(5)).run() is Ending.NO_STORE


@pytest.mark.parametrize("broken", [CUT, DOWN, SourceTimeout(Source.LIFE_VALUATION, "nightly", "slow")])
async def test_a_file_that_breaks_off_is_read_again(redis_settings: RedisSettings, broken: SourceError) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        made.breaks, made.rows_before = [broken] * (FILE_TRIES - 1), 3
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=5, computed=5)


@pytest.mark.parametrize("broken", [CUT, DOWN])
async def test_a_file_that_stays_broken_still_names_contracts_and_that_is_told(
    redis_settings: RedisSettings, broken: SourceError
) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        made.breaks, made.rows_before = [broken] * FILE_TRIES, 3
        assert await made.run() is Ending.PART_OF_FILE
        assert made.told[-1] == Progress(total=3, computed=3)


async def test_the_end_of_a_maintenance_is_waited_for_before_the_file_is_read(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        end = made.clock.now() + timedelta(minutes=40)
        made.breaks = [SourceInMaintenance(Source.LIFE_VALUATION, "nightly", end)]
        assert await made.run() is Ending.DONE
        assert made.slept_s[0] == 40 * 60
        assert made.told[0] == Progress(paused_until=end)


async def test_the_end_of_a_maintenance_is_waited_for(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        end = made.clock.now() + timedelta(minutes=40)
        closed = SourceInMaintenance(Source.LIFE_VALUATION, "valuation_submit", end)
        made.one.system.answer = lambda key: closed if made.clock.now() < end else valuation(key)
        assert await made.run() is Ending.DONE
        assert made.slept_s[0] == 40 * 60
        assert Progress(total=5, paused_until=end) in made.told
        assert made.told[-1] == Progress(total=5, computed=5)


@pytest.mark.parametrize("told", [True, False])
async def test_a_maintenance_that_goes_on_or_tells_no_end_is_waited_out_too(
    redis_settings: RedisSettings, *, told: bool
) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        began, end = made.clock.now(), made.clock.now() + timedelta(minutes=40)
        closed = SourceInMaintenance(Source.LIFE_VALUATION, "valuation_submit", began if told else None)
        made.one.system.answer = lambda key: closed if made.clock.now() < end else valuation(key)
        assert await made.run() is Ending.DONE
        assert made.slept_s[:40] == [60.0] * 40
        assert made.told[-1] == Progress(total=5, computed=5)


async def test_a_maintenance_of_the_whole_morning_is_not_waited_for(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:
        end = made.clock.now() + timedelta(hours=9)
        made.one.system.answer = lambda _: SourceInMaintenance(Source.LIFE_VALUATION, "valuation_submit", end)
        await made.run()
        assert sum(made.slept_s) < 3600
        assert made.told[-1] == Progress(total=5, failed=5)


async def test_an_engine_that_keeps_failing_is_left_alone_ever_longer_and_then_for_good(
    redis_settings: RedisSettings,
) -> None:
    async with bench(redis_settings, numbers(100)) as made:
        made.one.system.answer = lambda _: DOWN
        assert await made.run() is Ending.ENGINE_FAILS
        assert len(made.one.system.batches) == FAILED_JOBS
        assert made.slept_s == [min(0.5 * 2**failed, LONGEST_PAUSE_S) for failed in range(1, FAILED_JOBS)]
        assert made.told[-1] == Progress(total=100, failed=100)


async def test_what_failed_while_the_engine_was_down_for_a_while_is_computed_at_the_end(
    redis_settings: RedisSettings,
) -> None:
    async with bench(redis_settings, numbers(50)) as made:
        made.one.system.answer = lambda key: DOWN if len(made.one.system.batches) <= 2 else valuation(key)
        assert await made.run() is Ending.DONE
        assert Progress(total=50, failed=20) in made.told
        assert made.told[-1] == Progress(total=50, computed=50)


async def test_a_store_that_is_away_for_a_moment_is_waited_for(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(25)) as made:
        asked = 0

        async def away() -> None:
            nonlocal asked
            asked += 1
            if asked <= 3:
                raise StoreUnreachable("gone")

        made.one.tamper().before["look"] = away
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=25, computed=25)
        assert sorted(made.one.system.computations.values()) == [1] * 25


async def test_nothing_is_computed_for_a_store_that_stays_away(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(25)) as made:

        async def away() -> None:
            raise StoreUnreachable("gone")

        made.one.tamper().before["look"] = away
        assert await made.run() is Ending.NO_STORE
        assert len(made.slept_s) == STORE_TRIES - 1
        assert made.one.system.batches == []


async def test_what_a_full_store_does_not_take_is_not_counted_as_warm(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(10 * FAILED_JOBS + 50)) as made:

        async def full() -> None:
            raise StoreRefused("OutOfMemoryError")

        made.one.tamper().before["keep"] = full
        assert await made.run() is Ending.NO_STORE
        assert len(made.one.system.batches) == FAILED_JOBS
        assert made.told[-1] == Progress(total=10 * FAILED_JOBS + 50, failed=10 * FAILED_JOBS)


async def test_what_the_store_did_not_take_for_a_while_is_computed_again_at_the_end(
    redis_settings: RedisSettings,
) -> None:
    async with bench(redis_settings, numbers(25)) as made:

        async def full() -> None:
            if len(made.one.system.batches) == 1:
                raise StoreRefused("OutOfMemoryError")

        made.one.tamper().before["keep"] = full
        assert await made.run() is Ending.DONE
        assert made.told[-1] == Progress(total=25, computed=25)
        assert [len(batch) for batch in made.one.system.batches] == [10, 10, 5, 10]
        async with process(redis_settings, clock=made.clock) as other:
            await other.ask(*numbers(25))
            assert other.system.batches == []


async def test_a_run_that_was_done_is_done_though_the_store_is_away_at_its_end(redis_settings: RedisSettings) -> None:
    async with bench(redis_settings, numbers(5)) as made:

        async def away() -> None:
            raise StoreUnreachable("gone")

        made.one.tamper().before["tell"] = away
        assert await made.run() is Ending.DONE

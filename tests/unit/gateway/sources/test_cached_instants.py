"""Who names an instant is shown nothing from before it, unless the source fails, and then as stale."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain import models
from domain.clock import Deadline
from domain.errors import Source, SourceUnavailable
from domain.ports import MISSING, Call, Outcome
from gateway.settings.sources import RedisSettings
from tests.unit.gateway.sources.caches import Process, WallClock, process, until
from tests.unit.gateway.sources.fakes import COMPUTED_AT, LifeSystem, valuation

DOWN = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 503")


async def ask(
    one: Process, *keys: str, since: datetime, within_s: float = 20
) -> Sequence[Outcome[models.LifeValuation]]:
    return await one.cached(keys, Call(Deadline.after(one.clock, within_s), not_older_than=since))


def dated(system: LifeSystem, clock: WallClock) -> LifeSystem:
    """Have valuations say when they were computed."""
    system.answer = lambda key: replace(valuation(key), as_of=clock.now())
    return system


def made(number: str, at: datetime, *, stale: bool = False) -> models.LifeValuation:
    return replace(valuation(number), as_of=at, stale=stale)


async def test_what_was_computed_before_the_instant_is_computed_anew_once(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, system=dated(LifeSystem(), clock)) as one:
        one.system.gate.set()
        await one.ask("P1", "P2")
        clock.advance(microseconds=1)
        for _ in range(3):
            assert await ask(one, "P1", since=clock.now()) == [made("P1", clock.now())]
        assert await ask(one, "P2", since=COMPUTED_AT) == [made("P2", COMPUTED_AT)]
        assert one.system.batches == [("P1", "P2"), ("P1",)]
        assert one.counts.answers == {"computed": 3, "fresh": 3}


async def test_a_contract_that_was_missing_before_the_instant_is_asked_for_again(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock) as one:
        one.system.answer = lambda _: MISSING
        assert await one.ask("P1") == [MISSING]
        one.system.answer = valuation
        assert await ask(one, "P1", since=COMPUTED_AT) == [MISSING]
        assert await ask(one, "P1", since=COMPUTED_AT + timedelta(seconds=1)) == [valuation("P1")]


async def test_an_older_value_is_shown_as_stale_only_after_the_source_was_asked_and_failed(
    redis_settings: RedisSettings,
) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, system=dated(LifeSystem(), clock)) as one:
        one.system.gate.set()
        await one.ask("P1")
        clock.advance(seconds=1000)
        one.system.answer = lambda _: DOWN
        for asked in range(2, 5):
            # Each of them tries, though others are content with what there is for a while after a failure.
            assert await ask(one, "P1", since=clock.now()) == [made("P1", COMPUTED_AT, stale=True)]
            assert len(one.system.batches) == asked
        assert one.counts.answers == {"computed": 1, "rescued": 3}


async def test_an_older_value_is_shown_as_stale_when_the_source_does_not_answer(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock) as one:
        await one.ask("P1")
        clock.advance(seconds=1)
        one.system.gate.clear()
        call = Call(Deadline.after(clock, 5), not_older_than=clock.now())
        assert await one.cached(["P1"], call) == [replace(valuation("P1"), stale=True)]
        assert call.deadline.remaining_s() > 0
        one.system.gate.set()


async def test_a_computation_that_began_before_the_instant_is_waited_out_and_one_more_serves_all_who_came_since(
    redis_settings: RedisSettings,
) -> None:
    clock = WallClock(COMPUTED_AT)
    system = dated(LifeSystem(), clock)
    async with (
        process(redis_settings, clock=clock, system=system) as one,
        process(redis_settings, clock=clock, system=system) as two,
    ):
        before = [asyncio.create_task(each.ask("P1")) for each in (one, two)]
        await until(lambda: bool(system.batches))
        clock.advance(seconds=1)
        since = clock.now()
        system.answer = lambda key: made(key, COMPUTED_AT if len(system.batches) == 1 else since)
        after = [asyncio.create_task(ask(each, "P1", since=since)) for each in (one, two) for _ in range(20)]
        await until(lambda: len(two.cache.announcements.expected) == 1)
        system.gate.set()
        assert await asyncio.gather(*before) == [[made("P1", COMPUTED_AT)]] * 2
        assert await asyncio.gather(*after) == [[made("P1", since)]] * 40
        assert system.batches == [("P1",), ("P1",)]


async def test_a_value_without_bytes_is_taken_only_from_ones_own_computation(redis_settings: RedisSettings) -> None:
    odd = models.PolicyNumber("\ud800")
    async with process(redis_settings, clock=WallClock(COMPUTED_AT), system=LifeSystem()) as one:
        one.system.answer = lambda key: replace(valuation(key), number=odd)
        before = asyncio.create_task(one.ask("P1"))
        await until(lambda: bool(one.system.batches))
        after = asyncio.create_task(ask(one, "P1", since=COMPUTED_AT))
        await asyncio.sleep(0)
        one.system.gate.set()
        assert await before == await after == [replace(valuation("P1"), number=odd)]
        assert one.system.batches == [("P1",), ("P1",)]


async def test_the_source_is_told_the_instant_too(redis_settings: RedisSettings) -> None:
    calls: list[Call] = []

    async def read(keys: Sequence[str], call: Call) -> Sequence[Outcome[models.LifeValuation]]:
        calls.append(call)
        return [valuation(key) for key in keys]

    async with process(redis_settings, clock=WallClock(COMPUTED_AT)) as one:
        one.cached.parts.computing.read = read
        await ask(one, "P1", since=COMPUTED_AT)
        assert [call.not_older_than for call in calls] == [COMPUTED_AT]

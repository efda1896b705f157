"""Several processes over one store: one computation each, told and not polled; leases, fences and invalidations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain import models
from domain.errors import Source, SourceInMaintenance, SourceUnavailable
from gateway.settings.sources import RedisSettings
from gateway.sources.announcements import Told
from gateway.sources.entries import Entry, sealed
from gateway.sources.freshness import CachePolicy
from gateway.sources.naming import Tag
from gateway.sources.store import StoreFailed
from tests.unit.gateway.sources.caches import CODEC, POLICY, SETTINGS, Process, WallClock, process, until
from tests.unit.gateway.sources.fakes import COMPUTED_AT, LifeSystem, valuation

DOWN = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 503", retry_after_s=7)


def level(key: str, value: int) -> models.LifeValuation:
    return replace(valuation(key), current_level=Decimal(value))


def giving(value: int, *, held: bool = False) -> LifeSystem:
    """A system that computes one level; ``held`` until its gate is opened."""
    system = LifeSystem(answer=lambda key: level(key, value))
    if not held:
        system.gate.set()
    return system


@asynccontextmanager
async def processes(count: int, redis: RedisSettings, system: LifeSystem, **how: Any) -> AsyncIterator[list[Process]]:
    """Several processes in front of one system."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(process(redis, system=system, **how)) for _ in range(count)]


async def begun(system: LifeSystem, batches: int = 1) -> None:
    """Wait until a computation is on its way."""
    await until(lambda: len(system.batches) >= batches)


async def waited_for(one: Process, entries: int = 1) -> None:
    """Wait until somebody in the process waits for entries, and has asked for all the leases that it wants."""
    await until(lambda: len(one.cache.announcements.expected) >= entries)
    await asyncio.sleep(0.05)


async def commands(one: Process) -> dict[str, int]:
    """Return what the server was asked since the last reset, by command."""
    stats = await one.client.info("commandstats")
    return {name.removeprefix("cmdstat_"): each["calls"] for name, each in stats.items()}


async def test_hundreds_of_readers_of_several_processes_cost_one_computation(redis_settings: RedisSettings) -> None:
    system = giving(1, held=True)
    async with processes(4, redis_settings, system) as four:
        readers = [asyncio.create_task(four[index % 4].ask("P1", "P2")) for index in range(400)]
        await begun(system)
        for one in four:
            await waited_for(one, 2)
        system.gate.set()
        assert all(answer == [level("P1", 1), level("P2", 1)] for answer in await asyncio.gather(*readers))
        assert system.batches == [("P1", "P2")]
        counted = sum((one.counts.answers for one in four), start=four[0].counts.answers.__class__())
        # On a busy machine some come late and find it there.
        assert (counted["computed"], counted["waited"] + counted["fresh"]) == (2, 798)


async def test_overlapping_batches_compute_what_is_theirs_and_wait_for_the_rest(redis_settings: RedisSettings) -> None:
    system = giving(1, held=True)
    async with processes(2, redis_settings, system) as (one, two):
        first = asyncio.create_task(one.ask("P1", "P2"))
        await begun(system)
        second = asyncio.create_task(two.ask("P2", "P3"))
        await begun(system, 2)
        system.gate.set()
        assert await first == [level("P1", 1), level("P2", 1)]
        assert await second == [level("P2", 1), level("P3", 1)]
        assert system.batches == [("P1", "P2"), ("P3",)]


async def test_who_waits_is_told_and_does_not_ask_again(redis_settings: RedisSettings) -> None:
    system = giving(1, held=True)
    slow: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=60)
    async with processes(2, redis_settings, system, policy=slow) as (one, two):
        first = asyncio.create_task(one.ask("P1"))
        await begun(system)
        await one.client.config_resetstat()
        others = [asyncio.create_task(two.ask("P1")) for _ in range(50)]
        await waited_for(two)
        await asyncio.sleep(1)
        asked = await commands(one)
        # Each looked once and asked for the lease once, then heard nothing and said nothing.
        assert (asked["mget"], asked["eval"]) == (50, 50)
        system.gate.set()
        await asyncio.gather(first, *others)
        asked = await commands(one)
        assert (asked["mget"], asked["eval"], asked["publish"]) == (50, 51, 1)


async def test_a_failure_is_told_to_all_who_wait(redis_settings: RedisSettings) -> None:
    system = LifeSystem(answer=lambda _: DOWN)
    async with processes(3, redis_settings, system) as three:
        readers = [asyncio.create_task(three[index % 3].ask("P1")) for index in range(90)]
        await begun(system)
        for one in three:
            await waited_for(one)
        system.gate.set()
        outcomes = [outcome for (outcome,) in await asyncio.gather(*readers)]
        assert system.batches == [("P1",)]
        for outcome in outcomes:
            assert isinstance(outcome, SourceUnavailable)
            assert (outcome.detail, outcome.retryable, outcome.retry_after_s) == ("HTTP 503", True, 7)
        # Who computed it gets the failure itself, of which more can be told than of a copy.
        assert sum(outcome is DOWN for outcome in outcomes) == 30


async def test_maintenance_is_told_with_its_end_and_outlived_by_old_values(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    system = giving(1)
    async with processes(2, redis_settings, system, clock=clock) as (one, two):
        await one.ask("P1")
        closed = SourceInMaintenance(Source.LIFE_VALUATION, "valuation_submit", COMPUTED_AT)
        system.answer = lambda _: closed
        clock.advance(hours=5)
        for each in (one, two):
            assert await each.ask("P1") == [replace(level("P1", 1), stale=True)]
            (cold,) = await each.ask("P2")
            assert isinstance(cold, SourceInMaintenance)
            assert cold.until == COMPUTED_AT
        assert sorted(system.batches) == [("P1",), ("P1",), ("P2",), ("P2",)]


async def test_one_revalidation_across_processes(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    system = giving(1)
    async with processes(3, redis_settings, system, clock=clock) as three:
        await three[0].ask("P1")
        clock.advance(seconds=1000)
        system.gate.clear()
        system.answer = lambda key: level(key, 2)
        shown = await asyncio.gather(*(one.ask("P1") for one in three for _ in range(20)))
        assert all(answer == [replace(level("P1", 1), stale=True)] for answer in shown)
        await begun(system, 2)
        system.gate.set()
        for one in three:
            await one.cached.parts.revalidating.settled()
        assert [await one.ask("P1") for one in three] == [[level("P1", 2)]] * 3
        assert system.batches == [("P1",), ("P1",)]
        assert sum(one.counts.revalidations for one in three) == 1


async def test_a_computation_longer_than_its_lease_keeps_it(redis_settings: RedisSettings) -> None:
    system = giving(1, held=True)
    short: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=1.5)
    async with processes(2, redis_settings, system, policy=short) as (one, two):
        readers = [asyncio.create_task(each.ask("P1")) for each in (one, two)]
        await asyncio.sleep(2.5)
        system.gate.set()
        await asyncio.gather(*readers)
        assert system.batches == [("P1",)]
        assert one.counts.takeovers + two.counts.takeovers == 0


async def test_a_process_that_stops_hands_over_at_once(redis_settings: RedisSettings) -> None:
    old, new = giving(1, held=True), giving(2)
    slow: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=60)
    async with process(redis_settings, system=new, policy=slow) as two:
        async with process(redis_settings, system=old, policy=slow) as one:
            asked = asyncio.create_task(one.ask("P1"))
            await begun(old)
            waiting = asyncio.create_task(two.ask("P1"))
            await waited_for(two)
            asked.cancel()
        assert await waiting == [level("P1", 2)]
        assert (old.cancelled, new.batches, two.counts.takeovers) == (1, [("P1",)], 0)


async def never() -> None:
    """Stand still, as a process that was killed."""
    await asyncio.Event().wait()


async def test_a_dead_holder_costs_one_lease(redis_settings: RedisSettings) -> None:
    old, new = giving(1), giving(2)
    short: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=0.3)
    async with (
        process(redis_settings, system=old, policy=short) as one,
        process(redis_settings, system=new, policy=short) as two,
    ):
        one.tamper().before.update(renew=never, keep=never)
        asked = asyncio.create_task(one.ask("P1"))
        await begun(old)
        readers = [asyncio.create_task(two.ask("P1")) for _ in range(20)]
        assert await asyncio.gather(*readers) == [[level("P1", 2)]] * 20
        assert (new.batches, two.counts.takeovers) == ([("P1",)], 1)
        assert await asked == [level("P1", 2)]


async def test_a_late_holder_does_not_overwrite_what_is_newer(redis_settings: RedisSettings) -> None:
    old, new = giving(1), giving(2)
    short: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=0.2)
    async with (
        process(redis_settings, system=old, policy=short) as one,
        process(redis_settings, system=new, policy=short) as two,
    ):
        awake = asyncio.Event()

        async def late() -> None:
            await awake.wait()

        one.tamper().before.update(renew=never, keep=late)
        asked = asyncio.create_task(one.ask("P1"))
        await begun(old)
        assert await two.ask("P1") == await asked == [level("P1", 2)]
        awake.set()
        await until(lambda: bool(one.counts.verdicts))
        assert one.counts.verdicts == {"outdated": 1}
        for each in (one, two):
            assert await each.ask("P1") == [level("P1", 2)]


async def test_a_deaf_process_finds_out_when_the_lease_ends(redis_settings: RedisSettings) -> None:
    system = giving(1, held=True)
    short: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=1.5)
    async with (
        process(redis_settings, system=system, policy=short) as one,
        process(redis_settings, system=system, policy=short, deaf=True) as deaf,
    ):
        asked = asyncio.create_task(one.ask("P1"))
        await begun(system)
        waiting = asyncio.create_task(deaf.ask("P1"))
        await waited_for(deaf)
        system.gate.set()
        assert await asked == await waiting == [level("P1", 1)]
        assert system.batches == [("P1",)]


async def test_who_was_cut_off_looks_again_when_it_hears_again(redis_settings: RedisSettings) -> None:
    system = giving(1, held=True)
    slow: CachePolicy[models.LifeValuation] = replace(POLICY, lease_s=60)
    async with processes(2, redis_settings, system, policy=slow) as (one, two):
        asked = asyncio.create_task(one.ask("P1"))
        await begun(system)
        waiting = asyncio.create_task(two.ask("P1"))
        await waited_for(two)
        await one.client.execute_command("CLIENT", "KILL", "TYPE", "PUBSUB")
        system.gate.set()
        assert await asked == await waiting == [level("P1", 1)]
        assert system.batches == [("P1",)]


async def test_an_entry_made_between_look_and_lease_is_not_made_again(redis_settings: RedisSettings) -> None:
    system = giving(1)
    async with processes(2, redis_settings, system) as (one, two):
        tampered = two.tamper()

        async def overtaken() -> None:
            tampered.after.clear()
            await one.ask("P1")

        tampered.after["look"] = overtaken
        assert await two.ask("P1") == [level("P1", 1)]
        assert system.batches == [("P1",)]


async def test_who_is_told_of_an_entry_that_is_old_already_takes_it(redis_settings: RedisSettings) -> None:
    policy = replace(POLICY, fresh_until=lambda computed_at: computed_at)
    async with processes(2, redis_settings, giving(1), policy=policy) as (one, two):

        async def overtaken() -> None:
            await two.refresh("P1")
            await until(lambda: not one.cache.announcements.expected)

        one.tamper().before["lease"] = overtaken
        assert await one.refresh("P1") == [level("P1", 1)]
        assert one.counts.answers == {"waited": 1}


async def test_what_is_told_by_an_outdated_holder_is_no_answer(redis_settings: RedisSettings) -> None:
    system = giving(2, held=True)
    async with processes(1, redis_settings, system) as (one,):
        reader = asyncio.create_task(one.ask("P1"))
        await begun(system)
        await waited_for(one)
        old = sealed(CODEC, Entry(COMPUTED_AT, level("P1", 1)))
        one.cache.announcements.tell(one.cached.name("P1").entry, Told(1, old))
        await waited_for(one)
        system.gate.set()
        assert await reader == [level("P1", 2)]


async def test_an_invalidated_value_is_gone_everywhere(redis_settings: RedisSettings) -> None:
    system = giving(1)
    async with processes(2, redis_settings, system) as (one, two):
        await one.ask("P1", "P2")
        await two.ask("P1", "P2")
        system.answer = lambda key: level(key, 2)
        await one.invalidate("P1")
        assert await two.ask("P1", "P2") == [level("P1", 2), level("P2", 1)]
        assert await one.ask("P1", "P2") == [level("P1", 2), level("P2", 1)]


async def test_another_edition_hears_of_an_invalidation_too(redis_settings: RedisSettings) -> None:
    async with (
        process(redis_settings, system=giving(1)) as one,
        process(redis_settings, system=giving(2), policy=replace(POLICY, edition=2)) as two,
    ):
        await one.ask("P1")
        await two.ask("P1")
        two.system.answer = lambda key: level(key, 3)
        await one.invalidate("P1")
        assert await two.ask("P1") == [level("P1", 3)]


@pytest.mark.parametrize("invalidated_by_the_holder", [True, False])
async def test_what_was_being_computed_when_it_was_invalidated_is_not_kept(
    redis_settings: RedisSettings, *, invalidated_by_the_holder: bool
) -> None:
    system = giving(1, held=True)
    async with processes(2, redis_settings, system) as (one, two):
        early = asyncio.create_task(one.ask("P1"))
        await begun(system)
        waiting = asyncio.create_task(two.ask("P1"))
        await waited_for(two)
        old_gate, system.gate = system.gate, asyncio.Event()
        await (one if invalidated_by_the_holder else two).invalidate("P1")
        system.answer = lambda key: level(key, 1)
        later = asyncio.create_task(two.ask("P1"))
        # Who comes after the invalidation does not wait for what was begun before it.
        await begun(system, 2)
        old_gate.set()
        await asyncio.sleep(0.05)
        assert not later.done()
        system.answer = lambda key: level(key, 2)
        system.gate.set()
        assert await later == [level("P1", 2)]
        assert await early == await waiting == [level("P1", 2)]
        assert (system.batches, one.counts.verdicts["outdated"]) == ([("P1",), ("P1",)], 1)
        assert await one.ask("P1") == [level("P1", 2)]


async def test_an_invalidation_nobody_else_hears_of_is_an_error(redis_settings: RedisSettings) -> None:
    async with process(redis_settings, settings=replace(SETTINGS, prefix="lost")) as one:
        await one.ask("P1")

        async def gone() -> None:
            raise StoreFailed("TimeoutError")

        one.tamper().before["invalidate"] = gone
        with pytest.raises(StoreFailed):
            await one.invalidate("P1")
        assert one.counts.failures == {"invalidate": 1}


async def test_things_of_another_kind_are_not_concerned(redis_settings: RedisSettings) -> None:
    async with process(redis_settings, system=giving(1)) as one:
        await one.ask("P1")
        await one.cache.invalidate([Tag("client", "P1")])
        await one.ask("P1")
        assert one.system.batches == [("P1",)]

"""What one process answers, computes and keeps as time goes by; the store is a real one."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from domain import models
from domain.clock import Deadline
from domain.errors import Source, SourceError, SourceGarbled, SourceTimeout, SourceUnavailable
from domain.ports import MISSING, Call, Outcome
from gateway.settings.declaring import Secret
from gateway.settings.sources import RedisSettings
from gateway.sources.freshness import CachePolicy
from gateway.sources.store import Name
from tests.unit.gateway.sources.caches import CODEC, POLICY, SETTINGS, WallClock, process
from tests.unit.gateway.sources.fakes import COMPUTED_AT, LifeSystem, valuation

GARBLED = SourceGarbled(Source.LIFE_VALUATION, "valuation_poll", "doubled row")
DOWN = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 503")


def numbered(system: LifeSystem) -> LifeSystem:
    """Have each computation give another level, so that values can be told apart."""
    system.answer = lambda key: level(key, len(system.batches))
    system.gate.set()
    return system


def level(key: str, value: int) -> models.LifeValuation:
    return replace(valuation(key), current_level=Decimal(value))


def stale(key: str, value: int) -> models.LifeValuation:
    return replace(level(key, value), stale=True)


def failure(outcome: Outcome[models.LifeValuation]) -> tuple[type, str]:
    assert isinstance(outcome, SourceError)
    return type(outcome), outcome.detail


async def test_the_second_look_asks_nothing_upstream(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        assert await one.ask("P1", "P2", "P1") == [valuation("P1"), valuation("P2"), valuation("P1")]
        assert await one.ask("P2", "P1") == [valuation("P2"), valuation("P1")]
        assert one.system.batches == [("P1", "P2")]
        assert one.counts.answers == {"computed": 2, "fresh": 2}
        assert one.counts.verdicts == {"value": 2}


async def test_only_unknown_keys_go_upstream_in_one_call(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        await one.ask("P2")
        assert await one.ask("P1", "P2", "P3") == [valuation("P1"), valuation("P2"), valuation("P3")]
        assert one.system.batches == [("P2",), ("P1", "P3")]


async def test_an_empty_batch_asks_nobody(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        assert await one.ask() == []
        assert (one.system.batches, await one.client.dbsize()) == ([], 0)


async def test_a_failure_is_told_and_never_kept(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        one.system.answer = lambda key: GARBLED if key == "P1" else valuation(key)
        failed, known = await one.ask("P1", "P2")
        assert (failure(failed), known) == ((SourceGarbled, "doubled row"), valuation("P2"))
        one.system.answer = valuation
        assert await one.ask("P1", "P2") == [valuation("P1"), valuation("P2")]
        assert one.system.batches == [("P1", "P2"), ("P1",)]
        assert one.counts.answers == {"error": 1, "computed": 2, "fresh": 1}


async def test_a_missing_contract_is_remembered_shortly_and_never_shown_as_stale(
    redis_settings: RedisSettings,
) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock) as one:
        one.system.answer = lambda _: MISSING
        assert await one.ask("P1") == [MISSING]
        clock.advance(seconds=59)
        assert await one.ask("P1") == [MISSING]
        assert len(one.system.batches) == 1
        clock.advance(seconds=1)
        one.system.answer = lambda _: DOWN
        (failed,) = await one.ask("P1")
        assert failure(failed) == (SourceUnavailable, "HTTP 503")


async def test_missing_contracts_need_not_be_remembered(redis_settings: RedisSettings) -> None:
    async with process(redis_settings, policy=replace(POLICY, missing_s=0)) as one:
        one.system.answer = lambda _: MISSING
        assert await one.ask("P1") == [MISSING]
        assert await one.client.dbsize() == 0


async def test_a_stale_value_is_shown_at_once_while_one_new_one_is_computed(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, system=numbered(LifeSystem())) as one:
        await one.ask("P1")
        clock.advance(seconds=899)
        assert await one.ask("P1") == [level("P1", 1)]
        clock.advance(seconds=1)
        one.system.gate.clear()
        for _ in range(20):
            assert await one.ask("P1") == [stale("P1", 1)]
        one.system.gate.set()
        await one.cached.parts.revalidating.settled()
        assert await one.ask("P1") == [level("P1", 2)]
        assert one.system.batches == [("P1",), ("P1",)]
        assert one.counts.answers == {"computed": 1, "fresh": 2, "stale": 20}
        assert one.counts.revalidations == 1


async def test_a_failed_revalidation_is_not_tried_again_at_once(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, policy=replace(POLICY, retry_s=2)) as one:
        await one.ask("P1")
        clock.advance(seconds=1000)
        one.system.answer = lambda _: DOWN
        for _ in range(20):
            (shown,) = await one.ask("P1")
            assert isinstance(shown, models.LifeValuation)
            assert (shown.stale, shown.as_of) == (True, COMPUTED_AT)
            await one.cached.parts.revalidating.settled()
        assert len(one.system.batches) == 2
        await asyncio.sleep(2.1)
        one.system.answer = valuation
        await one.ask("P1")
        await one.cached.parts.revalidating.settled()
        assert await one.ask("P1") == [valuation("P1")]


async def test_a_source_that_asks_for_more_time_gets_it(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, policy=replace(POLICY, retry_s=0.1)) as one:
        await one.ask("P1")
        clock.advance(seconds=1000)
        busy = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 429", retry_after_s=40)
        one.system.answer = lambda _: busy
        await one.ask("P1")
        await one.cached.parts.revalidating.settled()
        (rest,) = await one.client.keys("*:rest")
        assert 39_000 < await one.client.pttl(rest) <= 40_000


async def test_an_old_value_is_shown_when_no_new_one_can_be_had(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock) as one:
        await one.ask("P1")
        clock.advance(seconds=900 + 3600)
        one.system.answer = lambda _: DOWN
        assert await one.ask("P1") == [replace(valuation("P1"), stale=True)]
        # And the source is left in peace for a while.
        assert await one.ask("P1") == [replace(valuation("P1"), stale=True)]
        assert len(one.system.batches) == 2
        assert one.counts.answers == {"computed": 1, "rescued": 2}
        clock.advance(seconds=86_400)
        (failed,) = await one.ask("P1")
        assert failure(failed) == (SourceUnavailable, "HTTP 503")


async def test_with_an_old_value_in_hand_a_call_gives_a_slow_source_half_of_its_time(
    redis_settings: RedisSettings,
) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock) as one:
        await one.ask("P1")
        clock.advance(seconds=900 + 3600)
        one.system.gate.clear()
        call = Call(Deadline.after(clock, 2))
        assert await one.cached(["P1"], call) == [replace(valuation("P1"), stale=True)]
        assert call.deadline.remaining_s() > 0
        one.system.gate.set()


async def test_a_value_that_is_only_old_is_computed_anew(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, system=numbered(LifeSystem())) as one:
        await one.ask("P1")
        clock.advance(seconds=900 + 3600)
        assert await one.ask("P1") == [level("P1", 2)]


async def test_a_refresh_takes_nothing_that_is_not_fresh(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, system=numbered(LifeSystem())) as one:
        await one.ask("P1")
        assert await one.refresh("P1") == [level("P1", 1)]
        clock.advance(seconds=1000)
        assert await one.refresh("P1") == [level("P1", 2)]
        clock.advance(seconds=1000)
        assert await one.cached.not_fresh(one.cache.store, ["P1", "P2"]) == ["P1", "P2"]
        one.system.answer = lambda _: DOWN
        assert await one.refresh("P1") == [DOWN]
        assert await one.ask("P1") == [stale("P1", 2)]


async def test_a_shorter_time_after_a_change_of_settings_holds_for_old_entries_too(
    redis_settings: RedisSettings,
) -> None:
    async with process(redis_settings) as one:
        await one.ask("P1")
    never: CachePolicy[models.LifeValuation] = replace(POLICY, fresh_until=lambda at: at, revalidate_s=0, keep_s=0.0)
    async with process(redis_settings, policy=never) as two:
        await two.ask("P1")
        assert two.system.batches == [("P1",)]


async def test_an_entry_from_a_clock_that_runs_ahead_is_not_believed(redis_settings: RedisSettings) -> None:
    clock = WallClock(COMPUTED_AT)
    async with process(redis_settings, clock=clock, system=numbered(LifeSystem())) as one:
        clock.advance(days=400)
        await one.ask("P1")
        clock.advance(days=-400)
        assert await one.ask("P1") == [level("P1", 2)]


async def test_a_name_shows_the_product_and_hides_the_contract(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        await one.ask("P10033148")
        (name,) = await one.client.keys("*")
        prefix, tag, digest, read, version = (name if isinstance(name, str) else name.decode()).split(":")
        assert (prefix, tag, read, version) == ("test", "life_contract", "life_valuations", f"1.{CODEC.fingerprint}")
        assert len(digest) == 64 + len("{}")
        assert "10033148" not in digest


@pytest.mark.parametrize(
    ("secret", "policy"),
    [
        (SETTINGS.secret, replace(POLICY, edition=2)),
        (SETTINGS.secret, replace(POLICY, read="other")),
        (Secret("another key of the tests, forty characters"), POLICY),
    ],
)
async def test_another_secret_edition_or_read_sees_nothing_of_it(
    redis_settings: RedisSettings, secret: Secret, policy: CachePolicy[models.LifeValuation]
) -> None:
    async with (
        process(redis_settings) as one,
        process(redis_settings, settings=replace(SETTINGS, secret=secret), policy=policy) as other,
    ):
        await one.ask("P1")
        await other.ask("P1")
        assert other.system.batches == [("P1",)]
        assert await one.client.dbsize() == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:5],
        lambda data: data[:16],
        lambda data: data[:-1],
        lambda data: b"junk" + data,
        lambda data: data[:16] + b"G2" + data[18:],
        lambda data: data[:18] + b"?" + data[19:],
        lambda data: data[:19] + b"\xff" * 8 + data[27:],
        lambda data: data.replace(b"5000232.42", b"abc"),
        lambda data: b"\x00" + data[1:],
    ],
)
async def test_an_entry_spoilt_anywhere_is_a_miss_and_is_overwritten(
    redis_settings: RedisSettings, spoil: object
) -> None:
    assert callable(spoil)
    async with process(redis_settings) as one:
        await one.ask("P1")
        client = one.client
        (name,) = await client.keys("*")
        whole = await client.get(name)
        assert whole is not None
        await client.set(name, spoil(whole))
    async with process(redis_settings) as two:
        assert await two.ask("P1") == [valuation("P1")]
        assert await two.ask("P1") == [valuation("P1")]
        assert two.system.batches == [("P1",)]


async def test_something_else_under_the_name_is_a_miss_and_is_overwritten(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        await one.ask("P1")
        client = one.client
        (name,) = await client.keys("*")
        await client.delete(name)
        await client.rpush(name, b"a list, of all things")
    async with process(redis_settings) as two:
        assert await two.ask("P1") == [valuation("P1")]
        assert await two.ask("P1") == [valuation("P1")]
        assert two.system.batches == [("P1",)]


async def test_a_value_that_cannot_be_written_is_served_all_the_same(
    redis_settings: RedisSettings, caplog: pytest.LogCaptureFixture
) -> None:
    odd = replace(valuation("P1"), number=models.PolicyNumber("\ud800"))
    async with process(redis_settings) as one:
        one.system.answer = lambda _: odd
        with caplog.at_level(logging.DEBUG):
            assert await one.ask("P1") == [odd]
        assert await one.client.dbsize() == 0
        assert one.counts.failures == {"encode": 1}


async def test_entries_end_by_themselves(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        one.system.answer = lambda key: MISSING if key == "P2" else valuation(key)
        await one.ask("P1", "P2")
        client = one.client
        times = sorted([await client.pttl(name) for name in await client.keys("*")])
        assert 0 < times[0] <= 60_000 < times[1] <= 86_400_000


async def test_a_caller_leaves_in_time_and_what_was_begun_is_kept(redis_settings: RedisSettings) -> None:
    async with process(redis_settings, system=LifeSystem()) as one:
        (late,) = await one.ask("P1", within_s=1)
        assert failure(late) == (SourceTimeout, "the computation is still on its way")
        one.system.gate.set()
        assert await one.ask("P1") == [valuation("P1")]
        assert one.system.batches == [("P1",)]


async def test_a_caller_without_time_begins_nothing(redis_settings: RedisSettings) -> None:
    async with process(redis_settings) as one:
        (late,) = await one.ask("P1", within_s=0)
        assert failure(late)[0] is SourceTimeout
        assert one.system.batches == []


async def test_a_cancelled_caller_takes_nobody_along(redis_settings: RedisSettings) -> None:
    async with process(redis_settings, system=LifeSystem()) as one:
        first, second = (asyncio.create_task(one.ask("P1")) for _ in range(2))
        while not one.system.batches:
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait({first})
        one.system.gate.set()
        assert await second == [valuation("P1")]
        assert (first.cancelled(), one.system.cancelled) == (True, 0)


async def test_a_read_that_breaks_its_contract_fails_all_who_wait_and_holds_up_nobody(
    redis_settings: RedisSettings, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> Outcome[models.LifeValuation]:
        raise KeyError("row")

    async with process(redis_settings, system=LifeSystem(answer=broken)) as one:
        callers = [asyncio.create_task(one.ask("P1")) for _ in range(3)]
        await asyncio.sleep(0.05)
        one.system.gate.set()
        for outcome in await asyncio.gather(*callers, return_exceptions=True):
            assert isinstance(outcome, RuntimeError)
            assert isinstance(outcome.__cause__, KeyError)
        one.system.answer = valuation
        assert await one.ask("P1") == [valuation("P1")]


async def test_whose_call_it_is_reaches_the_read_and_only_owners_count_as_visitors(
    redis_settings: RedisSettings,
) -> None:
    calls: list[Call] = []
    visits: list[Sequence[Name]] = []
    async with process(redis_settings) as one:

        async def read(keys: Sequence[str], call: Call) -> Sequence[Outcome[models.LifeValuation]]:
            calls.append(call)
            return [valuation(key) for key in keys]

        one.cached.parts.computing.read = read
        one.cached.visited = visits.append
        for alone in (True, False):
            await one.cached([f"P{alone}"], Call(Deadline.after(one.clock, 20), alone=alone, callers=3))
        assert [(call.alone, call.callers) for call in calls] == [(True, 3), (False, 3)]
        assert visits == [[one.cached.name("PFalse")]]
        # Whoever began it: a computation gets the time that any caller may need.
        assert all(call.deadline.remaining_s() > 20 for call in calls)

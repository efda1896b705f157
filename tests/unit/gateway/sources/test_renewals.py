"""Renewal offers as the product keeps them: wired as in the gateway, over a core of a few lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters import policy_core
from domain import models
from domain.clock import Deadline
from domain.errors import Source, SourceInMaintenance, SourceUnavailable
from domain.money import Money
from domain.ports import MISSING, Call, Outcome, Read
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.rows import Rows
from gateway.settings import CacheSettings, CoalescingSettings, RedisSettings, ResilienceSettings, Settings
from gateway.settings.declaring import Secret
from gateway.settings.resilience import RetrySettings
from gateway.sources import cache as caching
from gateway.sources import renewals as renewing
from gateway.sources.cache import Cache
from gateway.sources.naming import Tag
from gateway.wiring.parts import guard
from tests.unit.gateway.sources.caches import WallClock, until
from tests.unit.gateway.world import KEY, settings

NOON = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
ONE, TWO = models.PolicyNumber("P10033148"), models.PolicyNumber("P10033155")
OFFER = models.Renewal(True, date(2026, 1, 1), date(2026, 2, 10), Money(Decimal("51200.00")), None)
REFUSED = models.Renewal(False, date(2026, 1, 1), date(2026, 2, 10), None, "OUTSTANDING_DEBT")
NOWHERE = RedisSettings(unix_socket_path="/nowhere.sock", pause_s=60)
CONCURRENCY = 8


@dataclass(slots=True)
class Core:
    """Answers what it is told to; ``open`` lets the answers go."""

    answer: Outcome[models.Renewal] = OFFER
    asked: list[models.PolicyNumber] = field(default_factory=list)
    alone: list[bool] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, keys: Sequence[models.PolicyNumber], call: Call, /) -> Sequence[Outcome[models.Renewal]]:
        self.asked += keys
        self.alone.append(call.alone)
        await self.open.wait()
        return [self.answer for _ in keys]


@dataclass(slots=True)
class House:
    """One process of the gateway, as far as renewals go."""

    core: Core
    clock: WallClock
    cache: Cache
    read: Read[models.PolicyNumber, models.Renewal]

    async def ask(
        self, *keys: models.PolicyNumber, alone: bool = False, since: datetime | None = None
    ) -> Sequence[Outcome[models.Renewal]]:
        return await self.read(keys, Call(Deadline.after(self.clock, 20), alone, since))

    async def keys(self) -> list[str]:
        """Everything that stands in the store."""
        return [key.decode() async for key in self.cache.exchanges.client.scan_iter("*")]


def chosen(renewals_s: float) -> Settings:
    return settings(
        Path("jwks.json"),
        adapters={"policy_core": policy_core.Settings("http://nowhere", "user", "pw", concurrency=CONCURRENCY)},
        cache=CacheSettings(secret=Secret(KEY), prefix="test", renewals_s=renewals_s, alone_computations=1),
        coalescing=CoalescingSettings(in_flight=64),
        resilience=ResilienceSettings(retry=RetrySettings(attempts=1)),
    )


@asynccontextmanager
async def house(
    redis: RedisSettings, core: Core | None = None, clock: WallClock | None = None, renewals_s: float = 300.0
) -> AsyncIterator[House]:
    if core is None:
        core = Core()
        core.open.set()
    clock = clock or WallClock(NOON)
    ours, telemetry = chosen(renewals_s), SourceTelemetry(Metrics())
    async with caching.connected(redis, ours.cache, clock, telemetry) as cache:
        if redis is not NOWHERE:
            await asyncio.wait_for(cache.subscriber.listening.wait(), 10)
        rows = Rows(ours, guard(ours, Source.POLICY_CORE, clock, telemetry), clock, telemetry, cache)
        yield House(core, clock, cache, rows.renewals("renewals", core, 1))


async def test_an_offer_is_asked_for_once_in_five_minutes(redis_settings: RedisSettings) -> None:
    async with house(redis_settings) as one:
        for _ in range(3):
            assert await one.ask(ONE, TWO) == [OFFER, OFFER]
        assert sorted(one.core.asked) == [ONE, TWO]
        one.clock.advance(seconds=299)
        await one.ask(ONE)
        assert len(one.core.asked) == 2
        one.clock.advance(seconds=1)
        one.core.answer = REFUSED
        # Nobody is shown the old one while the new one is fetched: it bears no mark of its age.
        assert await one.ask(ONE) == [REFUSED]


async def test_all_processes_share_it(redis_settings: RedisSettings) -> None:
    core = Core()
    async with house(redis_settings, core) as one, house(redis_settings, core) as two:
        asking = [asyncio.create_task(each.ask(ONE)) for each in (one, two) for _ in range(20)]
        await until(lambda: bool(core.asked))
        core.open.set()
        assert await asyncio.gather(*asking) == [[OFFER]] * 40
        assert core.asked == [ONE]


async def test_a_refusal_is_an_answer_like_any_other(redis_settings: RedisSettings) -> None:
    async with house(redis_settings) as one:
        one.core.answer = REFUSED
        assert [await one.ask(ONE) for _ in range(2)] == [[REFUSED]] * 2
        assert one.core.asked == [ONE]


async def test_who_wants_a_new_one_is_given_none_that_is_kept_and_all_have_it_afterwards(
    redis_settings: RedisSettings,
) -> None:
    async with house(redis_settings) as one:
        await one.ask(ONE)
        one.core.answer = REFUSED
        one.clock.advance(seconds=1)
        assert await one.ask(ONE) == [OFFER]
        assert await one.ask(ONE, since=one.clock.now()) == [REFUSED]
        assert await one.ask(ONE) == [REFUSED]
        assert one.core.asked == [ONE, ONE]


async def test_what_the_core_does_not_know_is_asked_again(redis_settings: RedisSettings) -> None:
    async with house(redis_settings) as one:
        one.core.answer = MISSING
        assert [await one.ask(ONE) for _ in range(2)] == [[MISSING]] * 2
        one.core.answer = OFFER
        assert await one.ask(ONE) == [OFFER]
        assert len(one.core.asked) == 3


async def test_failures_are_not_kept_and_old_offers_hide_none(redis_settings: RedisSettings) -> None:
    failure = SourceUnavailable(Source.POLICY_CORE, "GetRenewalOptions", "HTTP 503")
    closed = SourceInMaintenance(Source.POLICY_CORE, "GetRenewalOptions", NOON)
    async with house(redis_settings) as one:
        await one.ask(ONE)
        one.clock.advance(seconds=300)
        for trouble in (failure, closed):
            one.core.answer = trouble
            [told] = await one.ask(ONE)
            assert type(told) is type(trouble)
        one.core.answer = OFFER
        assert await one.ask(ONE) == [OFFER]
        assert len(one.core.asked) == 4


async def test_no_offer_outlives_its_day(redis_settings: RedisSettings) -> None:
    late = WallClock(datetime(2026, 1, 15, 20, 59, tzinfo=UTC))
    async with house(redis_settings, clock=late) as one:
        await one.ask(ONE)
        late.advance(seconds=59)
        await one.ask(ONE)
        assert len(one.core.asked) == 1
        late.advance(seconds=1)
        one.core.answer = SourceUnavailable(Source.POLICY_CORE, "GetRenewalOptions", "HTTP 503")
        # Not even when there is no new one: yesterday's window may be closed today.
        assert [type(outcome) for outcome in await one.ask(ONE)] == [SourceUnavailable]
        assert len(one.core.asked) == 2


async def test_employees_are_answered_from_what_is_kept_and_ask_alone(redis_settings: RedisSettings) -> None:
    async with house(redis_settings) as one:
        # The core is asked by number alone: what it says is the same whoever asks.
        await one.ask(ONE)
        assert await one.ask(ONE, alone=True) == [OFFER]
        await one.ask(TWO, alone=True)
        assert (one.core.asked, one.core.alone) == ([ONE, TWO], [False, True])


async def test_a_command_drops_it_by_its_policy(redis_settings: RedisSettings) -> None:
    async with house(redis_settings) as one, house(redis_settings) as two:
        await one.ask(ONE, TWO)
        one.core.answer = two.core.answer = REFUSED
        await two.cache.invalidate([Tag(renewing.TAG, ONE)])
        assert await one.ask(ONE, TWO) == [REFUSED, OFFER]


async def test_the_store_holds_no_number_and_notes_no_visit(redis_settings: RedisSettings) -> None:
    morning = WallClock(datetime(2026, 1, 15, 6, 0, tzinfo=UTC))
    async with house(redis_settings, clock=morning) as one:
        await one.ask(ONE)
        await one.cache.visits.write_down()
        [key] = await one.keys()
        assert ONE not in key
        assert key.startswith("test:policy:{")
        assert ":renewals:1." in key


async def test_without_a_store_as_many_are_asked_at_once_as_the_core_takes_and_nobody_waits_for_valuations() -> None:
    core = Core()
    async with house(NOWHERE, core) as one, one.cache.alone:
        # Whoever computes valuations alone has the one turn there is for that.
        assert one.cache.alone.locked()
        asking = [asyncio.create_task(one.ask(models.PolicyNumber(f"P{index}"))) for index in range(CONCURRENCY * 2)]
        await until(lambda: len(core.asked) == CONCURRENCY)
        core.open.set()
        assert await asyncio.gather(*asking) == [[OFFER]] * (CONCURRENCY * 2)


@pytest.mark.parametrize("renewals_s", [0.0, 300.0])
async def test_it_goes_out_by_one_setting(redis_settings: RedisSettings, renewals_s: float) -> None:
    async with house(redis_settings, renewals_s=renewals_s) as one:
        await one.ask(ONE)
        await one.ask(ONE)
        assert len(one.core.asked) == (1 if renewals_s else 2)


def test_an_offer_is_fresh_for_as_long_as_is_set() -> None:
    policy = renewing.policy(replace(chosen(0.0).cache, renewals_s=60.0), 10.0)
    assert (policy.fresh_until(NOON) - NOON).total_seconds() == 60

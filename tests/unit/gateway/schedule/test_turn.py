"""A turn is held by one, kept while its holder lives, and given up when another has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.schedule.turn import READ, turn
from gateway.settings.sources import RedisSettings
from gateway.sources.naming import Tag
from gateway.sources.store import Granted, Held, StoreUnreachable, Wanted
from tests.unit.gateway.sources.caches import Process, process, until

SHORT_S = 0.06


@asynccontextmanager
async def two(redis_settings: RedisSettings) -> AsyncIterator[tuple[Process, Process, Wanted]]:
    async with process(redis_settings) as one, process(redis_settings) as other:
        yield one, other, Wanted(one.cache.keyer.name(READ, "1", Tag(READ, "turn")), 0)


async def test_a_turn_is_held_by_one_and_free_again_behind_the_block(redis_settings: RedisSettings) -> None:
    async with two(redis_settings) as (one, other, wanted):
        async with turn(one.cache.store.shared, wanted.name) as mine:
            assert mine is not None
            async with turn(other.cache.store.shared, wanted.name) as theirs:
                assert theirs is None
        async with turn(other.cache.store.shared, wanted.name) as theirs:
            assert theirs is not None


async def test_a_turn_is_renewed_for_as_long_as_the_block_lasts(redis_settings: RedisSettings) -> None:
    async with two(redis_settings) as (one, _, wanted):
        tampered, renewed = one.tamper(), 0

        async def count() -> None:
            nonlocal renewed
            renewed += 1

        tampered.before["renew"] = count
        async with turn(tampered, wanted.name, SHORT_S) as mine:
            assert mine is not None
            await until(lambda: renewed > 5)
            assert not mine.is_lost
        told = renewed
        await asyncio.sleep(SHORT_S)
        assert renewed == told


async def test_a_turn_that_ran_out_is_taken_again_if_it_is_free(redis_settings: RedisSettings) -> None:
    async with two(redis_settings) as (one, _, wanted), turn(one.cache.store.shared, wanted.name, 3) as mine:
        assert mine is not None
        first = mine.lease
        await one.client.delete(wanted.name.lease)
        mine.lasts_s = SHORT_S
        keeping = asyncio.create_task(mine.keep())
        await until(lambda: mine.lease is not first)
        assert mine.lease.fence > first.fence
        assert not mine.is_lost
        keeping.cancel()


async def test_a_turn_that_another_has_by_now_is_lost(redis_settings: RedisSettings) -> None:
    async with two(redis_settings) as (one, other, wanted), turn(one.cache.store.shared, wanted.name, 3) as mine:
        assert mine is not None
        await one.client.delete(wanted.name.lease)
        (theirs,) = await other.cache.store.shared.lease(READ, [wanted], 30)
        assert isinstance(theirs, Granted)
        mine.lasts_s = SHORT_S
        await asyncio.wait_for(mine.keep(), 20)
        assert mine.is_lost
        # And it is not taken from whoever has it.
        (held,) = await one.cache.store.shared.lease(READ, [wanted], 30)
        assert isinstance(held, Held)


async def test_a_store_that_is_away_does_not_end_the_turn(redis_settings: RedisSettings) -> None:
    async with two(redis_settings) as (one, _, wanted):
        tampered, asked = one.tamper(), 0

        async def away() -> None:
            nonlocal asked
            asked += 1
            raise StoreUnreachable("gone")

        async with turn(tampered, wanted.name, 3) as mine:
            assert mine is not None
            tampered.before["renew"] = tampered.before["tell"] = away
            mine.lasts_s = SHORT_S
            keeping = asyncio.create_task(mine.keep())
            await until(lambda: asked > 3)
            assert not mine.is_lost
            keeping.cancel()

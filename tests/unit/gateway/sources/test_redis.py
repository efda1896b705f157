"""The store's own promises over a real server: fences, leases, entries, invalidations, and how it fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.settings.sources import RedisSettings
from gateway.sources.clients import connected
from gateway.sources.exchanges import Exchanges
from gateway.sources.redis import Channels, RedisStore
from gateway.sources.store import (
    AGAIN,
    Computed,
    Granted,
    Held,
    Kept,
    Lease,
    Look,
    Name,
    Resting,
    StoreRefused,
    StoreUnreachable,
    Wanted,
)

NAMES = [Name(f"test:life_contract:{{{index}}}", f"test:life_contract:{{{index}}}:read:1") for index in range(3)]
NAME = NAMES[0]
FAR_AHEAD = 9_000_000_000_000_000


@pytest.fixture
async def store(redis_settings: RedisSettings) -> AsyncIterator[RedisStore]:
    async with connected(redis_settings) as (client, _):
        yield RedisStore(Exchanges(client, 5, 4), Channels.of("test"), forget_cut_s=60)


@pytest.fixture
async def other(redis_settings: RedisSettings) -> AsyncIterator[RedisStore]:
    async with connected(redis_settings) as (client, _):
        yield RedisStore(Exchanges(client, 5, 4), Channels.of("test"), forget_cut_s=60)


async def lease(store: RedisStore, seen: int = 0, *, rests: bool = False, lease_s: float = 10) -> Lease:
    (answer,) = await store.lease("read", [Wanted(NAME, seen, rests)], lease_s)
    return answer


async def granted(store: RedisStore, seen: int = 0, *, lease_s: float = 10) -> Granted:
    answer = await lease(store, seen, lease_s=lease_s)
    assert isinstance(answer, Granted)
    return answer


async def keep(store: RedisStore, grant: Granted, data: bytes = b"data") -> bool:
    (kept,) = await store.keep("read", [Computed(grant, data, kept_s=60)])
    return kept


async def look(store: RedisStore) -> Look:
    (found,) = await store.look("read", [NAME])
    return found


async def test_one_lease_at_a_time(store: RedisStore, other: RedisStore) -> None:
    mine = await granted(store)
    theirs = await lease(other)
    assert isinstance(theirs, Held)
    assert (theirs.fence, 9 < theirs.for_s <= 10) == (mine.fence, True)
    # Not even this process again: one computation is one computation.
    assert isinstance(await lease(store), Held)
    assert await keep(store, mine)
    assert await lease(other) == await look(other) == Look(Kept(mine.fence, b"data"))
    assert (await granted(other, seen=mine.fence)).fence > mine.fence


async def test_many_keys_in_one_round_trip(store: RedisStore) -> None:
    wanted = [Wanted(name, 0) for name in NAMES]
    grants = [each for each in await store.lease("read", wanted, 10) if isinstance(each, Granted)]
    assert len({grant.fence for grant in grants}) == 3
    computed = [Computed(grants[0], b"0", 60), Computed(grants[1], AGAIN), Computed(grants[2], b"2", 60)]
    assert await store.keep("read", computed) == [True, True, True]
    assert [each.kept and each.kept.data for each in await store.look("read", NAMES)] == [b"0", None, b"2"]


async def test_a_lease_ends_by_itself_unless_renewed_by_who_holds_it(store: RedisStore, other: RedisStore) -> None:
    mine = await granted(store, lease_s=0.05)
    await other.renew("read", [replace(mine, token="somebody else")], 10)
    await asyncio.sleep(0.1)
    theirs = await granted(other)
    await store.renew("read", [mine], 60)
    held = await lease(store)
    assert isinstance(held, Held)
    assert held.for_s <= 10
    await other.renew("read", [theirs], 60)
    held = await lease(store)
    assert isinstance(held, Held)
    assert held.for_s > 10


async def test_a_late_write_loses_to_a_newer_one_and_leaves_its_lease_alone(
    store: RedisStore, other: RedisStore
) -> None:
    late = await granted(store, lease_s=0.05)
    await asyncio.sleep(0.1)
    newer = await granted(other)
    # While the newer one is on its way, the late value is the best there is, and the lease stays.
    assert await keep(store, late, b"late")
    assert isinstance(await lease(store, seen=late.fence), Held)
    assert await keep(other, newer, b"newer")
    assert not await keep(store, late, b"late again")
    assert (await look(store)).kept == Kept(newer.fence, b"newer")


async def test_who_lost_a_lease_and_gives_up_leaves_the_next_ones_alone(store: RedisStore, other: RedisStore) -> None:
    late = await granted(store, lease_s=0.05)
    await asyncio.sleep(0.1)
    newer = await granted(other)
    await store.tell("read", [Computed(late, AGAIN)])
    held = await lease(store)
    assert isinstance(held, Held)
    assert held.fence == newer.fence
    await other.tell("read", [Computed(newer, AGAIN)])
    assert isinstance(await lease(store), Granted)


async def test_fences_grow_even_when_the_servers_clock_steps_back(store: RedisStore) -> None:
    await store.exchanges.client.execute_command("SET", NAME.entry, f"{FAR_AHEAD}data")
    first = await granted(store, seen=FAR_AHEAD)
    assert first.fence == FAR_AHEAD + 1
    await store.invalidate([NAME])
    cut = (await look(store)).cut
    assert cut == FAR_AHEAD + 2
    second = await granted(store)
    assert second.fence == FAR_AHEAD + 3
    assert not await keep(store, first)
    assert await keep(store, second)


async def test_an_invalidation_outdates_entry_and_computation(store: RedisStore, other: RedisStore) -> None:
    old = await granted(store)
    await keep(store, old)
    running = await granted(store, seen=old.fence)
    await other.invalidate(NAMES)
    assert (await look(store)).kept is None
    # The computation that is still running is nothing to wait for.
    newer = await granted(other)
    assert not await keep(store, running)
    assert isinstance(await lease(store), Held)
    assert await keep(other, newer)


async def test_after_a_failure_only_those_rest_who_want_to(store: RedisStore) -> None:
    failed = Computed(await granted(store), b"failure", rest_s=20)
    assert await store.keep("read", [failed]) == [True]
    resting = await lease(store, rests=True)
    assert isinstance(resting, Resting)
    assert 19 < resting.for_s <= 20
    grant = await granted(store)
    assert await keep(store, grant)
    assert isinstance(await lease(store, seen=grant.fence, rests=True), Granted)


async def test_nothing_stays_for_ever(store: RedisStore) -> None:
    failed = await granted(store)
    await store.tell("read", [Computed(failed, b"failure", rest_s=20)])
    await keep(store, await granted(store))
    await granted(store, seen=(await look(store)).kept.fence)  # type: ignore[union-attr]
    await store.invalidate([NAME])
    names = await store.exchanges.client.keys("*")
    assert len(names) == 3
    for name in names:
        assert await store.exchanges.client.pttl(name) > 0


async def test_a_full_store_still_grants_tells_and_invalidates_but_keeps_nothing(store: RedisStore) -> None:
    await store.exchanges.client.config_set("maxmemory", 1)
    try:
        grant = await granted(store)
        with pytest.raises(StoreRefused):
            await keep(store, grant)
        await store.renew("read", [grant], 10)
        await store.tell("read", [Computed(grant, b"value")])
        await store.invalidate([NAME])
        assert isinstance(await lease(store), Granted)
    finally:
        await store.exchanges.client.config_set("maxmemory", 0)


async def test_the_stores_own_errors_say_which_way_it_failed(redis_settings: RedisSettings) -> None:
    async with connected(replace(redis_settings, unix_socket_path="/nowhere.sock")) as (client, _):
        gone = RedisStore(Exchanges(client, 1, 4), Channels.of("test"), 60)
        for asked in (
            gone.look("read", NAMES),
            gone.lease("read", [Wanted(NAME, 0)], 1),
            gone.keep("read", [Computed(Granted(NAME, 1, "", is_shared=True), b"", 1)]),
            gone.invalidate([NAME]),
        ):
            with pytest.raises(StoreUnreachable):
                await asked


async def test_more_callers_than_connections_wait_their_turn(store: RedisStore) -> None:
    async def kept(index: int) -> bytes | None:
        name = Name(f"{{{index}}}", f"{{{index}}}:read")
        (lease,) = await store.lease("read", [Wanted(name, 0)], 10)
        assert isinstance(lease, Granted)
        await store.keep("read", [Computed(lease, str(index).encode(), 60)])
        (found,) = await store.look("read", [name])
        return None if found.kept is None else found.kept.data

    assert await asyncio.gather(*map(kept, range(40))) == [str(index).encode() for index in range(40)]


async def test_cancelled_callers_leave_clean_connections(store: RedisStore) -> None:
    names = [Name(f"{{{index}}}", f"{{{index}}}:read") for index in range(8)]
    for index, name in enumerate(names):
        await store.exchanges.client.execute_command("SET", name.entry, f"{index:016d}{index}")
    for turns in range(12):
        callers = [asyncio.create_task(store.look("read", [name])) for name in names]
        for _ in range(turns):
            await asyncio.sleep(0)
        for caller in callers[::2]:
            caller.cancel()
        await asyncio.wait(callers)
        for index in range(1, 8, 2):
            (found,) = callers[index].result()
            assert found.kept == Kept(index, str(index).encode())

"""The whole stack (coalesced, cached, guarded) over a real server that is cold, gone, hanging, full or full of junk."""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dev import valkey
from dev.processes import Child
from domain import models
from domain.ports import MISSING
from gateway.settings.sources import RedisSettings
from gateway.sources.cached import Cached, CachePolicy, Keyer
from gateway.sources.coalesced import Coalesced
from gateway.sources.codec import Codec
from gateway.sources.guarded import GuardedStore
from gateway.sources.redis import RedisStore, connected
from gateway.sources.store import Entry, StoreRefused, StoreUnreachable
from tests.unit.gateway.sources.fakes import Counts, LifeSystem, RunningClock, valuation, within
from tests.unit.gateway.sources.scripted import coalesced

CODEC = Codec(models.LifeValuation)
SHORT = 0.05


@dataclass(slots=True)
class Bench:
    """The stack as the gateway builds it."""

    store: RedisStore
    system: LifeSystem = field(default_factory=LifeSystem)
    counts: Counts = field(default_factory=Counts)
    pause_s: float = 60

    def read(self) -> Coalesced[str, models.LifeValuation]:
        clock = RunningClock()
        store = GuardedStore(self.store, clock, self.pause_s, self.counts)
        policy = CachePolicy("life_valuations", fresh_s=900, missing_s=60)
        cached = Cached(self.system, store, CODEC, policy, Keyer(b"s" * 32, "test"), clock, self.counts)
        return coalesced(cached)


@asynccontextmanager
async def bench_at(**settings: object) -> AsyncIterator[Bench]:
    async with connected(RedisSettings(**settings)) as store:  # type: ignore[arg-type]
        bench = Bench(store)
        bench.system.gate.set()
        yield bench


async def test_one_computation_per_cold_contract_for_fifty_callers_then_none(store: RedisStore) -> None:
    bench = Bench(store)
    read = bench.read()
    callers = [asyncio.create_task(read(["P1", f"P{2 + index % 3}"], within(30))) for index in range(50)]
    await asyncio.sleep(0.05)
    bench.system.gate.set()
    for index, outcome in enumerate(await asyncio.gather(*callers)):
        assert outcome == [valuation("P1"), valuation(f"P{2 + index % 3}")]
    assert bench.system.computations == {"P1": 1, "P2": 1, "P3": 1, "P4": 1}
    await asyncio.gather(*(bench.read()(["P1", "P2", "P3", "P4"], within(30)) for _ in range(50)))
    assert sum(bench.system.computations.values()) == 4


async def test_entries_end_by_themselves(store: RedisStore) -> None:
    bench = Bench(store, LifeSystem(answer=lambda key: MISSING if key == "P2" else valuation(key)))
    bench.system.gate.set()
    await bench.read()(["P1", "P2"], within(30))
    times = sorted([await store.client.pttl(name) for name in await store.client.keys("test:*")])
    assert 0 < times[0] <= 60_000 < times[1] <= 900_000


async def test_nothing_in_a_name_tells_whose_it_is(store: RedisStore) -> None:
    bench = Bench(store)
    bench.system.gate.set()
    await bench.read()(["P10033148"], within(30))
    names = await store.client.keys("*")
    assert len(names) == 1
    assert b"10033148" not in names[0]


async def test_junk_in_the_store_is_overwritten(store: RedisStore) -> None:
    bench = Bench(store)
    bench.system.gate.set()
    await bench.read()(["P1"], within(30))
    (name,) = await store.client.keys("*")
    await store.client.set(name, b"\x00junk")
    assert await bench.read()(["P1"], within(30)) == [valuation("P1")]
    await store.client.delete(name)
    await store.client.rpush(name, b"a list, of all things")
    assert await bench.read()(["P1"], within(30)) == [valuation("P1")]
    assert await bench.read()(["P1"], within(30)) == [valuation("P1")]
    assert bench.system.computations == {"P1": 3}
    assert bench.counts.failures == {"decode": 1}


async def test_a_server_stopped_midway_costs_nothing_but_the_cache() -> None:
    with fresh_server() as (server, path):
        async with bench_at(unix_socket_path=str(path)) as bench:
            read = bench.read()
            assert await read(["P1"], within(30)) == [valuation("P1")]
            assert await read(["P1"], within(30)) == [valuation("P1")]
            assert bench.system.computations == {"P1": 1}
            server.signal(signal.SIGKILL)
            server.process.wait()
            for _ in range(5):
                assert await read(["P1"], within(30)) == [valuation("P1")]
            assert bench.system.computations == {"P1": 6}
            assert bench.counts.failures == {"get": 1, "skipped": 9}


async def test_a_server_that_comes_up_later_is_used() -> None:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        async with bench_at(unix_socket_path=f"{folder}/valkey.sock") as bench:
            bench.pause_s = 0.001
            read = bench.read()
            assert await read(["P1"], within(30)) == [valuation("P1")]
            with valkey.running(Path(folder)):
                await asyncio.sleep(0.01)
                await read(["P1"], within(30))
                assert await read(["P1"], within(30)) == [valuation("P1")]
                assert bench.system.computations == {"P1": 2}


async def test_a_hanging_server_is_waited_for_once_and_leaves_no_answer_behind() -> None:
    with fresh_server() as (server, path):
        async with bench_at(unix_socket_path=str(path), timeout_s=SHORT) as bench:
            await bench.read()(["P1", "P2"], within(30))
            bench.pause_s = 0.001
            read = bench.read()
            os.kill(server.process.pid, signal.SIGSTOP)
            assert await read(["P1"], within(30)) == [valuation("P1")]
            assert bench.counts.failures["get"] == 1
            os.kill(server.process.pid, signal.SIGCONT)
            await asyncio.sleep(0.05)
            # The answer to the abandoned question must not be taken for the answer to the next one.
            for key in ("P2", "P1", "P2"):
                assert await read([key], within(30)) == [valuation(key)]


async def test_a_socket_that_swallows_everything_is_waited_for_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as blackhole:
        url = f"redis://127.0.0.1:{blackhole.getsockname()[1]}/0"
        async with bench_at(url=url, timeout_s=SHORT) as bench:
            read = bench.read()
            for _ in range(20):
                assert await read(["P1"], within(30)) == [valuation("P1")]
            assert bench.counts.failures == {"get": 1, "skipped": 39}


async def test_a_server_of_another_protocol_is_no_store() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with bench_at(url=f"redis://127.0.0.1:{port}/0", timeout_s=SHORT) as bench:
            assert await bench.read()(["P1"], within(30)) == [valuation("P1")]
            assert bench.counts.failures == {"get": 1, "skipped": 1}


async def test_a_full_server_still_answers_what_it_holds() -> None:
    with fresh_server("--maxmemory-policy", "noeviction") as (_, path):
        async with bench_at(unix_socket_path=str(path)) as bench:
            read = bench.read()
            await read(["P1"], within(30))
            await bench.store.client.config_set("maxmemory", 1)
            assert await read(["P1", "P2"], within(30)) == [valuation("P1"), valuation("P2")]
            assert await read(["P1", "P2"], within(30)) == [valuation("P1"), valuation("P2")]
            assert bench.system.computations == {"P1": 1, "P2": 2}
            assert bench.counts.failures == {"put": 2}


async def test_the_stores_own_errors_say_which_way_it_failed(redis_settings: RedisSettings) -> None:
    async with connected(replace(redis_settings, unix_socket_path="/nowhere.sock")) as gone:
        with pytest.raises(StoreUnreachable):
            await gone.get("read", ["a"])
        with pytest.raises(StoreUnreachable):
            await gone.put("read", [Entry("a", b"", 1)])
        with pytest.raises(StoreUnreachable):
            await gone.ping()
    async with connected(redis_settings) as store:
        await store.ping()
        await store.client.config_set("maxmemory", 1)
        try:
            with pytest.raises(StoreRefused):
                await store.put("read", [Entry("a", b"", 1)])
        finally:
            await store.client.config_set("maxmemory", 0)


async def test_more_callers_than_connections_wait_their_turn(redis_settings: RedisSettings) -> None:
    async with connected(replace(redis_settings, max_connections=2, timeout_s=5)) as store:
        await store.put("read", [Entry(f"n{index}", str(index).encode(), 60) for index in range(40)])
        answers = await asyncio.gather(*(store.get("read", [f"n{index}"]) for index in range(40)))
        assert answers == [[str(index).encode()] for index in range(40)]


async def test_cancelled_callers_leave_clean_connections(redis_settings: RedisSettings) -> None:
    async with connected(replace(redis_settings, max_connections=4, timeout_s=5)) as store:
        await store.put("read", [Entry(f"n{index}", str(index).encode(), 60) for index in range(8)])
        for turns in range(12):
            callers = [asyncio.create_task(store.get("read", [f"n{index}"])) for index in range(8)]
            for _ in range(turns):
                await asyncio.sleep(0)
            for caller in callers[::2]:
                caller.cancel()
            await asyncio.wait(callers)
            for index in range(1, 8, 2):
                assert callers[index].result() == [str(index).encode()]


@contextmanager
def fresh_server(*options: str) -> Iterator[tuple[Child, Path]]:
    """A server of the test's own, to be ill-treated."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder), *options) as running:
        yield running

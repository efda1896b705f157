"""The whole cache over a server that is gone, hangs, is full, comes back empty, or is no Redis at all."""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from redis.asyncio import Redis

from dev import valkey
from dev.processes import Child
from domain import models
from domain.errors import Source, SourceUnavailable
from gateway.settings.sources import RedisMode, RedisSettings
from tests.unit.gateway.sources.caches import SETTINGS, Process, WallClock, process, until
from tests.unit.gateway.sources.fakes import COMPUTED_AT, LifeSystem, valuation

SHORT = 1.0
"""Of use while a server hangs, and long enough for one that answers on a machine that stalls at times."""
DOWN = SourceUnavailable(Source.LIFE_VALUATION, "valuation_submit", "HTTP 503")


def stale(key: str) -> models.LifeValuation:
    return replace(valuation(key), stale=True)


@contextmanager
def fresh_server(*options: str) -> Iterator[tuple[Child, RedisSettings]]:
    """A server of the test's own, to be ill-treated."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder), *options) as running:
        server, path = running
        yield server, RedisSettings(unix_socket_path=str(path), timeout_s=1, pause_s=60)


@asynccontextmanager
async def several(count: int, redis: RedisSettings, system: LifeSystem) -> AsyncIterator[list[Process]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(process(redis, system=system)) for _ in range(count)]


async def until_gone(one: Process) -> None:
    """Wait until the process has noticed that nobody talks to it any more."""
    await until(lambda: not one.cache.subscriber.listening.is_set())


async def test_a_server_killed_midway_leaves_each_process_what_it_has_seen() -> None:
    with fresh_server() as (server, settings):
        system = LifeSystem()
        system.gate.set()
        clock = WallClock(COMPUTED_AT)
        async with process(settings, system=system, clock=clock) as one:
            await one.ask("P1")
            server.signal(signal.SIGKILL)
            server.process.wait()
            await until_gone(one)
            # An invalidation may have been missed, so what was fresh is stale: shown at once, and made anew here.
            assert await one.ask("P1") == [stale("P1")]
            await one.cached.parts.revalidating.settled()
            for _ in range(5):
                assert await one.ask("P1", "P2") == [valuation("P1"), valuation("P2")]
            assert system.batches == [("P1",), ("P1",), ("P2",)]
            system.answer = lambda _: DOWN
            clock.advance(hours=12)
            assert await one.ask("P1", "P2") == [stale("P1"), stale("P2")]
            assert one.counts.failures["skipped"] > 0
            assert one.counts.reachable == [False]


async def test_a_server_that_comes_up_later_is_used() -> None:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        settings = RedisSettings(unix_socket_path=f"{folder}/valkey.sock", pause_s=0.001)
        system = LifeSystem()
        system.gate.set()
        async with process(settings, system=system, connects=False) as one:
            assert await one.ask("P1") == [valuation("P1")]
            with valkey.running(Path(folder)):
                async with asyncio.timeout(60):
                    await one.cache.subscriber.listening.wait()
                await one.ask("P2")
                assert one.counts.reachable == [False, True]
                assert await one.client.dbsize() == 1


async def test_a_hanging_server_is_waited_for_once_and_leaves_no_answer_behind() -> None:
    with fresh_server() as (server, settings):
        async with process(replace(settings, timeout_s=SHORT, pause_s=0.001)) as one:
            one.system.answer = lambda key: replace(valuation(key), current_level=Decimal(key[1:]))
            await one.ask("P1", "P2")
            os.kill(server.process.pid, signal.SIGSTOP)
            assert await one.ask("P3") == [one.system.answer("P3")]
            assert one.counts.failures["look"] == 1
            os.kill(server.process.pid, signal.SIGCONT)
            await asyncio.sleep(0.1)
            # The answer to the abandoned question must not be taken for the answer to the next one.
            for key in ("P2", "P1", "P2"):
                assert await one.ask(key) == [one.system.answer(key)]


async def test_a_holder_whose_server_hangs_keeps_what_it_computed_for_itself() -> None:
    with fresh_server() as (server, settings):
        system = LifeSystem()
        async with process(replace(settings, timeout_s=SHORT), system=system) as one:
            asked = asyncio.create_task(one.ask("P1"))
            await until(lambda: bool(system.batches))
            os.kill(server.process.pid, signal.SIGSTOP)
            system.gate.set()
            assert await asked == [valuation("P1")]
            assert await one.ask("P1") == [valuation("P1")]
            assert (system.batches, one.counts.failures["keep"]) == ([("P1",)], 1)
            os.kill(server.process.pid, signal.SIGCONT)


async def test_a_socket_that_swallows_everything_is_waited_for_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as blackhole:
        url = f"redis://127.0.0.1:{blackhole.getsockname()[1]}/0"
        async with process(RedisSettings(url=url, timeout_s=SHORT, pause_s=60), connects=False) as one:
            for _ in range(20):
                assert await one.ask("P1") == [valuation("P1")]
            assert one.system.batches == [("P1",)]
            assert {name: count for name, count in one.counts.failures.items() if name != "skipped"} == {"look": 1}


async def test_a_server_of_another_protocol_is_no_store() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        async with process(RedisSettings(url=url, timeout_s=SHORT, pause_s=60), connects=False) as one:
            assert await one.ask("P1") == [valuation("P1")]
            assert one.counts.failures["look"] == 1


async def test_copies_taken_while_nobody_listened_are_doubted() -> None:
    with fresh_server() as (_, settings):
        async with process(settings, connects=False) as one:
            subscriber = one.cache.subscriber
            listen = subscriber.listen
            subscriber.listen = lambda: Redis(unix_socket_path="/nowhere.sock").pubsub()
            await one.ask("P1")
            name = one.cached.name("P1")
            copy = one.cache.store.local.look(name).kept
            assert copy is not None
            assert not copy.doubtful
            subscriber.listen = listen
            async with asyncio.timeout(60):
                await subscriber.listening.wait()
            copy = one.cache.store.local.look(name).kept
            assert copy is not None
            assert copy.doubtful


async def test_a_cluster_none_of_whose_nodes_answers_is_done_without() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = RedisSettings(mode=RedisMode.CLUSTER, url=f"redis://127.0.0.1:{port}", pause_s=60)
    async with process(settings, connects=False) as one:
        assert await one.ask("P1", "P2") == [valuation("P1"), valuation("P2")]
        assert (one.counts.failures["look"], one.cache.store.is_reachable) == (1, False)


async def test_without_a_store_a_process_computes_once_and_no_more_at_a_time_than_it_may() -> None:
    system = LifeSystem()
    settings = RedisSettings(unix_socket_path="/nowhere.sock", pause_s=60)
    async with process(
        settings, system=system, connects=False, settings=replace(SETTINGS, alone_computations=2)
    ) as one:
        readers = [asyncio.create_task(one.ask(f"P{index % 10}")) for index in range(200)]
        await until(lambda: len(system.batches) == 2)
        await asyncio.sleep(0.1)
        assert len(system.batches) == 2
        system.gate.set()
        await asyncio.gather(*readers)
        assert sorted(system.batches) == [(f"P{index}",) for index in range(10)]


async def test_a_full_server_lets_computations_be_shared_all_the_same() -> None:
    system = LifeSystem()
    with fresh_server("--maxmemory-policy", "noeviction") as (_, settings):
        async with several(3, settings, system) as three:
            system.gate.set()
            await three[0].ask("P1")
            await three[0].client.config_set("maxmemory", 1)
            system.gate.clear()
            readers = [asyncio.create_task(three[index % 3].ask("P1", "P2")) for index in range(60)]
            await until(lambda: sum(one.counts.answers["fresh"] for one in three) == 60)
            await asyncio.sleep(0.1)
            system.gate.set()
            assert await asyncio.gather(*readers) == [[valuation("P1"), valuation("P2")]] * 60
            # Who computed it holds it; the server still has what it had.
            computed_by = max(three, key=lambda one: one.counts.failures["keep"])
            assert await computed_by.ask("P1", "P2") == [valuation("P1"), valuation("P2")]
            assert system.batches == [("P1",), ("P2",)]


async def test_an_empty_server_after_a_failover_costs_one_computation_a_contract() -> None:
    system = LifeSystem()
    system.gate.set()
    with fresh_server() as (_, settings):
        async with several(3, settings, system) as three:
            await three[0].ask("P1")
            client = three[0].client
            await client.flushall()
            await client.script_flush()
            await client.execute_command("CLIENT", "KILL", "TYPE", "PUBSUB")
            for one in three:
                await until_gone(one)
            system.gate.clear()
            readers = [asyncio.create_task(three[index % 3].ask("P1")) for index in range(60)]
            await asyncio.sleep(0.3)
            system.gate.set()
            await asyncio.gather(*readers)
            assert system.batches == [("P1",), ("P1",)]


async def test_a_primary_that_became_a_replica_counts_as_away() -> None:
    with fresh_server() as (_, settings):
        async with process(settings) as one:
            await one.ask("P1")
            await one.client.execute_command("REPLICAOF", "127.0.0.1", "1")
            assert await one.ask("P2") == [valuation("P2")]
            assert (one.counts.failures["lease"], one.cache.store.is_reachable) == (1, False)
            await one.client.execute_command("REPLICAOF", "NO", "ONE")


async def test_visits_are_kept_until_the_store_takes_them() -> None:
    with fresh_server() as (server, settings):
        async with process(replace(settings, timeout_s=SHORT), clock=WallClock(COMPUTED_AT.replace(hour=6))) as one:
            await one.ask("P1")
            os.kill(server.process.pid, signal.SIGSTOP)
            await one.cache.visits.write_down()
            assert one.counts.failures["visits"] == 1
            os.kill(server.process.pid, signal.SIGCONT)
            await asyncio.sleep(0.1)
            await one.cache.visits.write_down()
            assert await one.client.exists("test:visits:2026-01-15") == 1


async def test_a_server_that_talks_no_more_is_noticed_by_who_listens() -> None:
    with fresh_server() as (server, settings):
        async with process(replace(settings, timeout_s=SHORT)) as one:
            one.cache.subscriber.idle_s = SHORT
            await one.client.execute_command("CLIENT", "KILL", "TYPE", "PUBSUB")
            await until_gone(one)
            await one.cache.subscriber.listening.wait()
            os.kill(server.process.pid, signal.SIGSTOP)
            await until_gone(one)
            os.kill(server.process.pid, signal.SIGCONT)
            async with asyncio.timeout(60):
                await one.cache.subscriber.listening.wait()

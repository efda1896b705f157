"""The cache over a cluster, over a primary that sentinels name, and behind TLS; each loses a server."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from domain import models
from gateway.settings.sources import RedisMode, RedisSettings
from tests.authority import Authority
from tests.unit.gateway.sources.caches import Process, process, until
from tests.unit.gateway.sources.fakes import LifeSystem, valuation
from tests.unit.gateway.sources.servers import SERVICE, cluster, watched

KEYS = tuple(f"P{index}" for index in range(12))


def held() -> LifeSystem:
    """A system that computes when its gate is opened."""
    return LifeSystem()


async def shared_by(one: Process, two: Process, system: LifeSystem) -> None:
    """Check that two processes compute once, tell each other, and hear of an invalidation."""
    readers = [asyncio.create_task(each.ask(*KEYS)) for each in (one, two) for _ in range(5)]
    await until(lambda: all(len(each.cache.announcements.expected) == len(KEYS) for each in (one, two)))
    await asyncio.sleep(0.1)
    system.gate.set()
    assert await asyncio.gather(*readers) == [[valuation(key) for key in KEYS]] * 10
    assert system.computations == dict.fromkeys(KEYS, 1)
    await one.invalidate("P1", "P2")
    await two.ask(*KEYS)
    assert system.computations == dict.fromkeys(KEYS, 1) | {"P1": 2, "P2": 2}
    assert (one.counts.failures, two.counts.failures) == ({}, {})


async def numbers(one: Process, *keys: str) -> list[str]:
    """Ask for valuations, fresh or stale."""
    answers = await one.ask(*keys)
    return [answer.number for answer in answers if isinstance(answer, models.LifeValuation)]


async def back(one: Process) -> None:
    """Wait until the process uses the shared store again."""
    async with asyncio.timeout(30):
        while not (one.cache.store.is_reachable and one.cache.subscriber.listening.is_set()):
            await one.ask("P0")
            await asyncio.sleep(0.05)


async def test_a_cluster_shares_and_outlives_a_node() -> None:
    async with cluster() as nodes:
        settings = RedisSettings(
            mode=RedisMode.CLUSTER,
            url=f"redis://127.0.0.1:{nodes[0].port}",
            nodes=tuple(f"127.0.0.1:{each.port}" for each in nodes[1:]),
            timeout_s=2,
            pause_s=0.1,
        )
        system = held()
        async with process(settings, system=system) as one, process(settings, system=system) as two:
            await shared_by(one, two, system)
            sizes = [await each.ask("DBSIZE") for each in nodes[:3]]
            assert all(sizes)
            nodes[0].child.signal(signal.SIGKILL)
            nodes[0].child.process.wait()
            for each in (one, two):
                assert await numbers(each, *KEYS) == list(KEYS)
            await nodes[3].until("role:master", "INFO", "replication")
            await nodes[3].until("cluster_state:ok", "CLUSTER", "INFO")
            for each in (one, two):
                await back(each)
            before = len(system.batches)
            assert len(await one.ask("P100", "P101", "P102")) == 3
            assert await two.ask("P100", "P101", "P102") == [valuation(key) for key in ("P100", "P101", "P102")]
            assert len(system.batches) == before + 1


async def test_a_primary_named_by_sentinels_is_followed_to_the_next() -> None:
    async with watched() as (primary, replica, sentinel):
        settings = RedisSettings(
            mode=RedisMode.SENTINEL, nodes=(f"127.0.0.1:{sentinel}",), service=SERVICE, timeout_s=2, pause_s=0.1
        )
        system = held()
        async with process(settings, system=system) as one, process(settings, system=system) as two:
            await shared_by(one, two, system)
            primary.child.signal(signal.SIGKILL)
            primary.child.process.wait()
            for each in (one, two):
                assert await numbers(each, *KEYS) == list(KEYS)
            await replica.until("role:master", "INFO", "replication")
            for each in (one, two):
                await back(each)
            await one.ask("P100")
            before = len(system.batches)
            assert await two.ask("P100") == [valuation("P100")]
            assert len(system.batches) == before
            # What the old primary held is still there.
            assert await two.refresh("P5") == [valuation("P5")]


async def test_the_server_is_reached_by_tls_and_only_with_a_certificate_that_is_trusted(
    redis_settings: RedisSettings, tmp_path: Path
) -> None:
    authority, stranger = Authority("right"), Authority("wrong")
    trusted = authority.write(tmp_path / "right.pem")
    async with tls_in_front_of(redis_settings.unix_socket_path, authority, tmp_path) as port:
        settings = RedisSettings(url=f"rediss://127.0.0.1:{port}/0", tls_ca=trusted, timeout_s=5, pause_s=60)
        system = held()
        async with process(settings, system=system) as one, process(settings, system=system) as two:
            await shared_by(one, two, system)
        distrusted = replace(settings, tls_ca=stranger.write(tmp_path / "wrong.pem"))
        async with process(distrusted, connects=False) as one:
            assert await one.ask("P1") == [valuation("P1")]
            assert (one.counts.failures["look"], one.cache.store.is_reachable) == (1, False)


@asynccontextmanager
async def tls_in_front_of(path: str, authority: Authority, folder: Path) -> AsyncIterator[int]:
    """End TLS before a server that knows none, as the one of the tests; the port is on loopback."""
    links: set[asyncio.Task[None]] = set()

    async def link(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        try:
            await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
        finally:
            inner_writer.close()
            writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(link(reader, writer))
        links.add(task)
        task.add_done_callback(links.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=authority.server(folder))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in links:
            task.cancel()
        await asyncio.gather(*links, return_exceptions=True)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until there are no more."""
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()

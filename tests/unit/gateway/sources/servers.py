"""Servers that stand together: a cluster, a primary with its replica under a sentinel; all on loopback."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from dev import valkey
from dev.demo.stack import free_port
from dev.processes import Child, stop_all

SLOTS = 16_384
TRIES = 5
SERVICE = "valuations"


@dataclass(frozen=True, slots=True)
class Server:
    """A server on a port; ``bus`` is the port by which the nodes of a cluster talk."""

    child: Child
    port: int
    bus: int = 0

    async def ask(self, *command: str | int) -> Any:
        client = Redis(port=self.port, decode_responses=True)
        client.response_callbacks.clear()  # answers as the server gives them
        try:
            return await client.execute_command(*command)  # type: ignore[no-untyped-call]
        finally:
            await client.aclose()

    async def is_up(self) -> bool:
        """Wait until the server answers or its process has ended."""
        async with asyncio.timeout(30):
            while self.child.process.poll() is None:
                try:
                    if await self.ask("PING") == "PONG":
                        return self.child.process.poll() is None
                except RedisError:
                    await asyncio.sleep(0.02)
        return False

    async def until(self, wanted: str, *command: str | int) -> None:
        """Wait until the answer to a command holds a text."""
        async with asyncio.timeout(30):
            while True:
                try:
                    if wanted in str(await self.ask(*command)):
                        return
                except RedisError:
                    pass
                await asyncio.sleep(0.05)


@asynccontextmanager
async def servers(count: int, *options: str) -> AsyncIterator[list[Server]]:
    """Start servers that listen on free ports."""
    with tempfile.TemporaryDirectory(prefix="valkeys-") as folder:
        started: list[Server] = []
        try:
            for index in range(count):
                await start(Path(folder, str(index)), started, options)
            yield started
        finally:
            stop_all([each.child for each in started], within_s=2)


async def start(folder: Path, started: list[Server], options: tuple[str, ...]) -> None:
    """Start one server; somebody may take a port that was free, so a few are tried."""
    for attempt in range(TRIES):
        place = Path(f"{folder}-{attempt}")
        place.mkdir()
        port, bus = free_port(), free_port()
        cluster = ["--cluster-port", str(bus)] if "--cluster-enabled" in options else []
        child, _ = valkey.start(place, "--port", str(port), "--bind", "127.0.0.1", *cluster, *options)
        server = Server(child, port, bus)
        if await server.is_up():
            started.append(server)
            return
    raise AssertionError(f"no server came up on any of {TRIES} free ports")


@asynccontextmanager
async def cluster() -> AsyncIterator[list[Server]]:
    """Run three primaries with a third of the slots each, and a replica of the first."""
    async with servers(4, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000") as nodes:
        *primaries, replica = nodes
        for index, each in enumerate(primaries):
            first, last = index * SLOTS // 3, (index + 1) * SLOTS // 3 - 1
            await each.ask("CLUSTER", "ADDSLOTSRANGE", first, last)
        for each in nodes[1:]:
            await each.ask("CLUSTER", "MEET", "127.0.0.1", nodes[0].port, nodes[0].bus)
        for each in nodes:
            await each.until("cluster_state:ok", "CLUSTER", "INFO")
            await each.until("cluster_known_nodes:4", "CLUSTER", "INFO")
        await replica.ask("CLUSTER", "REPLICATE", await primaries[0].ask("CLUSTER", "MYID"))
        await replica.until("master_link_status:up", "INFO", "replication")
        yield nodes


@asynccontextmanager
async def watched() -> AsyncIterator[tuple[Server, Server, int]]:
    """Run a primary and its replica; the port is that of the sentinel that watches them."""
    async with servers(2) as (primary, replica):
        await replica.ask("REPLICAOF", "127.0.0.1", primary.port)
        await replica.until("master_link_status:up", "INFO", "replication")
        with tempfile.TemporaryDirectory(prefix="sentinel-") as folder:
            port = free_port()
            child = valkey.start_sentinel(Path(folder), port, SERVICE, primary.port)
            try:
                sentinel = Server(child, port)
                await sentinel.until(str(replica.port), "SENTINEL", "REPLICAS", SERVICE)
                yield primary, replica, port
            finally:
                stop_all([child], within_s=2)

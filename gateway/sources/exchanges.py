"""Exchanges with Redis that end in time, whatever becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

from redis import exceptions
from redis.asyncio.cluster import RedisCluster

from gateway.sources.background import forgiven
from gateway.sources.clients import Client
from gateway.sources.store import StoreRefused, StoreUnreachable

__all__ = ["Command", "Exchanges"]

T = TypeVar("T")

Command: TypeAlias = tuple[str | bytes | int, ...]

GRACE_TURNS: Final = 3
MOVED_ON: Final = (exceptions.ConnectionError, exceptions.ReadOnlyError, exceptions.ClusterDownError)
"""A server that is gone, a primary that became a replica, a cluster that has lost one."""


@dataclass(eq=False, slots=True)
class Exchanges:
    """Sends commands, each batch in one round trip to each node concerned.

    Units: ``timeout_s`` bounds a whole exchange, waiting for one of ``max_connections`` included.
    """

    client: Client
    timeout_s: float
    max_connections: int
    _gate: asyncio.Semaphore = field(init=False)
    _express: asyncio.Semaphore = field(init=False)
    # Whether the servers are to be found out anew before the next exchange, and how often they have been.
    _is_outdated: bool = field(default=False, init=False)
    _found_out: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.max_connections)
        self._express = asyncio.Semaphore(self.max_connections)

    async def send(self, commands: Sequence[Command], *, first: bool = False) -> list[Any]:
        """Return the answers, in order; ``first``: do not queue behind those who are not. Raises: ``StoreFailed``."""
        gate = self._express if first else self._gate
        if len(commands) == 1 and not isinstance(self.client, RedisCluster):
            return [await self._within(lambda: self.client.execute_command(*commands[0]), gate)]
        # A cluster's client closes all its connections when a command sent by itself finds the cluster down.
        pipeline = self.client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return await self._within(pipeline.execute, gate)

    async def _within(self, exchange: Callable[[], Awaitable[T]], gate: asyncio.Semaphore) -> T:
        with translated():
            task = forgiven(asyncio.ensure_future(self._through(gate, exchange)))
            try:
                await asyncio.wait({task}, timeout=self.timeout_s)
                # Time that ran out in a busy process may find the answer already there, only not looked at yet.
                for _ in range(GRACE_TURNS):
                    if not task.done():
                        await asyncio.sleep(0)
                if not task.done() or task.cancelled():
                    raise TimeoutError
                return task.result()
            finally:
                if not task.done():
                    task.cancel()
                    await asyncio.wait({task})

    async def _through(self, gate: asyncio.Semaphore, exchange: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            if self._is_outdated:
                await self._find_out()
            known = self._found_out
            try:
                return await exchange()
            except exceptions.MaxConnectionsError:
                raise  # A full pool is no lost server.
            except MOVED_ON:
                # Who was under way while others found out tells nothing new.
                self._is_outdated = self._is_outdated or known == self._found_out
                raise

    async def _find_out(self) -> None:
        """Find out anew who is who: servers were lost, or have other roles than they had. Other exchanges go on."""
        self._is_outdated = False
        self._found_out += 1
        if not isinstance(self.client, RedisCluster):
            await self.client.connection_pool.disconnect(inuse_connections=False)
        elif self.client.get_nodes():
            await self.client.nodes_manager.initialize()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client raises into the store's own failures."""
    try:
        yield
    except (exceptions.ReadOnlyError, exceptions.ClusterDownError) as demoted:
        raise StoreUnreachable(type(demoted).__name__) from demoted
    except (exceptions.ResponseError, exceptions.MaxConnectionsError) as refusal:
        raise StoreRefused(type(refusal).__name__) from refusal
    except Exception as lost:
        # Not only its own errors: that none of a cluster's nodes answers is none, nor what an odd answer breaks.
        raise StoreUnreachable(type(lost).__name__) from lost

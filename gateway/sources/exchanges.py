"""Exchanges with Redis that end in time, whatever becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from gateway.sources.clients import Client
from gateway.sources.store import StoreRefused, StoreUnreachable

__all__ = ["Command", "Exchanges"]

T = TypeVar("T")

Command: TypeAlias = tuple[str | bytes | int, ...]

GRACE_TURNS: Final = 3


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

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.max_connections)
        self._express = asyncio.Semaphore(self.max_connections)

    async def send(self, commands: Sequence[Command], *, first: bool = False) -> list[Any]:
        """Return the answers, in order; ``first``: do not queue behind those who are not. Raises: ``StoreFailed``."""
        gate = self._express if first else self._gate
        if len(commands) == 1:
            return [await self._within(lambda: self.client.execute_command(*commands[0]), gate)]
        pipeline = self.client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return await self._within(pipeline.execute, gate)

    async def _within(self, exchange: Callable[[], Awaitable[T]], gate: asyncio.Semaphore) -> T:
        with translated():
            task = asyncio.ensure_future(self._through(gate, exchange))
            try:
                await asyncio.wait({task}, timeout=self.timeout_s)
                # Time that ran out in a busy process may find the answer already there, only not looked at yet.
                for _ in range(GRACE_TURNS):
                    if not task.done():
                        await asyncio.sleep(0)
                if not task.done():
                    raise TimeoutError
                return task.result()
            finally:
                if not task.done():
                    task.cancel()
                    await asyncio.wait({task})

    async def _through(self, gate: asyncio.Semaphore, exchange: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            try:
                return await exchange()
            except ReadOnlyError:
                # A primary that became a replica: only a new connection may find the new one.
                if isinstance(self.client, Redis):
                    await self.client.connection_pool.disconnect(inuse_connections=False)
                raise


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client raises into the store's own failures."""
    try:
        yield
    except ReadOnlyError as demoted:
        raise StoreUnreachable(type(demoted).__name__) from demoted
    except ResponseError as refusal:
        raise StoreRefused(type(refusal).__name__) from refusal
    except (RedisError, OSError) as lost:
        raise StoreUnreachable(type(lost).__name__) from lost

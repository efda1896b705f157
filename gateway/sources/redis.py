"""Redis, or Valkey, as the store of cached reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from gateway.settings.sources import RedisSettings
from gateway.sources.store import Entry, StoreRefused, StoreUnreachable

__all__ = ["RedisStore", "connected"]


def pool(settings: RedisSettings) -> BlockingConnectionPool:
    """Return a pool that never waits longer than the settings say and never retries by itself."""
    options: dict[str, Any] = {
        "max_connections": settings.max_connections,
        "timeout": settings.timeout_s,
        "socket_timeout": settings.timeout_s,
        "socket_connect_timeout": settings.timeout_s,
        "retry": Retry(NoBackoff(), 0),
        "password": settings.password,
    }
    if settings.unix_socket_path:
        return BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=settings.unix_socket_path, **options
        )
    return BlockingConnectionPool.from_url(settings.url, **options)


@asynccontextmanager
async def connected(settings: RedisSettings) -> AsyncIterator[RedisStore]:
    """Give the store and close its connections at the end. Nothing is asked yet: Redis may come up later."""
    client = Redis(connection_pool=pool(settings))
    try:
        yield RedisStore(client, settings.timeout_s)
    finally:
        await client.aclose()
        await client.connection_pool.disconnect()


@dataclass(frozen=True, slots=True)
class RedisStore:
    """A ``Store`` in Redis. Units: ``timeout_s`` bounds a whole exchange, waiting for a connection included."""

    client: Redis
    timeout_s: float

    async def get(self, read: str, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return each entry or None, in one MGET. Raises: ``StoreFailed``."""
        async with self._exchange():
            kept = await self.client.mget(names)
        return cast("list[bytes | None]", kept)  # the client is built without decode_responses

    async def put(self, read: str, entries: Sequence[Entry]) -> None:
        """Keep the entries in one round trip. Raises: ``StoreFailed``; some entries may be kept all the same."""
        async with self._exchange():
            pipeline = self.client.pipeline(transaction=False)
            for entry in entries:
                command = pipeline.set(entry.name, entry.data, px=max(1, round(entry.kept_s * 1000)))
                assert command is pipeline  # queued: nothing to await before execute
            await pipeline.execute()

    async def ping(self) -> None:
        """Ask for a sign of life. Raises: ``StoreFailed``."""
        async with self._exchange():
            await self.client.ping()

    @asynccontextmanager
    async def _exchange(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.timeout_s):
                yield
        except ResponseError as refusal:
            raise StoreRefused(type(refusal).__name__) from refusal
        except (RedisError, OSError) as lost:
            raise StoreUnreachable(type(lost).__name__) from lost

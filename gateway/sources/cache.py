"""The cache as a whole: connected once a process, put in front of any read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from domain.clock import Clock
from domain.ports import Read
from gateway.settings.sources import CacheSettings, RedisSettings
from gateway.sources import clients
from gateway.sources.announcements import Announcements
from gateway.sources.cached import Cached
from gateway.sources.codec import Codec
from gateway.sources.exchanges import Exchanges
from gateway.sources.freshness import CachePolicy
from gateway.sources.guarded import GuardedStore
from gateway.sources.local import LocalStore
from gateway.sources.naming import Keyer, Tag
from gateway.sources.redis import Channels, RedisStore
from gateway.sources.store import CacheMetrics
from gateway.sources.subscriber import Subscriber
from gateway.sources.visits import Visits

__all__ = ["Cache", "connected"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")

WRITE_DOWN_EVERY_S: Final = 10.0
HOUR_S: Final = 3600


@dataclass(eq=False, slots=True)
class Cache:
    """What all cached reads of a process share."""

    exchanges: Exchanges
    store: GuardedStore
    announcements: Announcements
    keyer: Keyer
    clock: Clock
    metrics: CacheMetrics
    visits: Visits
    subscriber: Subscriber
    alone: asyncio.Semaphore
    _reads: list[Cached[Any, Any]] = field(default_factory=list, init=False)

    def over(
        self, read: Read[K, V], codec: Codec[V], policy: CachePolicy[V], *, at_once: int | None = None
    ) -> Cached[K, V]:
        """Put the cache in front of a read.

        ``at_once`` is how many computations of its own a process runs while the store is away, if the read is cheap
        enough not to queue with those that are not.
        """
        cached = Cached.over(
            read,
            store=self.store,
            codec=codec,
            policy=policy,
            keyer=self.keyer,
            clock=self.clock,
            metrics=self.metrics,
            announcements=self.announcements,
            alone=self.alone if at_once is None else asyncio.Semaphore(at_once),
            visited=self.visits.note,
        )
        self._reads.append(cached)
        return cached

    async def invalidate(self, tags: Iterable[Tag]) -> None:
        """Outdate every entry about these things, and whatever is being computed about them, in all processes.

        Raises: ``StoreFailed`` when the other processes do not know; to be tried again until they do.
        """
        names = [cached.name(tag.key) for tag in tags for cached in self._reads if cached.parts.policy.tag == tag.kind]
        if names:
            await self.store.invalidate(names)

    async def close(self) -> None:
        """Give up what is on its way, so that other processes take over, and write down what was noted."""
        for cached in self._reads:
            await cached.close()
        await self.visits.write_down()


@asynccontextmanager
async def connected(
    redis: RedisSettings, settings: CacheSettings, clock: Clock, metrics: CacheMetrics
) -> AsyncIterator[Cache]:
    """Open the cache and close it at the end. Redis need not be there: it may come up, or go, at any time."""
    channels = Channels.of(settings.prefix)
    async with clients.connected(redis) as (client, listen):
        exchanges = Exchanges(client, redis.timeout_s, redis.max_connections)
        shared = RedisStore(exchanges, channels, settings.keep_s + HOUR_S)
        local = LocalStore(clock, settings.local_entries)
        announcements = Announcements()
        warm_up = settings.warm_up
        cache = Cache(
            exchanges,
            GuardedStore(shared, local, clock, redis.pause_s, metrics),
            announcements,
            Keyer(settings.secret.encode(), settings.prefix),
            clock,
            metrics,
            Visits(exchanges, clock, metrics, settings.prefix, warm_up.until_hour, warm_up.mornings),
            Subscriber(listen, channels, announcements, local, shared.holder, redis.timeout_s),
            asyncio.Semaphore(settings.alone_computations),
        )
        tasks = [asyncio.create_task(cache.subscriber.run()), asyncio.create_task(write_down(cache.visits))]
        try:
            yield cache
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await cache.close()


async def write_down(visits: Visits) -> None:
    """Write visits down from time to time."""
    while True:
        await asyncio.sleep(WRITE_DOWN_EVERY_S)
        await visits.write_down()

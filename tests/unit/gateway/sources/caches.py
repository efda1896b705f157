"""Caches as the gateway builds them, each as if it were a process of its own, over one real store or none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from domain import models
from domain.clock import Clock, Deadline
from domain.errors import Source
from domain.ports import Call, Outcome
from gateway.settings.declaring import Secret
from gateway.settings.sources import CacheSettings, RedisSettings
from gateway.sources import cache as caching
from gateway.sources.cache import Cache
from gateway.sources.cached import Cached
from gateway.sources.clients import Client
from gateway.sources.codec import Codec
from gateway.sources.freshness import CachePolicy
from gateway.sources.naming import Tag
from gateway.sources.redis import Channels
from gateway.sources.store import (
    Computed,
    Granted,
    Lease,
    Look,
    Name,
    Store,
    Wanted,
)
from tests.unit.gateway.sources.fakes import Counts, LifeSystem, RunningClock

T = TypeVar("T")

CODEC = Codec(models.LifeValuation)
FRESH = timedelta(seconds=900)

POLICY: CachePolicy[models.LifeValuation] = CachePolicy(
    read="life_valuations",
    tag="life_contract",
    source=Source.LIFE_VALUATION,
    operation="valuation_poll",
    fresh_until=lambda computed_at: computed_at + FRESH,
    as_stale=lambda valuation: replace(valuation, stale=True),
    revalidate_s=3600,
    keep_s=86_400,
    missing_s=60,
    retry_s=15,
    lease_s=3,
    patience_s=30,
    batch=25,
    in_background=3,
)

SETTINGS = CacheSettings(secret=Secret("a key of the tests, forty characters long"), prefix="test")


@dataclass(slots=True)
class WallClock:
    """A calendar that is moved by hand over a monotonic clock that runs; ``now`` is the same for all processes."""

    instant: datetime
    running: RunningClock = field(default_factory=RunningClock)

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return self.running.monotonic()

    def advance(self, **by: float) -> None:
        self.instant += timedelta(**by)


@dataclass(slots=True)
class Process:
    """What one process has."""

    cache: Cache
    cached: Cached[str, models.LifeValuation]
    system: LifeSystem
    counts: Counts
    clock: Clock

    @property
    def client(self) -> Client:
        """To look behind the scenes."""
        return self.cache.exchanges.client

    async def ask(self, *keys: str, within_s: float = 20) -> Sequence[Outcome[models.LifeValuation]]:
        return await self.cached(keys, Call(Deadline.after(self.clock, within_s)))

    async def refresh(self, *keys: str, within_s: float = 20) -> Sequence[Outcome[models.LifeValuation]]:
        return await self.cached.refresh(keys, Call(Deadline.after(self.clock, within_s)))

    def tamper(self) -> Tampered:
        """Come between this process and the shared store."""
        tampered = Tampered(self.cache.store.shared)
        self.cache.store.shared = tampered
        return tampered

    async def invalidate(self, *keys: str) -> None:
        await self.cache.invalidate([Tag("life_contract", key) for key in keys])


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.001)


@dataclass(slots=True)
class Tampered:
    """A shared store between whose lines something happens. Each hook runs once a call, before it is passed on."""

    store: Store
    before: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    after: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def look(self, read: str, names: Sequence[Name]) -> Sequence[Look]:
        return await self._passed("look", self.store.look(read, names))

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> Sequence[Lease]:
        return await self._passed("lease", self.store.lease(read, wanted, lease_s))

    async def renew(self, read: str, grants: Sequence[Granted], lease_s: float) -> None:
        await self._passed("renew", self.store.renew(read, grants, lease_s))

    async def keep(self, read: str, computed: Sequence[Computed]) -> Sequence[bool]:
        return await self._passed("keep", self.store.keep(read, computed))

    async def tell(self, read: str, computed: Sequence[Computed]) -> None:
        await self._passed("tell", self.store.tell(read, computed))

    async def invalidate(self, names: Sequence[Name]) -> None:
        await self._passed("invalidate", self.store.invalidate(names))

    async def _passed(self, operation: str, passing: Coroutine[Any, Any, T]) -> T:
        try:
            if operation in self.before:
                await self.before[operation]()
            answer = await passing
        finally:
            passing.close()
        if operation in self.after:
            await self.after[operation]()
        return answer


@asynccontextmanager
async def process(
    redis: RedisSettings,
    *,
    system: LifeSystem | None = None,
    clock: Clock | None = None,
    policy: CachePolicy[models.LifeValuation] = POLICY,
    settings: CacheSettings = SETTINGS,
    deaf: bool = False,
    connects: bool = True,
) -> AsyncIterator[Process]:
    """Open a cache and, if it ``connects``, wait until it hears the others; a ``deaf`` one never will."""
    counts, clock = Counts(), clock or RunningClock()
    if system is None:
        system = LifeSystem()
        system.gate.set()
    async with caching.connected(redis, settings, clock, counts) as cache:
        if deaf:
            cache.subscriber.channels = Channels.of("nobody")
        if connects:
            await asyncio.wait_for(cache.subscriber.listening.wait(), 10)
        yield Process(cache, cache.over(system, CODEC, policy), system, counts, clock)

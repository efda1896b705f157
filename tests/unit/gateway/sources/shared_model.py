"""The store that all processes share, as a model: what its scripts do, on the loop's time; it can be lost, as can those
who ask it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TypeVar

from domain import models
from domain.clock import Deadline
from domain.ports import Call, Outcome, Read
from gateway.sources.announcements import Announcements, Told
from gateway.sources.cached import Cached
from gateway.sources.freshness import CachePolicy
from gateway.sources.guarded import GuardedStore
from gateway.sources.local import LocalStore
from gateway.sources.naming import Keyer
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
    StoreUnreachable,
    Wanted,
)
from tests.unit.gateway.sources.caches import CODEC
from tests.unit.gateway.sources.fakes import Counts
from tests.unit.gateway.sources.virtual_time import LoopClock

__all__ = ["ModelProcess", "Server"]

T = TypeVar("T")

PAUSE_S = 1.0


def now_s() -> float:
    return asyncio.get_running_loop().time()


@dataclass(eq=False, slots=True)
class Server:
    """Keeps, leases and publishes, ``latency_s`` away from everybody, while it ``is_up``; else it is given up after
    ``patience_s``."""

    latency_s: float
    patience_s: float = 0.0
    is_up: bool = True
    entries: dict[str, Kept] = field(default_factory=dict)
    leases: dict[str, tuple[Granted, float]] = field(default_factory=dict)
    rests: dict[str, float] = field(default_factory=dict)
    cuts: dict[str, int] = field(default_factory=dict)
    connected: list[ModelProcess] = field(default_factory=list)
    _fence: int = 1

    def go(self) -> None:
        self.is_up = False
        for each in self.connected:
            each.local.doubt()

    def come_back(self) -> None:
        self.is_up = True
        for each in self.connected:
            each.local.doubt()
            each.announcements.look_again()

    def look(self, name: Name) -> Look:
        kept, cut = self.entries.get(name.entry), self.cuts.get(name.entity, 0)
        return Look(kept if kept is not None and kept.fence > cut else None, cut)

    def lease(self, wanted: Wanted, holder: str, lease_s: float) -> Lease:
        look, entry = self.look(wanted.name), wanted.name.entry
        if look.kept is not None and look.kept.fence > wanted.seen:
            return look
        held, until_s = self.leases.get(entry, (None, 0.0))
        if held is not None and until_s > now_s() and held.fence > look.cut:
            return Held(held.fence, until_s - now_s())
        if wanted.rests and (rest_s := self.rests.get(entry, -inf) - now_s()) > 0:
            return Resting(rest_s)
        granted = Granted(wanted.name, self._next(wanted.seen, look.cut), holder, is_shared=True)
        self.leases[entry] = granted, now_s() + lease_s
        return granted

    def renew(self, grant: Granted, lease_s: float) -> bool:
        held, until_s = self.leases.get(grant.name.entry, (None, 0.0))
        is_held = held == grant and until_s > now_s()
        if is_held:
            self.leases[grant.name.entry] = grant, now_s() + lease_s
        return is_held

    def keep(self, computed: Computed) -> bool:
        grant, entry = computed.grant, computed.grant.name.entry
        look = self.look(grant.name)
        is_kept = grant.fence > max(look.cut, look.kept.fence if look.kept is not None else 0)
        if is_kept:
            self.entries[entry] = Kept(grant.fence, computed.data)
            self.rests.pop(entry, None)
        self.tell(computed, computed.data if is_kept else AGAIN)
        return is_kept

    def tell(self, computed: Computed, data: bytes) -> bool:
        grant, entry = computed.grant, computed.grant.name.entry
        if self.leases.get(entry, (None, 0))[0] == grant:
            del self.leases[entry]
        if computed.rest_s:
            self.rests[entry] = now_s() + computed.rest_s
        for each in self.connected:
            if each.holder != grant.token:
                told = Told(grant.fence, data)
                asyncio.get_running_loop().call_later(self.latency_s, each.hear, entry, told)
        return True

    def invalidate(self, name: Name) -> int:
        self.cuts[name.entity] = self._next()
        for each in self.connected:
            each.local.invalidate(name.entity, self.cuts[name.entity])
        return self.cuts[name.entity]

    def _next(self, *above: int) -> int:
        self._fence = max(self._fence + 1, int(now_s() * 1_000_000), *(each + 1 for each in above))
        return self._fence


@dataclass(eq=False, slots=True)
class ModelProcess:
    """A process and its way to the server; one that is dead does nothing to it any more."""

    server: Server
    holder: str
    read: Read[str, models.LifeValuation]
    policy: CachePolicy[models.LifeValuation]
    is_dead: bool = False
    counts: Counts = field(default_factory=Counts)
    announcements: Announcements = field(default_factory=Announcements)
    local: LocalStore = field(default_factory=lambda: LocalStore(LoopClock(), 10))
    cached: Cached[str, models.LifeValuation] = field(init=False)
    callers: set[asyncio.Task[Sequence[Outcome[models.LifeValuation]]]] = field(default_factory=set)

    def __post_init__(self) -> None:
        clock = LoopClock()
        self.server.connected.append(self)
        self.cached = Cached.over(
            self.read,
            store=GuardedStore(self, self.local, clock, PAUSE_S, self.counts),
            codec=CODEC,
            policy=self.policy,
            keyer=Keyer(b"a key", "test"),
            clock=clock,
            metrics=self.counts,
            announcements=self.announcements,
            alone=asyncio.Semaphore(2),
        )

    def ask(self, *keys: str, within_s: float = 20) -> asyncio.Task[Sequence[Outcome[models.LifeValuation]]]:
        task = asyncio.create_task(self.cached(keys, Call(Deadline.after(LoopClock(), within_s))))
        self.callers.add(task)
        return task

    async def die(self) -> None:
        """End as by a signal that nothing can be done about."""
        self.is_dead = True
        self.server.connected.remove(self)
        for caller in self.callers:
            caller.cancel()
        await self.cached.close()

    def hear(self, entry: str, told: Told) -> None:
        if self.server.is_up and not self.is_dead:
            self.announcements.tell(entry, told)

    async def look(self, read: str, names: Sequence[Name]) -> list[Look]:
        return await self._exchange(lambda: [self.server.look(name) for name in names])

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> list[Lease]:
        return await self._exchange(lambda: [self.server.lease(each, self.holder, lease_s) for each in wanted])

    async def renew(self, read: str, grants: Sequence[Granted], lease_s: float) -> None:
        await self._exchange(lambda: [self.server.renew(each, lease_s) for each in grants])

    async def keep(self, read: str, computed: Sequence[Computed]) -> list[bool]:
        def done() -> list[bool]:
            return [self.server.keep(each) if each.kept_s else self.server.tell(each, each.data) for each in computed]

        return await self._exchange(done)

    async def tell(self, read: str, computed: Sequence[Computed]) -> None:
        await self._exchange(lambda: [self.server.tell(each, each.data) for each in computed])

    async def invalidate(self, names: Sequence[Name]) -> None:
        await self._exchange(lambda: [self.server.invalidate(name) for name in names])

    async def _exchange(self, done: Callable[[], list[T]]) -> list[T]:
        """Go there, have it done, come back; either way can be lost."""
        await self._way()
        answer = done()
        await self._way()
        return answer

    async def _way(self) -> None:
        if not self.is_dead:
            await asyncio.sleep(self.server.latency_s)
        if self.is_dead or not self.server.is_up:
            await asyncio.sleep(0.0 if self.is_dead else self.server.patience_s)
            raise StoreUnreachable("ConnectionError")

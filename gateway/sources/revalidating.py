"""New values for stale ones, in the background: once across all processes, and not while failures are fresh."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.ports import Call
from gateway.sources.computing import Computing
from gateway.sources.freshness import CachePolicy
from gateway.sources.store import CacheMetrics, Granted, Held, Look, Store, Wanted

__all__ = ["Revalidating"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")


@dataclass(eq=False, slots=True)
class Revalidating(Generic[K, V]):
    """Asks the store at most once at a time for an entry, however many callers were served its stale value."""

    store: Store
    computing: Computing[K, V]
    policy: CachePolicy[V]
    metrics: CacheMetrics
    _seen_to: set[str] = field(default_factory=set, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def start(self, wanted: Mapping[K, Wanted], call: Call) -> None:
        """See to these entries unless that is being done."""
        fresh = {
            key: each
            for key, each in wanted.items()
            if each.name.entry not in self._seen_to and self.computing.running(each.name.entry) is None
        }
        if fresh:
            self._seen_to.update(each.name.entry for each in fresh.values())
            task = asyncio.create_task(self._revalidate(fresh, call), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait for what is being revalidated now."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop asking; what is being computed belongs to ``Computing``."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _revalidate(self, wanted: dict[K, Wanted], call: Call) -> None:
        asked = list(wanted.values())
        leases = await self.store.lease(self.policy.read, asked, self.policy.lease_s)
        grants: dict[K, Granted] = {}
        for (key, each), lease in zip(wanted.items(), leases, strict=True):
            if isinstance(lease, Granted):
                grants[key] = lease
            else:
                # Another process computes it, or has just failed to, or has done it.
                pause_s = 0 if isinstance(lease, Look) else min(lease.for_s, self._longest_s(lease))
                asyncio.get_running_loop().call_later(pause_s, self._seen_to.discard, each.name.entry)
        if grants:
            self.metrics.revalidating(self.policy.read, len(grants))
            try:
                await asyncio.shield(self.computing.start(grants, call))
            finally:
                self._seen_to.difference_update(grant.name.entry for grant in grants.values())

    def _longest_s(self, lease: object) -> float:
        return self.policy.lease_s if isinstance(lease, Held) else self.policy.retry_s

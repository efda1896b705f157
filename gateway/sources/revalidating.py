"""New values for stale ones, in the background: once across all processes, and not while failures are fresh."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.ports import Call
from gateway.sources.background import Background
from gateway.sources.computing import Computing
from gateway.sources.freshness import CachePolicy
from gateway.sources.store import CacheMetrics, Granted, Held, Look, Resting, Store, Wanted

__all__ = ["Revalidating"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")


@dataclass(eq=False, slots=True)
class Revalidating(Generic[K, V]):
    """Asks the store at most once at a time for an entry, however many callers were served its stale value.

    What has to wait for its turn, of which the policy has so many, holds no lease meanwhile.
    """

    store: Store
    computing: Computing[K, V]
    policy: CachePolicy[V]
    metrics: CacheMetrics
    _seen_to: set[str] = field(default_factory=set, init=False)
    _turns: asyncio.Semaphore = field(init=False)
    _tasks: Background = field(default_factory=lambda: Background("revalidation"), init=False)

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.policy.in_background)

    def start(self, wanted: Mapping[K, Wanted], call: Call) -> None:
        """See to these entries unless that is being done."""
        fresh = [
            (key, each)
            for key, each in wanted.items()
            if each.name.entry not in self._seen_to and self.computing.running(each.name.entry) is None
        ]
        self._seen_to.update(each.name.entry for _, each in fresh)
        for first in range(0, len(fresh), self.policy.batch):
            _ = self._tasks.start(self._revalidate(dict(fresh[first : first + self.policy.batch]), call))

    async def settled(self) -> None:
        """Wait for what is being revalidated now."""
        await self._tasks.settled()

    async def close(self) -> None:
        """Stop asking; what is being computed belongs to ``Computing``."""
        await self._tasks.close()

    async def _revalidate(self, wanted: dict[K, Wanted], call: Call) -> None:
        # However this ends, it must be possible to see to these entries again.
        seen_to = {each.name.entry for each in wanted.values()}
        try:
            async with self._turns:
                leases = await self.store.lease(self.policy.read, list(wanted.values()), self.policy.lease_s)
                grants: dict[K, Granted] = {}
                for (key, each), lease in zip(wanted.items(), leases, strict=True):
                    if isinstance(lease, Granted):
                        grants[key] = lease
                    elif (pause_s := self._pause_s(lease)) > 0:
                        seen_to.discard(each.name.entry)
                        asyncio.get_running_loop().call_later(pause_s, self._seen_to.discard, each.name.entry)
                if grants:
                    self.metrics.revalidating(self.policy.read, len(grants))
                    await asyncio.shield(self.computing.start(grants, call))
        finally:
            self._seen_to.difference_update(seen_to)

    def _pause_s(self, lease: Held | Resting | Look) -> float:
        """Return how long to leave alone what another process computes, or has just failed to, or has done."""
        if isinstance(lease, Look):
            return 0
        return min(lease.for_s, self.policy.lease_s if isinstance(lease, Held) else self.policy.retry_s)

"""The computations that this process does for everybody, from the lease to the telling."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Generic, TypeVar

from domain.clock import Clock, Deadline
from domain.errors import SourceError, SourceTimeout
from domain.ports import Call, Missing, Outcome, Read
from gateway.observability.logs import logger
from gateway.sources.announcements import Announcements, Direct, Told
from gateway.sources.background import Background, forgiven
from gateway.sources.codec import Codec, Uncodable
from gateway.sources.entries import Entry, sealed
from gateway.sources.freshness import CachePolicy
from gateway.sources.store import AGAIN, CacheMetrics, Computed, Granted, Store, Verdict

__all__ = ["Computing"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")

RENEWALS_A_LEASE: Final = 3

OVERTIME_S: Final = 0.5
"""How long past its deadline a read may take to say so itself, since it knows best what happened."""


@dataclass(eq=False, slots=True)
class Computing(Generic[K, V]):
    """Computes granted keys in one call of the read, and tells this process and all others what came of it.

    A computation outlives the caller who began it: others, here or in other processes, may wait for it, and its value
    is kept anyhow. ``alone`` bounds those that no other process knows of.
    """

    read: Read[K, V]
    store: Store
    announcements: Announcements
    codec: Codec[V]
    policy: CachePolicy[V]
    clock: Clock
    metrics: CacheMetrics
    alone: asyncio.Semaphore
    _running: dict[str, Granted] = field(default_factory=dict, init=False)
    _tasks: Background = field(default_factory=lambda: Background("computation"), init=False)

    def running(self, entry: str) -> Granted | None:
        """Return under which grant this process computes an entry now."""
        return self._running.get(entry)

    def start(self, grants: Mapping[K, Granted], call: Call) -> asyncio.Task[None]:
        """Begin a computation of keys, in the background."""
        allowed_s = max(self.policy.patience_s, call.deadline.remaining_s())
        shared = replace(call, deadline=Deadline.after(self.clock, allowed_s))
        self._running.update({grant.name.entry: grant for grant in grants.values()})
        task = self._tasks.start(self._run(dict(grants), shared))
        # One cancelled before its first turn could tell nobody itself.
        task.add_done_callback(lambda _: self._abandon(grants.values()), context=Context())
        return task

    async def close(self) -> None:
        """Give up what is on its way, so that other processes take over at once."""
        await self._tasks.close()

    async def _run(self, grants: dict[K, Granted], call: Call) -> None:
        try:
            began = self.clock.now()
            outcomes = await self._computed(grants, call)
            await self._conclude(grants, outcomes, began)
        except asyncio.CancelledError:
            await self._give_up(grants, AGAIN)
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, nobody may be left waiting for it
            logger().error("computation broken", read=self.policy.read, exc_info=fault)
            await self._give_up(grants, Direct(fault=fault))

    async def _computed(self, grants: dict[K, Granted], call: Call) -> dict[K, Outcome[V]]:
        if all(grant.is_shared for grant in grants.values()):
            return await self._under_lease(grants, call)
        async with self.alone:
            return await self._under_lease(grants, call)

    async def _under_lease(self, grants: dict[K, Granted], call: Call) -> dict[K, Outcome[V]]:
        """Compute, renewing the leases; no longer than the read may take, lest it hang on everybody for ever."""
        keys = list(grants)
        lease_s = self.policy.lease_s
        task = forgiven(asyncio.ensure_future(self.read(keys, call)))
        over_at_s = self.clock.monotonic() + call.deadline.remaining_s() + OVERTIME_S
        try:
            while (left_s := over_at_s - self.clock.monotonic()) > 0:
                if (await asyncio.wait({task}, timeout=min(left_s, lease_s / RENEWALS_A_LEASE)))[0]:
                    return dict(zip(keys, task.result(), strict=True))
                if call.deadline.remaining_s() > 0:
                    await self.store.renew(self.policy.read, list(grants.values()), lease_s)
        finally:
            # Nobody waits long for one that does not even heed this: what it comes to is not kept.
            task.cancel()
            await asyncio.wait({task}, timeout=OVERTIME_S)
        logger().error("read ignores its deadline", read=self.policy.read)
        late = SourceTimeout(self.policy.source, self.policy.operation, "the computation ignored its deadline")
        return dict.fromkeys(keys, late)

    async def _conclude(self, grants: dict[K, Granted], outcomes: dict[K, Outcome[V]], began: datetime) -> None:
        ends = [self._end(grants[key], Entry(began, outcome)) for key, outcome in outcomes.items()]
        kept = await self.store.keep(self.policy.read, [computed for computed, _ in ends])
        for (computed, here), is_kept, outcome in zip(ends, kept, outcomes.values(), strict=True):
            self.metrics.computed(self.policy.read, verdict(outcome) if is_kept else "outdated")
            self._announce(computed.grant, Told(computed.grant.fence, here if is_kept else AGAIN))

    def _end(self, grant: Granted, entry: Entry[V]) -> tuple[Computed, bytes | Direct]:
        """Return what the store is given, and what those who wait in this process are told."""
        try:
            data = sealed(self.codec, entry)
        except Uncodable:
            self.metrics.failed(self.policy.read, "encode")
            return Computed(grant, AGAIN), Direct(entry.outcome)
        if isinstance(entry.outcome, SourceError):
            # Here the failure itself, not a copy: whoever stands in front may ask what it is, and what is the same.
            return Computed(grant, data, rest_s=self.policy.rest_s(entry.outcome)), Direct(entry.outcome)
        kept_s = self.policy.missing_s if isinstance(entry.outcome, Missing) else self.policy.keep_s
        return Computed(grant, data, kept_s), data

    def _announce(self, grant: Granted, told: Told) -> None:
        """Tell this process; from then on whoever comes must not wait for this computation any more."""
        if self._running.get(grant.name.entry) is grant:
            del self._running[grant.name.entry]
        self.announcements.tell(grant.name.entry, told)

    def _abandon(self, grants: Iterable[Granted]) -> None:
        for grant in grants:
            if self._running.get(grant.name.entry) is grant:
                self._announce(grant, Told(grant.fence, AGAIN))

    async def _give_up(self, grants: dict[K, Granted], told: bytes | Direct) -> None:
        for grant in grants.values():
            self._announce(grant, Told(grant.fence, told))
        await self.store.tell(self.policy.read, [Computed(grant, AGAIN) for grant in grants.values()])


def verdict(outcome: object) -> Verdict:
    """Name what a computation came to."""
    if isinstance(outcome, SourceError):
        return "failed"
    return "missing" if isinstance(outcome, Missing) else "value"

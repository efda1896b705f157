"""The shared store while it answers, this process's own while it does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from domain.clock import Clock
from gateway.observability.logs import logger
from gateway.sources.local import LocalStore
from gateway.sources.store import (
    CacheMetrics,
    Computed,
    Granted,
    Lease,
    Look,
    Name,
    Store,
    StoreFailed,
    StoreRefused,
    StoreUnreachable,
    Wanted,
)

__all__ = ["GuardedStore"]

T = TypeVar("T")

Operation: TypeAlias = Literal["look", "lease", "renew", "keep", "tell", "invalidate"]


@dataclass(slots=True)
class GuardedStore:
    """A ``Store`` that never raises, and costs next to nothing while the shared one is away.

    After a call without an answer the shared store is left alone for ``pause_s`` seconds; then one caller tries, and
    the others keep going without it until that one has succeeded. A refusal (a full store still answers reads) pauses
    nothing; whatever else the shared store raises counts as no answer. Each change of state is logged once, each
    failure is counted.
    """

    shared: Store
    local: LocalStore
    clock: Clock
    pause_s: float
    metrics: CacheMetrics
    _away: bool = field(default=False, init=False)
    _try_at_s: float = field(default=0.0, init=False)
    _refused: set[Operation] = field(default_factory=set, init=False)

    @property
    def is_reachable(self) -> bool:
        """Whether the shared store answered when it was last asked."""
        return not self._away

    async def look(self, read: str, names: Sequence[Name]) -> Sequence[Look]:
        """Return what there is; a process's own copy of what the shared store did not take. Raises: nothing."""
        found = await self._shared(read, "look", lambda: self.shared.look(read, names))
        if found is None:
            return [self.local.look(name) for name in names]
        return [self._merged(name, look) for name, look in zip(names, found, strict=True)]

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> Sequence[Lease]:
        """Ask for leave to compute; given to everybody in this process alone if need be. Raises: nothing."""
        leases = await self._shared(read, "lease", lambda: self.shared.lease(read, wanted, lease_s))
        return [self.local.lease(each) for each in wanted] if leases is None else leases

    async def renew(self, read: str, grants: Sequence[Granted], lease_s: float) -> None:
        """Make shared grants last. Raises: nothing."""
        if shared := [each for each in grants if each.is_shared]:
            await self._shared(read, "renew", lambda: self.shared.renew(read, shared, lease_s))

    async def keep(self, read: str, computed: Sequence[Computed]) -> Sequence[bool]:
        """Keep where that is possible and tell; False for what is outdated. Raises: nothing."""
        self.local.rest(computed)
        if not all(each.grant.is_shared for each in computed):
            return self.local.keep(computed, only_here=True)
        kept = await self._shared(read, "keep", lambda: self.shared.keep(read, computed))
        if kept is None:
            # A full store can still pass on what it cannot hold.
            await self.tell(read, computed)
            return self.local.keep(computed, only_here=True)
        self.local.keep([each for each, is_kept in zip(computed, kept, strict=True) if is_kept and each.kept_s])
        return kept

    async def tell(self, read: str, computed: Sequence[Computed]) -> None:
        """Tell other processes if that is possible. Raises: nothing."""
        if shared := [each for each in computed if each.grant.is_shared]:
            await self._shared(read, "tell", lambda: self.shared.tell(read, shared))

    async def invalidate(self, names: Sequence[Name]) -> None:
        """Outdate in this process, then in all. Raises: ``StoreFailed`` when the others do not know."""
        for name in names:
            self.local.invalidate(name.entity)
        try:
            await self.shared.invalidate(names)
        except Exception as failure:
            self._failed("all", "invalidate", failure)
            if isinstance(failure, StoreFailed):
                raise
            raise StoreUnreachable(type(failure).__name__) from failure
        self._answered("invalidate")

    def _merged(self, name: Name, look: Look) -> Look:
        if look.kept is not None:
            self.local.put(name, look.kept)
            return look
        own = self.local.look(name, look.cut)
        # What the shared store had and has no more was dropped on purpose.
        return own if own.kept is not None and own.kept.only_here else look

    async def _shared(self, read: str, operation: Operation, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Ask the shared store, or return None."""
        if not self._may_ask(read):
            return None
        try:
            answer = await ask()
        except Exception as failure:  # noqa: BLE001 - a store may be spared, whatever is wrong with it
            self._failed(read, operation, failure)
            return None
        self._answered(operation)
        return answer

    def _may_ask(self, read: str) -> bool:
        if not self._away:
            return True
        now_s = self.clock.monotonic()
        if now_s < self._try_at_s:
            self.metrics.failed(read, "skipped")
            return False
        self._try_at_s = now_s + self.pause_s
        return True

    def _failed(self, read: str, operation: Operation, failure: Exception) -> None:
        self.metrics.failed(read, operation)
        # What others raise may quote what they were given.
        detail = str(failure) if isinstance(failure, StoreFailed) else type(failure).__name__
        if not isinstance(failure, StoreRefused):
            self._try_at_s = self.clock.monotonic() + self.pause_s
            if not self._away:
                self._away = True
                self.metrics.store_is(reachable=False)
                logger().warning("cache out", operation=operation, detail=detail)
        elif operation not in self._refused:
            self._refused.add(operation)
            logger().warning("cache refuses", operation=operation, detail=detail)

    def _answered(self, operation: Operation) -> None:
        if self._away:
            self._away = False
            # Others may have computed and invalidated what this process could not hear of.
            self.local.doubt()
            self.metrics.store_is(reachable=True)
            logger().info("cache back", operation=operation)
        if operation in self._refused:
            self._refused.discard(operation)
            logger().info("cache accepts", operation=operation)

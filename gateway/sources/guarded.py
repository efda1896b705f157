"""A store that may be gone, and costs next to nothing while it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from domain.clock import Clock
from gateway.observability.logs import logger
from gateway.sources.store import CacheMetrics, Entry, Store, StoreFailed, StoreUnreachable

__all__ = ["GuardedStore"]


@dataclass(slots=True)
class GuardedStore:
    """A ``Store`` that never raises: without an answer it has no entries and keeps none.

    After a call without an answer it is left alone for ``pause_s`` seconds; then one caller tries, and the others keep
    going without it until that one has succeeded. A refusal (a full store still answers reads) pauses nothing. Each
    change of state is logged once, each failure is counted.
    """

    store: Store
    clock: Clock
    pause_s: float
    metrics: CacheMetrics
    _away: bool = field(default=False, init=False)
    _try_at_s: float = field(default=0.0, init=False)
    _state: dict[str, str] = field(default_factory=lambda: {"get": "ok", "put": "ok"}, init=False)

    async def get(self, read: str, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return each entry or None. Raises: nothing."""
        if self._may_ask(read):
            try:
                kept = await self.store.get(read, names)
            except StoreFailed as failure:
                self._failed(read, "get", failure)
            else:
                self._answered("get")
                return kept
        return [None] * len(names)

    async def put(self, read: str, entries: Sequence[Entry]) -> None:
        """Keep the entries if that is possible now. Raises: nothing."""
        if self._may_ask(read):
            try:
                await self.store.put(read, entries)
            except StoreFailed as failure:
                self._failed(read, "put", failure)
            else:
                self._answered("put")

    def _may_ask(self, read: str) -> bool:
        if not self._away:
            return True
        now_s = self.clock.monotonic()
        if now_s < self._try_at_s:
            self.metrics.failed(read, "skipped")
            return False
        self._try_at_s = now_s + self.pause_s
        return True

    def _failed(self, read: str, operation: Literal["get", "put"], failure: StoreFailed) -> None:
        self.metrics.failed(read, operation)
        if isinstance(failure, StoreUnreachable):
            self._away = True
            self._try_at_s = self.clock.monotonic() + self.pause_s
        self._enter(operation, type(failure).__name__, str(failure))

    def _answered(self, operation: Literal["get", "put"]) -> None:
        self._away = False
        self._enter(operation, "ok", "")

    def _enter(self, operation: str, state: str, detail: str) -> None:
        if self._state[operation] == state:
            return
        self._state[operation] = state
        if state == "ok":
            logger().info("cache back", operation=operation)
        else:
            logger().warning("cache out", operation=operation, state=state, detail=detail)

"""Redis while it answers, and what is done without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.clock import Clock
from gateway.observability.logs import logger
from gateway.sources.exchanges import Command, Exchanges
from gateway.sources.store import StoreFailed, StoreRefused

__all__ = ["Shared"]


class Shared:
    """Sends commands to Redis, and says when there is no answer to be had.

    After a command without an answer Redis is left alone for ``pause_s`` seconds; then one caller tries, and the others
    keep going without it until that one has succeeded. A refusal pauses nothing. Each change is logged once.
    """

    def __init__(self, name: str, exchanges: Exchanges, clock: Clock, pause_s: float) -> None:
        self._name = name
        self._exchanges = exchanges
        self._clock = clock
        self._pause_s = pause_s
        self._away = False
        self._try_at_s = 0.0

    async def send(self, command: Command) -> Sequence[Any] | None:
        """Return the answer as a list of one, None without one. It may have been done all the same. Raises: nothing."""
        if not self._may_ask():
            return None
        try:
            answer = await self._exchanges.send([command], first=True)
        except StoreFailed as failure:
            self._failed(failure)
            return None
        self._is(away=False)
        return answer

    def _may_ask(self) -> bool:
        if not self._away:
            return True
        now_s = self._clock.monotonic()
        if now_s < self._try_at_s:
            return False
        self._try_at_s = now_s + self._pause_s
        return True

    def _failed(self, failure: StoreFailed) -> None:
        if isinstance(failure, StoreRefused):
            logger().warning(f"{self._name} refused", detail=str(failure))
            return
        self._try_at_s = self._clock.monotonic() + self._pause_s
        self._is(away=True, detail=str(failure))

    def _is(self, *, away: bool, **more: str) -> None:
        if away is self._away:
            return
        self._away = away
        log = logger().warning if away else logger().info
        log(f"{self._name} {'alone' if away else 'shared'}", **more)

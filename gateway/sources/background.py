"""Work that nobody awaits, none of whose failures goes unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.observability.logs import logger

__all__ = ["Background", "forgiven"]

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Background:
    """Holds tasks, lest the garbage collector take them; ``what`` they do is said in the log when one breaks."""

    what: str
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin work in an empty context: whoever caused it must not colour what others get of it."""
        task = asyncio.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._ended, context=Context())
        return task

    def __len__(self) -> int:
        """Return how much is under way."""
        return len(self._tasks)

    async def settled(self) -> None:
        """Wait for what is under way now."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Cancel what is under way, and wait for its end."""
        for task in tuple(self._tasks):
            task.cancel()
        await self.settled()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            logger().error("background work broken", what=self.what, exc_info=fault)


def forgiven(task: asyncio.Future[T]) -> asyncio.Future[T]:
    """Return a task whose failure, if nobody should come for it any more, is no complaint of the loop's."""
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception(), context=Context())
    return task

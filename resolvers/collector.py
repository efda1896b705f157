"""Parents of one relation within one request, for operations that are interpreted field by field.

aiodataloader's loader made safe. As published (0.4.3) it leaves every waiter hanging when its batch is cancelled, runs
a batch in the first caller's context variables and lets the garbage collector take a running batch; cancelling a waiter
cancels what others share. Each has its test in ``tests/unit/resolvers``.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from aiodataloader import DataLoader, Loader, dispatch_queue_batch

from resolvers.read_loader import BatchCancelledError

__all__ = ["ParentCollector"]


class Settled:
    """Carries an outcome through a future as a value, so that a failure nobody awaits is no unretrieved exception."""

    __slots__ = ("outcome",)

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome


class ParentCollector(DataLoader[Any, Settled]):
    """Collects parents until the end of the loop turn and asks for all in one batch; look-alikes stay apart.

    Must be made inside a running loop, by the request it serves.
    """

    def __init__(self, ask: Callable[[list[Any]], Coroutine[Any, Any, Sequence[object]]]) -> None:
        # get_event_loop() of the base would make or find a loop outside one; asking for the running one fails loudly.
        super().__init__(self._ask, cache=False, loop=asyncio.get_running_loop())
        self._ask_batch = ask
        self._context = contextvars.copy_context()
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    async def one(self, parent: object) -> object:
        """Return the outcome of one parent."""
        # The shield gives each waiter a future of its own: cancelling one never cancels what others share.
        return (await asyncio.shield(self.load(parent))).outcome

    def do_resolve_reject(self, key: Any, future: asyncio.Future[Settled]) -> None:
        """Queue a parent; the first one of a loop turn schedules the batch (replaces the base's scheduling)."""
        self._queue.append(Loader(key=key, future=future))
        if len(self._queue) == 1:
            # Two turns: fields whose parents arrived in this one still get their keys in.
            self.loop.call_soon(self._after_this_turn, context=self._context)

    def _after_this_turn(self) -> None:
        self.loop.call_soon(self._dispatch, context=self._context)

    def close(self) -> None:
        """Give up batches on their way: the request is over, and nobody may be waited for on its behalf."""
        self._closed = True
        for task in self._running:
            task.cancel()

    def _dispatch(self) -> None:
        queue, self._queue = self._queue, []
        if self._closed:
            return
        task = self.loop.create_task(dispatch_queue_batch(self, queue), context=self._context.copy())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _ask(self, parents: list[Any]) -> list[Settled]:
        try:
            outcomes = await self._ask_batch(parents)
        except asyncio.CancelledError:
            if self._closed:
                raise
            # The base would leave the waiters hanging. This task ends here, so nothing is lost by not re-raising.
            msg = "the batch was cancelled"
            raise BatchCancelledError(msg) from None
        if len(outcomes) != len(parents):
            msg = f"{len(parents)} parents were answered with {len(outcomes)} outcomes"
            raise RuntimeError(msg)
        return [Settled(outcome) for outcome in outcomes]

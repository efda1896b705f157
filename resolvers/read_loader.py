"""Keys of one read within one request: asked in bulk, each once, with one future a waiter and none a key.

A list of a hundred keys is one await. A batch takes every key that is asked for in two turns of the loop; whoever asked
first asks the read for all of them, without a task of its own, and whoever asks for a key that is on its way waits for
the same batch. When the first is cancelled while others wait, a task takes its place and asks anew.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator, Iterable, Sequence
from typing import Any, Generic, TypeVar

from domain.errors import SourceError

__all__ = ["BatchCancelledError", "ReadLoader"]

K = TypeVar("K")
V = TypeVar("V")


class BatchCancelledError(RuntimeError):
    """The batch behind a waiter was cancelled from outside."""


@types.coroutine
def _two_turns() -> Generator[None, None, None]:
    """Let the loop go round twice: what ``asyncio.sleep(0)`` does, without its frames."""
    yield
    yield


class _Batch(Generic[K, V]):
    """Keys that are asked together, and who waits for them. ``failure`` is that of the whole batch."""

    __slots__ = ("failure", "is_led", "keys", "outcomes", "waiters")

    def __init__(self) -> None:
        self.keys: dict[K, None] = {}
        self.outcomes: dict[K, V] = {}
        self.failure: Exception | None = None
        self.is_led = False
        self.waiters: list[asyncio.Future[None]] = []

    @property
    def is_over(self) -> bool:
        """Whether it was answered, or failed."""
        return bool(self.outcomes) or self.failure is not None

    def over(self) -> None:
        """Let all who wait go on."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)


class ReadLoader(Generic[K, V]):
    """Must be made inside a running loop, by the request it serves."""

    def __init__(self, ask: Callable[[list[K]], Coroutine[Any, Any, Sequence[V]]]) -> None:
        self._ask = ask
        self._loop = asyncio.get_running_loop()
        self._known: dict[K, V] = {}
        self._underway: dict[K, _Batch[K, V]] = {}
        self._gathering: _Batch[K, V] | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    async def one(self, key: K) -> V:
        """Return the outcome of one key."""
        [outcome] = await self.many((key,))
        return outcome

    async def many(self, keys: Iterable[K]) -> list[V]:
        """Return the outcomes of many keys, in their order. Raises: what the batch function raises."""
        asked = list(keys)
        known, underway = self._known, self._underway
        batches: dict[_Batch[K, V], None] = {}
        for key in asked:
            if key not in known:
                batches[underway.get(key) or self._gather(key)] = None
        if not batches:
            return [known[key] for key in asked]
        found: dict[K, V] = {}
        for batch in batches:
            await self._over(batch)
            if batch.failure is not None:
                raise batch.failure
            found.update(batch.outcomes)
        return [found[key] if key in found else known[key] for key in asked]

    def remember(self, key: K, outcome: V) -> None:
        """Answer later loads of a key with what is known already."""
        if key not in self._underway:
            self._known.setdefault(key, outcome)

    def close(self) -> None:
        """Give up batches on their way: the request is over, and nobody may be waited for on its behalf."""
        self._closed = True
        for task in self._running:
            task.cancel()

    def _gather(self, key: K) -> _Batch[K, V]:
        batch = self._gathering
        if batch is None:
            batch = self._gathering = _Batch()
        batch.keys[key] = None
        self._underway[key] = batch
        return batch

    async def _over(self, batch: _Batch[K, V]) -> None:
        if batch.is_over:
            return
        if not batch.is_led:
            batch.is_led = True
            await self._lead(batch)
            return
        # A future of one's own: who is cancelled takes nothing from those who share the batch.
        waiter = self._loop.create_future()
        batch.waiters.append(waiter)
        await waiter

    async def _lead(self, batch: _Batch[K, V]) -> None:
        """Ask for a batch on behalf of all who wait for it; when cancelled, let a task do so if somebody does."""
        try:
            # Two turns: fields whose parents arrived in this one still get their keys in.
            await _two_turns()
            await self._run(batch)
        except asyncio.CancelledError:
            self._depart(batch)
            if self._closed or all(waiter.done() for waiter in batch.waiters):
                batch.failure = BatchCancelledError("the batch was cancelled")
                self._settle(batch)
            else:
                task = self._loop.create_task(self._run(batch))
                # The loop holds tasks weakly.
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            raise

    def _depart(self, batch: _Batch[K, V]) -> None:
        """Let a batch take no more keys."""
        if self._gathering is batch:
            self._gathering = None

    async def _run(self, batch: _Batch[K, V]) -> None:
        self._depart(batch)
        keys = list(batch.keys)
        try:
            outcomes = await self._ask(keys)
            if len(outcomes) == len(keys):
                batch.outcomes = dict(zip(keys, outcomes, strict=True))
            else:
                batch.failure = RuntimeError(f"{len(keys)} keys were answered with {len(outcomes)} outcomes")
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # It comes from inside, and the waiters would hang.
            batch.failure = BatchCancelledError("the batch was cancelled")
        except Exception as failure:  # noqa: BLE001 - raised again to all who wait
            batch.failure = failure
        self._settle(batch)

    def _settle(self, batch: _Batch[K, V]) -> None:
        """Remember what was answered; what failed is asked again if it is wanted again."""
        for key in batch.keys:
            del self._underway[key]
        for key, outcome in batch.outcomes.items():
            if not isinstance(outcome, SourceError):
                self._known[key] = outcome
        batch.over()

"""Batches within one request: one loader per read, one collector per relation.

``RequestLoader`` is aiodataloader's loader made safe. As published (0.4.3) it caches a cancelled future for ever,
leaves every waiter hanging when its batch is cancelled, keeps failed keys, runs a batch in the first caller's context
variables and lets the garbage collector take a running batch; each has its test in ``tests/unit/resolvers``.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from aiodataloader import DataLoader, Loader, dispatch_queue_batch

from domain.errors import SourceError
from domain.ports import Outcome, Read

if TYPE_CHECKING:
    from domain.ports import Call, Reads
    from resolvers.context import Context

__all__ = ["BatchFunction", "Loaders", "RequestLoader"]

K = TypeVar("K")
V = TypeVar("V")

BatchFunction = Callable[..., Coroutine[Any, Any, Sequence[Any]]]
"""``async def relation(parents, ctx, **arguments) -> results``: one result or exception per parent, in order."""


class Settled(Generic[V]):
    """Carries an outcome through a future as a value, so that a failure nobody awaits is no unretrieved exception."""

    __slots__ = ("outcome",)

    def __init__(self, outcome: V) -> None:
        self.outcome = outcome


class RequestLoader(DataLoader[Any, Settled[V]], Generic[K, V]):
    """Collects keys until the end of the loop turn and asks for them in one batch.

    Must be made inside a running loop, by the request it serves. Give ``cache=False`` where keys are not identities.
    """

    def __init__(self, ask: Callable[[list[K]], Coroutine[Any, Any, Sequence[V]]], *, cache: bool = True) -> None:
        # get_event_loop() of the base would make or find a loop outside one; asking for the running one fails loudly.
        super().__init__(self._ask, cache=cache, loop=asyncio.get_running_loop())
        self._ask_batch = ask
        self._context = contextvars.copy_context()
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    async def one(self, key: K) -> V:
        """Return the outcome of one key."""
        # The shield gives each waiter a future of its own: cancelling one never cancels what others share.
        return (await asyncio.shield(self.load(key))).outcome

    async def many(self, keys: Iterable[K]) -> list[V]:
        """Return the outcomes of many keys, in their order."""
        shared = [self.load(key) for key in keys]
        if pending := {future for future in shared if not future.done()}:
            await asyncio.wait(pending)
        return [future.result().outcome for future in shared]

    def remember(self, key: K, outcome: V) -> None:
        """Answer later loads of a key with what is known already."""
        self.prime(key, Settled(outcome))

    def do_resolve_reject(self, key: K, future: asyncio.Future[Settled[V]]) -> None:
        """Queue a key; the first one of a loop turn schedules the batch (replaces the base's scheduling)."""
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

    async def _ask(self, keys: list[K]) -> list[Settled[V]]:
        try:
            outcomes = await self._ask_batch(keys)
        except asyncio.CancelledError:
            if self._closed:
                raise
            # The base would leave the waiters hanging. This task ends here, so nothing is lost by not re-raising.
            msg = "the batch was cancelled"
            raise BatchCancelledError(msg) from None
        if len(outcomes) != len(keys):
            msg = f"{len(keys)} keys were answered with {len(outcomes)} outcomes"
            raise RuntimeError(msg)
        for key, outcome in zip(keys, outcomes, strict=True):
            if isinstance(outcome, SourceError):
                self.clear(key)
        return [Settled(outcome) for outcome in outcomes]


class BatchCancelledError(RuntimeError):
    """The batch behind a waiter was cancelled from outside."""


class Loaders:
    """One request's loaders, made as they are needed: per read for keys, per relation for parents.

    Leaving it as a context ends what the request still has on its way, so that a client who is gone, or a field that
    failed beside others, costs the systems nothing more.
    """

    def __init__(self, reads: Reads, call: Call) -> None:
        self.reads = reads
        self._call = call
        self._by_read: dict[Any, RequestLoader[Any, Any]] = {}
        self._by_relation: dict[Any, RequestLoader[Any, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for loader in (*self._by_read.values(), *self._by_relation.values()):
            loader.close()

    def of(self, read: Read[K, V]) -> RequestLoader[K, Outcome[V]]:
        """Return this request's loader of a read."""
        loader = self._by_read.get(read)
        if loader is None:

            async def ask(keys: list[K]) -> Sequence[Outcome[V]]:
                return await read(keys, self._call)

            loader = self._by_read[read] = RequestLoader(ask)
        return cast("RequestLoader[K, Outcome[V]]", loader)

    def relation(
        self, function: BatchFunction, ctx: Context, arguments: Mapping[str, Any]
    ) -> RequestLoader[object, object]:
        """Return the collector of the parents of one relation with one set of arguments."""
        key = (function, repr(sorted(arguments.items())))
        loader = self._by_relation.get(key)
        if loader is None:

            async def ask(parents: list[object]) -> Sequence[object]:
                return await function(parents, ctx, **arguments)

            loader = self._by_relation[key] = RequestLoader(ask, cache=False)
        return loader

"""A read that shares upstream calls among its concurrent callers: the same and neighbouring keys in one batch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Final, Generic, TypeVar

from domain.clock import Clock, Deadline
from domain.errors import Source, SourceError, SourceTimeout
from domain.ports import Call, Outcome, Read
from gateway.sources.alarm import Alarm
from gateway.sources.batches import Batch, CoalescingMetrics, CoalescingRules, Waiter
from gateway.sources.bisection import BisectionBudget, ask, halves, is_suspicious
from gateway.sources.resilient.rejections import TooLate

__all__ = ["Coalesced"]

K = TypeVar("K")
V = TypeVar("V")

GRACE_S: Final = 0.05
"""Whose time ends with its batch's waits that much longer for the system to say so itself: breakers live on that."""

ROUNDING_S: Final = 0.005
"""By how much a timer may be early."""


@dataclass(eq=False, slots=True)
class Coalesced(Generic[K, V]):
    """A read that asks for a key once, however many callers of this process want it, and for many keys in one call.

    With nothing under way a batch departs at the end of the loop's turn. Each caller leaves at its own deadline, with
    ``SourceTimeout`` for what is not there; a batch that nobody waits for any more is cancelled. A batch that fails as
    one key could make it fail is asked again in halves, once. Who joined a batch that ran out of time before its own
    is asked for again: the second batch has at least its time, so there is no third.

    Callers that name an instant share batches among themselves, lest others' keys be computed anew for them; a key on
    its way in one that is older than they allow is asked for again.

    The key alone decides what is shared, so not for reads that depend on who asks. ``Call.alone`` shares nothing.
    """

    read: Read[K, V]
    source: Source
    name: str
    rules: CoalescingRules
    budget: BisectionBudget
    clock: Clock
    metrics: CoalescingMetrics
    # The newest batch of every key that is collected or under way, and those that collect: strict ones or not.
    _batches: dict[K, Batch[K, V]] = field(default_factory=dict, init=False)
    _open: dict[bool, Batch[K, V]] = field(default_factory=dict, init=False)
    # Batches whose task runs, lest the garbage collector take it; and those that hold others back, the oldest first.
    _launched: set[Batch[K, V]] = field(default_factory=set, init=False)
    _holding: dict[Batch[K, V], None] = field(default_factory=dict, init=False)
    _alarm: Alarm = field(init=False)

    def __post_init__(self) -> None:
        self._alarm = Alarm(self.clock, self._rung)

    async def __call__(self, keys: Sequence[K], call: Call, /) -> Sequence[Outcome[V]]:
        """Answer every key.

        Shape: one outcome per key, in order; keys may repeat.
        Raises: ``RuntimeError`` from whatever the shared read raised against its contract.
        """
        if call.alone:
            return await self.read(keys, call)
        if not keys:
            return []
        until_s = call.deadline.at_s
        if until_s <= self.clock.monotonic():
            return [self._late() for _ in keys]
        waiter = Waiter[K, V](until_s, call.not_older_than, asyncio.get_running_loop().create_future())
        try:
            self._board(waiter, keys)
            await waiter.woken
        finally:
            if waiter.pending:
                self._leave(waiter)
        sources = waiter.sources
        if call.trace is not None:
            for batch in set(sources.values()):
                call.trace.take(batch.trace)
        return [self._late() if (found := sources[key].outcome(key)) is None else found for key in keys]

    def _late(self) -> SourceTimeout:
        return SourceTimeout(self.source, self.name, "no answer before the deadline")

    def _board(self, waiter: Waiter[K, V], keys: Iterable[K]) -> None:
        """Find each key's batch, the one that collects for those not on their way, and count the waiter in."""
        now_s = self.clock.monotonic()
        for key in keys:
            if key in waiter.sources:
                continue
            batch = self._batches.get(key)
            if batch is None or batch.until_s <= now_s or not batch.suits(waiter):
                is_strict = waiter.not_older_than is not None
                batch = self._batches[key] = self._open.get(is_strict) or self._opened(waiter)
                batch.keys[key] = None
                if len(batch.keys) == self.rules.max_batch:
                    self._shut(batch)
                    if batch.task is None:
                        self._launch(batch)
            batch.take(waiter, key)
        self._alarm.ring_by(waiter.until_s)

    def _opened(self, waiter: Waiter[K, V]) -> Batch[K, V]:
        batch = Batch[K, V](self.name, waiter.not_older_than)
        self._open[batch.is_strict] = batch
        if len(self._holding) >= self.rules.in_flight:
            self._release()
        self._proceed()
        if batch.task is None:
            self._alarm.ring_by(self._release_s())
        return batch

    def _proceed(self) -> None:
        """Let collecting batches go if nothing holds them back; keys may still come until the loop's turn ends."""
        for batch in self._open.values():
            if batch.task is None and len(self._holding) < self.rules.in_flight:
                self._launch(batch)

    def _shut(self, batch: Batch[K, V]) -> None:
        """Take no more keys."""
        if self._open.get(batch.is_strict) is batch:
            del self._open[batch.is_strict]

    def _launch(self, batch: Batch[K, V]) -> None:
        # An empty context: the first caller's viewer and trace must not colour what all of them get.
        batch.task = asyncio.create_task(self._fly(batch), context=Context())
        batch.task.add_done_callback(partial(self._landed, batch), context=Context())
        self._launched.add(batch)

    async def _fly(self, batch: Batch[K, V]) -> Mapping[K, Outcome[V]]:
        self._shut(batch)
        self._unlist(batch, batch.drop_unwanted())
        if not batch.keys:
            return {}
        call, keys = self._depart(batch), list(batch.keys)
        outcomes = await ask(self.read, keys, call)
        if is_suspicious(outcomes) and call.deadline.remaining_s() > 0:
            outcomes = await self._bisected(keys, call, outcomes)
        return dict(zip(keys, outcomes, strict=True))

    def _depart(self, batch: Batch[K, V]) -> Call:
        batch.since_s = self.clock.monotonic()
        batch.until_s = max(batch.since_s + self.rules.patience_s, *(waiter.until_s for waiter in batch.waiters))
        self._holding[batch] = None
        self.budget.earn()
        self.metrics.batch_departed(self.name, len(batch.keys))
        deadline = Deadline(self.clock, batch.until_s)
        batch.trace.callers = callers = len(batch.waiters)
        return Call(deadline, not_older_than=batch.not_older_than, callers=callers, trace=batch.trace)

    async def _bisected(self, keys: Sequence[K], call: Call, failed: Sequence[Outcome[V]]) -> Sequence[Outcome[V]]:
        if not self.budget.spend():
            self.metrics.batch_bisected(self.name, "over_budget")
            return failed
        outcomes = await halves(self.read, keys, call)
        in_vain = all(isinstance(outcome, SourceError) for outcome in outcomes)
        self.metrics.batch_bisected(self.name, "in_vain" if in_vain else "helped")
        return outcomes

    def _landed(self, batch: Batch[K, V], task: asyncio.Task[Mapping[K, Outcome[V]]]) -> None:
        batch.settle(task)
        self._launched.discard(batch)
        self._forget(batch)
        now_s = self.clock.monotonic()
        for waiter in batch.waiters:
            if batch.outcomes is not None and waiter.until_s > max(batch.until_s, now_s):
                self._ask_again(waiter, batch, batch.outcomes, is_over=batch.until_s <= now_s + ROUNDING_S)
            waiter.pending -= 1
            if not waiter.pending:
                waiter.wake()
        batch.waiters.clear()
        if batch.joined:
            self.metrics.keys_joined(self.name, batch.joined)
        self._proceed()

    def _ask_again(
        self, waiter: Waiter[K, V], batch: Batch[K, V], outcomes: Mapping[K, Outcome[V]], *, is_over: bool
    ) -> None:
        """Collect anew what a waiter joined, and what failed because the batch had less time than the waiter has."""
        failed = SourceTimeout if is_over else TooLate
        ours = [key for key, source in waiter.sources.items() if source is batch]
        again = [key for key in ours if isinstance(outcomes[key], failed)]
        for key in again:
            del waiter.sources[key]
        self._board(waiter, again)

    def _leave(self, waiter: Waiter[K, V]) -> None:
        """Count a waiter out. A batch under way goes on while others wait; one that collects drops unwanted keys."""
        for batch in set(waiter.sources.values()):
            if waiter in batch.waiters:
                del batch.waiters[waiter]
                batch.thinned = True
                if batch.since_s < inf and batch.task is not None and not batch.waiters:
                    self._forget(batch)
                    batch.task.cancel()
        self._proceed()

    def _forget(self, batch: Batch[K, V]) -> None:
        """Let the next caller start anew. A batch that was cancelled lands after another may have taken its keys."""
        self._shut(batch)
        self._holding.pop(batch, None)
        self._unlist(batch, batch.keys)

    def _unlist(self, batch: Batch[K, V], keys: Iterable[K]) -> None:
        """Have keys come with a batch no more, but with a newer one that has taken them over."""
        for key in keys:
            if self._batches.get(key) is batch:
                del self._batches[key]

    def _release(self) -> None:
        """Let batches that have been under way for long hold nobody back."""
        now_s = self.clock.monotonic()
        while self._holding and self._release_s() <= now_s:
            del self._holding[next(iter(self._holding))]

    def _release_s(self) -> float:
        return next(iter(self._holding)).since_s + self.rules.hold_s

    def _rung(self) -> None:
        """Let go what was held long enough and whose time is over; have the alarm ring for the next."""
        self._release()
        self._proceed()
        if any(batch.task is None for batch in self._open.values()):
            self._alarm.ring_by(self._release_s())
        now_s = self.clock.monotonic()
        for batch in {*self._launched, *self._open.values()}:
            for waiter in batch.waiters:
                ends_together = waiter.until_s >= batch.until_s
                due_s = waiter.until_s + GRACE_S if ends_together else waiter.until_s
                if due_s <= now_s:
                    waiter.wake()
                else:
                    self._alarm.ring_by(due_s)

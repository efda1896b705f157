"""What callers share: one upstream call, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar, cast

from domain.errors import SourceError
from domain.ports import Outcome
from domain.tracing import Trace

__all__ = ["Batch", "Bisection", "CoalescingMetrics", "CoalescingRules", "Waiter", "twin"]

K = TypeVar("K")
V = TypeVar("V")

Bisection: TypeAlias = Literal["helped", "in_vain", "over_budget"]
"""What came of asking a failed batch again in halves."""


class CoalescingMetrics(Protocol):
    """Is told of batches. Never told keys."""

    def batch_departed(self, read: str, keys: int) -> None:
        """Record a batch that goes to the system."""
        ...

    def keys_joined(self, read: str, keys: int) -> None:
        """Record keys that were not asked for again, being under way already."""
        ...

    def batch_bisected(self, read: str, result: Bisection) -> None:
        """Record a failed batch that one key may be to blame for."""
        ...


@dataclass(frozen=True, slots=True)
class CoalescingRules:
    """When a batch departs. Units: seconds.

    ``max_batch`` keys are what the system takes in one call. While ``in_flight`` batches are under way, keys collect
    for the next; a batch that is full gains nothing by waiting and departs at once, and one that has been under way
    for ``hold_s`` holds nobody back. A batch may take ``patience_s`` or its longest waiter's time, whichever is
    longer: who joins a hurried caller must not suffer from the hurry.
    """

    max_batch: int
    in_flight: int
    hold_s: float
    patience_s: float


@dataclass(eq=False, slots=True)
class Waiter(Generic[K, V]):
    """One caller. Units: ``until_s`` in seconds of the clock, when it leaves with what is there.

    ``not_older_than`` is its call's. ``sources`` says which batch brings each of its keys; ``pending`` counts those
    batches that are not back.
    """

    until_s: float
    not_older_than: datetime | None
    woken: asyncio.Future[None]
    sources: dict[K, Batch[K, V]] = field(default_factory=dict)
    pending: int = 0

    def wake(self) -> None:
        """Let the caller go on."""
        if not self.woken.done():
            self.woken.set_result(None)


@dataclass(eq=False, slots=True)
class Batch(Generic[K, V]):
    """One upstream call: collecting keys until it departs, under way until it lands.

    ``task`` is None while the batch is held back. ``since_s`` and ``until_s``, its departure and its deadline in
    seconds of the clock, are infinite until it departs. ``not_older_than`` is the latest of the instants that its
    waiters named, if they did. ``thinned``: a waiter left before the departure.
    """

    read: str
    not_older_than: datetime | None = None
    keys: dict[K, None] = field(default_factory=dict)
    waiters: dict[Waiter[K, V], None] = field(default_factory=dict)
    task: asyncio.Task[Mapping[K, Outcome[V]]] | None = None
    since_s: float = inf
    until_s: float = inf
    joined: int = 0
    thinned: bool = False
    trace: Trace = field(default_factory=Trace)
    outcomes: Mapping[K, Outcome[V]] | None = None
    failure: BaseException | None = None

    @property
    def is_strict(self) -> bool:
        """Whether it brings nothing that is older than its waiters allow."""
        return self.not_older_than is not None

    def suits(self, waiter: Waiter[K, V]) -> bool:
        """Tell whether what it brings will be new enough; a batch that named no instant may be answered by a cache."""
        if waiter.not_older_than is None:
            return True
        return self.not_older_than is not None and (self.since_s == inf or self.not_older_than >= waiter.not_older_than)

    def take(self, waiter: Waiter[K, V], key: K) -> None:
        """Count a waiter in, for one key."""
        waiter.sources[key] = self
        if self.since_s == inf and self.not_older_than is not None and waiter.not_older_than is not None:
            self.not_older_than = max(self.not_older_than, waiter.not_older_than)
        if waiter not in self.waiters:
            self.waiters[waiter] = None
            waiter.pending += 1
        if self.since_s < inf:
            self.joined += 1

    def drop_unwanted(self) -> list[K]:
        """Forget the keys that nobody waits for any more, and return them."""
        if not self.thinned:
            return []
        wanted = {key for waiter in self.waiters for key, source in waiter.sources.items() if source is self}
        unwanted = [key for key in self.keys if key not in wanted]
        self.keys = {key: None for key in self.keys if key in wanted}
        return unwanted

    def settle(self, task: asyncio.Task[Mapping[K, Outcome[V]]]) -> None:
        """Take what the call brought. A failure is looked at here, lest the loop complain that nobody heard it."""
        if task.cancelled():
            self.failure = asyncio.CancelledError("cancelled from outside")
        elif (failure := task.exception()) is not None:
            self.failure = failure
        else:
            self.outcomes = task.result()

    def outcome(self, key: K) -> Outcome[V] | None:
        """Return what is known of a key, None while the batch is under way.

        Raises: ``RuntimeError`` when the shared read broke its contract.
        """
        if self.failure is not None:
            raise RuntimeError(f"the shared read {self.read} broke its contract") from self.failure
        if self.outcomes is None:
            return None
        return own(self.outcomes[key])


def own(outcome: Outcome[V]) -> Outcome[V]:
    """Copy what a waiter may raise: a failure, and the rows of a list that could not be read."""
    if isinstance(outcome, SourceError):
        return twin(outcome)
    if isinstance(outcome, tuple) and any(isinstance(row, SourceError) for row in outcome):
        return cast("V", tuple(twin(row) if isinstance(row, SourceError) else row for row in outcome))
    return outcome


def twin(error: SourceError) -> SourceError:
    """Copy an error: one instance raised by many waiters would collect all their tracebacks."""
    kind = type(error)
    copy = kind.__new__(kind, *error.args)
    vars(copy).update(vars(error))
    copy.__cause__ = error.__cause__
    return copy

"""One computation per key, however many callers of this process ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from domain.clock import Clock, Deadline
from domain.errors import Source, SourceError, SourceTimeout
from domain.ports import Call, Outcome, Read

__all__ = ["SingleFlight"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(eq=False, slots=True)
class Flight(Generic[K, V]):
    """One upstream call on its way, and how many callers wait for it."""

    keys: tuple[K, ...]
    waiters: int = 0
    task: asyncio.Task[Mapping[K, Outcome[V]]] = field(init=False)


@dataclass(eq=False, slots=True)
class SingleFlight(Generic[K, V]):
    """A read whose concurrent callers, across requests, share the computation of a key.

    A batch asks upstream once, for the keys nobody has asked for yet. Each caller leaves at its own deadline with
    ``SourceTimeout`` for what is still on its way; a computation is cancelled when its last caller has left, and
    otherwise may run for ``patience_s`` seconds or its first caller's deadline, whichever is later: a caller who
    joins with more time than the first must not suffer from the first one's hurry.

    Not for reads that depend on who asks: the key alone decides what is shared.
    """

    read: Read[K, V]
    source: Source
    operation: str
    clock: Clock
    patience_s: float
    _flights: dict[K, Flight[K, V]] = field(default_factory=dict, init=False)

    async def __call__(self, keys: Sequence[K], call: Call, /) -> Sequence[Outcome[V]]:
        """Answer every key.

        Shape: one outcome per key, in order; keys may repeat.
        Raises: ``RuntimeError`` from whatever the shared read raised against its contract.
        """
        boarded = self._board(tuple(dict.fromkeys(keys)), call)
        flights = set(boarded.values())
        try:
            if flights:
                await asyncio.wait({flight.task for flight in flights}, timeout=call.deadline.remaining_s())
            return [self._outcome(key, boarded[key]) for key in keys]
        finally:
            for flight in flights:
                self._leave(flight)

    def _board(self, keys: tuple[K, ...], call: Call) -> dict[K, Flight[K, V]]:
        """Find the flight of each key, starting one for those that have none, and count this caller in."""
        grounded = tuple(key for key in keys if key not in self._flights)
        if grounded:
            flight = Flight[K, V](grounded)
            allowed_s = max(self.patience_s, call.deadline.remaining_s())
            shared = Call(Deadline.after(self.clock, allowed_s))
            # An empty context: the first caller's viewer and trace must not colour what all of them get.
            flight.task = asyncio.create_task(self._fly(grounded, shared), context=Context())
            flight.task.add_done_callback(partial(self._landed, flight))
            self._flights.update(dict.fromkeys(grounded, flight))
        boarded = {key: self._flights[key] for key in keys}
        for flight in set(boarded.values()):
            flight.waiters += 1
        return boarded

    async def _fly(self, keys: tuple[K, ...], call: Call) -> Mapping[K, Outcome[V]]:
        return dict(zip(keys, await self.read(keys, call), strict=True))

    def _outcome(self, key: K, flight: Flight[K, V]) -> Outcome[V]:
        if not flight.task.done():
            return SourceTimeout(self.source, self.operation, "the shared computation is still on its way")
        if flight.task.cancelled():
            raise RuntimeError(f"the shared read {self.operation} was cancelled from outside")
        if broken := flight.task.exception():
            raise RuntimeError(f"the shared read {self.operation} broke its contract") from broken
        outcome = flight.task.result()[key]
        return twin(outcome) if isinstance(outcome, SourceError) else outcome

    def _leave(self, flight: Flight[K, V]) -> None:
        flight.waiters -= 1
        if flight.waiters == 0 and not flight.task.done():
            self._ground(flight)
            flight.task.cancel()

    def _landed(self, flight: Flight[K, V], task: asyncio.Task[Mapping[K, Outcome[V]]]) -> None:
        self._ground(flight)
        if not task.cancelled():
            # Taken here too, lest the event loop complain of a failure that nobody stayed to hear.
            task.exception()

    def _ground(self, flight: Flight[K, V]) -> None:
        """Let the next caller start anew. A flight given up lands after another may have taken over its keys."""
        for key in flight.keys:
            if self._flights.get(key) is flight:
                del self._flights[key]


def twin(error: SourceError) -> SourceError:
    """Copy an error: one instance raised by many waiters would collect all their tracebacks."""
    kind = type(error)
    copy = kind.__new__(kind, *error.args)
    vars(copy).update(vars(error))
    copy.__cause__ = error.__cause__
    return copy

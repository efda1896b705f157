"""Whom the contract suite is held against: a read of a system's adapter on its simulator, or a fake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from dev.simulators.kit import Fault, Handle, Switch
from domain.clock import Clock, Deadline
from domain.errors import Source, SourceError, SourceGarbled
from domain.ports import MISSING, Call, Outcome, Read
from tests.fakes.clock import StillClock

__all__ = ["BRIEF_S", "AdaptedSubject", "Observed", "Opened", "ReadUnderTest", "Subject", "SystemUnderTest"]

#: Time for what is not to be answered in it, and no hurry for a loaded machine to say so.
BRIEF_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class ReadUnderTest:
    """One read of a system and what its simulator knows.

    ``keys`` lead to different values and ``missing`` to none, though it could; ``absent`` is what a missing key gives.
    ``operation`` answers the read, at most ``limit`` keys a call. ``spoilable``: its rows can hold an unknown code.
    ``rows``: its values are ``domain.ports.Rows``, in which each row stands for itself.
    """

    name: str
    operation: str
    keys: tuple[Any, Any]
    missing: Any
    limit: int
    absent: Any = MISSING
    spoilable: bool = True
    rows: bool = False


@dataclass(slots=True)
class Observed:
    """What the transport and the adapter reported: the legacy operation and what became of it."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    garbles: list[tuple[str, str]] = field(default_factory=list)

    def called(self, source: Source, operation: str, outcome: str, seconds: float) -> None:
        """Keep an exchange."""
        assert seconds >= 0
        self.calls.append((operation, outcome))

    def garbled(self, source: Source, operation: str, detail: str) -> None:
        """Keep a breach of the contract."""
        self.garbles.append((operation, detail))


class Adapting(Protocol):
    """What every adapter has besides its reads."""

    async def ping(self, call: Call) -> None:
        """Tell whether the system answers."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """An adapter that is started, the simulator it talks to, and what was reported meanwhile."""

    adapter: Adapting
    handle: Handle
    observed: Observed


@dataclass(frozen=True, slots=True)
class SystemUnderTest:
    """A legacy system: how to start its simulator with the adapter on it, and the reads it owns.

    ``open`` takes the longest time of an exchange in seconds. ``html_page`` is what an HTML page in place of an answer
    comes to: maintenance only where the system's contract says that such a page announces it.
    """

    source: Source
    open: Callable[[float], AbstractAsyncContextManager[Opened]]
    reads: Sequence[ReadUnderTest]
    html_page: type[SourceError] = SourceGarbled


@dataclass(frozen=True, slots=True)
class Subject:
    """One read, ready to be asked.

    ``calls`` counts how often its operation was asked since the start; ``fail`` makes the system fail from now on.
    """

    source: Source
    row: ReadUnderTest
    read: Read[Any, Any]
    calls: Callable[[], int]
    fail: Callable[[], None]
    clock: Clock = field(default_factory=StillClock)

    async def ask(self, *keys: Any, seconds: float = 10) -> list[Outcome[Any]]:
        """Ask with so much time left."""
        return list(await self.read(keys, Call(Deadline.after(self.clock, seconds))))


@dataclass(frozen=True, slots=True)
class AdaptedSubject(Subject):
    """A read of an adapter; its simulator can be told to misbehave."""

    opened: Opened = field(kw_only=True)
    html_page: type[SourceError] = field(kw_only=True)

    def switch(self, fault: Fault, **parameters: Any) -> None:
        """Turn a fault of the read's operation on."""
        self.opened.handle.switchboard.set(Switch(fault, self.row.operation, **parameters))

    @property
    def garbles(self) -> list[str]:
        """Operations for which a breach of the contract was reported."""
        return [operation for operation, _ in self.opened.observed.garbles]

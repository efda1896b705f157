"""How hard a legacy system may be pressed, and what keeps to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from domain.ports import Call

__all__ = ["Arrival", "Gate", "Lane", "Limits", "Ungated", "Unwatched"]


class Arrival(Protocol):
    """Is told how an answer comes in, by those who take it piece by piece; others need not tell it anything."""

    def came(self) -> None:
        """Note that what was waited for is there."""
        ...

    def awaited(self) -> None:
        """Note that the next piece is waited for, as the first is from the beginning; what is known is no news."""
        ...


class Gate(Protocol):
    """Stands before every call of one system: decides whether and when it is made, and sees what becomes of it."""

    def admitted(self, operation: str, call: Call) -> AbstractAsyncContextManager[Arrival]:
        """Wait until the block may make the call; the block raises what takes the whole answer.

        How long the system needed is the time of the block, or for who takes an answer by pieces, until the first.

        Raises: ``SourceError`` when the call must not be made.
        """
        ...


class Unwatched:
    """An arrival that nobody looks at."""

    def came(self) -> None:
        """Do nothing."""

    def awaited(self) -> None:
        """Do nothing."""


class Ungated:
    """A gate that every call passes at once."""

    @asynccontextmanager
    async def admitted(self, operation: str, call: Call) -> AsyncIterator[Arrival]:
        """Let the call through."""
        yield Unwatched()


@dataclass(frozen=True, slots=True)
class Lane:
    """How hard one operation may be pressed. Units: ``slow_s`` in seconds, from which on a call of it is slow."""

    concurrency: int
    slow_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard one system may be pressed. Units: seconds and bytes.

    ``lanes`` are of operations so slow that waiting for them must not hold up the others. ``concurrency``, ``slow_s``
    and ``lanes`` are for the gate; the transport only keeps one batch from taking more than ``concurrency``.
    ``downloads`` bounds the files on their way at once, apart from the calls; each operation that brings files has a
    lane as wide as that.
    """

    concurrency: int
    timeout_s: float
    max_body_bytes: int
    slow_s: float = 3.0
    downloads: int = 16
    lanes: Mapping[str, Lane] = field(default_factory=dict)

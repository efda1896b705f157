"""How hard a legacy system may be pressed, and what keeps to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from domain.ports import Call

__all__ = ["Gate", "Lane", "Limits", "Ungated"]


class Gate(Protocol):
    """Stands before every call of one system: decides whether and when it is made, and sees what becomes of it."""

    def admitted(self, operation: str, call: Call) -> AbstractAsyncContextManager[None]:
        """Wait until the block may make the call; the block raises what takes the whole answer.

        Raises: ``SourceError`` when the call must not be made.
        """
        ...


class Ungated:
    """A gate that every call passes at once."""

    @asynccontextmanager
    async def admitted(self, operation: str, call: Call) -> AsyncIterator[None]:
        """Let the call through."""
        yield


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
    ``downloads`` bounds the files on their way at once, apart from the calls.
    """

    concurrency: int
    timeout_s: float
    max_body_bytes: int
    slow_s: float = 3.0
    downloads: int = 16
    lanes: Mapping[str, Lane] = field(default_factory=dict)

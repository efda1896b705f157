"""A read that does to each key what is written for it, at virtual times."""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import TypeVar

from domain.clock import Deadline
from domain.errors import Source, SourceError, SourceGarbled, SourceTimeout
from domain.ports import MISSING, Call, Outcome, Read
from gateway.sources.batches import Bisection, CoalescingRules
from gateway.sources.bisection import BisectionBudget
from gateway.sources.coalesced import Coalesced
from tests.unit.gateway.sources.virtual_time import LoopClock

__all__ = [
    "SOURCE",
    "Asked",
    "Counts",
    "Line",
    "Upstream",
    "coalesced",
    "failure",
    "missing",
    "ticks",
    "values",
    "within",
]

V = TypeVar("V")

SOURCE = Source.POLICY_CORE


@dataclass(frozen=True, slots=True)
class Line:
    """What a key does. ``poison`` fails the whole call it is part of, ``answer`` is the key's own."""

    after_s: float = 1.0
    answer: Outcome[str] | None = None
    poison: SourceError | None = None


@dataclass(slots=True)
class Asked:
    """One upstream call, from when to when; ``until_s`` is the deadline it was given, ``since_s`` how old it may be."""

    keys: tuple[str, ...]
    at_s: float
    until_s: float
    since_s: float = -inf
    ended_s: float = inf
    cancelled: bool = False


@dataclass(slots=True)
class Upstream:
    """Answers by the script, a call as slowly as its slowest key; keys without a line answer after a second.

    No two calls end at once: each takes longer by some ``tick_s``, and what would take too long fails by as much before
    the deadline.
    """

    script: Mapping[str, Line] = field(default_factory=dict)
    tick_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        clock = LoopClock()
        since_s = call.not_older_than.timestamp() if call.not_older_than else -inf
        asked = Asked(tuple(keys), clock.monotonic(), call.deadline.at_s, since_s)
        own_s = self.tick_s * ticks(asked)
        self.asked.append(asked)
        lines = [self.script.get(key, Line()) for key in keys]
        takes_s, left_s = max(line.after_s for line in lines) + own_s, max(0.0, call.deadline.remaining_s() - own_s)
        try:
            await asyncio.sleep(min(takes_s, left_s))
        except asyncio.CancelledError:
            asked.cancelled = True
            raise
        finally:
            asked.ended_s = clock.monotonic()
        if takes_s > left_s:
            return [SourceTimeout(SOURCE, "Get", "too slow")] * len(keys)
        if poison := next((line.poison for line in lines if line.poison), None):
            return [poison] * len(keys)
        return [line.answer or f"value of {key}" for key, line in zip(keys, lines, strict=True)]

    @property
    def batches(self) -> list[tuple[str, ...]]:
        return [asked.keys for asked in self.asked]


def ticks(asked: Asked) -> int:
    """How much too early or too late a call ends: differently for each, in sums too."""
    return 1 + zlib.crc32(f"{asked.keys} {asked.at_s} {asked.since_s}".encode()) % 2**20


@dataclass(slots=True)
class Counts:
    """Counts as the metrics would."""

    sizes: list[int] = field(default_factory=list)
    joins: int = 0
    bisections: Counter[Bisection] = field(default_factory=Counter)

    def batch_departed(self, read: str, keys: int) -> None:
        self.sizes.append(keys)

    def keys_joined(self, read: str, keys: int) -> None:
        self.joins += keys

    def batch_bisected(self, read: str, result: Bisection) -> None:
        self.bisections[result] += 1


def coalesced(
    read: Read[str, V],
    metrics: Counts | None = None,
    *,
    max_batch: int = 50,
    in_flight: int = 1,
    hold_s: float = 60.0,
    patience_s: float = 0.0,
    budget: BisectionBudget | None = None,
) -> Coalesced[str, V]:
    """A coalesced read; a batch holds the next one back till it lands, unless told otherwise."""
    rules = CoalescingRules(max_batch, in_flight, hold_s, patience_s)
    budget = budget or BisectionBudget(share=0.0, saved=1)
    return Coalesced(read, SOURCE, "policies", rules, budget, LoopClock(), metrics or Counts())


def within(seconds: float = 30.0, *, alone: bool = False, since_s: float | None = None) -> Call:
    """A call with that much time, whose answer may be as old as from a virtual second."""
    not_older_than = None if since_s is None else datetime.fromtimestamp(since_s, UTC)
    return Call(Deadline.after(LoopClock(), seconds), alone, not_older_than)


def failure(detail: str = "an HTML page") -> SourceGarbled:
    """A failure that one key may be to blame for."""
    return SourceGarbled(SOURCE, "Get", detail)


def values(keys: Iterable[str]) -> list[str]:
    """What keys without a line answer."""
    return [f"value of {key}" for key in keys]


def missing(after_s: float = 1.0) -> Line:
    """A key that does not exist."""
    return Line(after_s, MISSING)


async def joined(*callers: asyncio.Task[Sequence[Outcome[str]]]) -> None:
    """Let the callers get on their way."""
    assert callers
    await asyncio.sleep(0.125)

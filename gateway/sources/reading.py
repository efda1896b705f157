"""One call of a cached read, from the first look to the last answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from domain.errors import SourceError, SourceTimeout
from domain.ports import Call, Outcome
from gateway.sources.announcements import Direct, Told
from gateway.sources.codec import Uncodable
from gateway.sources.entries import opened
from gateway.sources.freshness import State
from gateway.sources.parts import Parts
from gateway.sources.store import (
    AGAIN,
    CacheOutcome,
    Granted,
    Held,
    Look,
    Name,
    Wanted,
)

__all__ = ["Reading"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")

SPARE_SHARE = 0.5
LAST_SHARE = 0.9
"""How much of its time a call with an old value in hand waits for a new one; and one whose value must not be old."""

LEAST_WAIT_S = 0.001
FREE_ROUNDS = 3
LONGEST_PAUSE_S = 0.25
MOST_DOUBLINGS = 8
"""Enough to get from the least wait to the longest pause; without an end the doubled number would not fit a float."""


@dataclass(eq=False, slots=True)
class Reading(Generic[K, V]):
    """Answers the open keys: looks, computes what nobody computes yet, is told the rest, until the time is up.

    ``takes_old``: a stale value is an answer, and an older one is better than none; otherwise only a fresh one will do.
    """

    parts: Parts[K, V]
    call: Call
    open: dict[K, Name]
    takes_old: bool = True
    answers: dict[K, Outcome[V]] = field(default_factory=dict)
    _looks: dict[K, Look] = field(default_factory=dict)
    _spares: dict[K, V] = field(default_factory=dict)
    _fences: dict[K, int] = field(default_factory=dict)
    _mine: set[K] = field(default_factory=set)
    _waits: set[K] = field(default_factory=set)
    _outlived: set[K] = field(default_factory=set)
    _content_at_s: float = 0.0

    async def run(self) -> Mapping[K, Outcome[V]]:
        """Answer every key."""
        clock = self.parts.clock
        share = SPARE_SHARE if self.call.not_older_than is None else LAST_SHARE
        self._content_at_s = clock.monotonic() + self.call.deadline.remaining_s() * share
        rounds = 0
        while self.open:
            if rounds > FREE_ROUNDS:
                # However this call keeps being sent away, it must not press anybody.
                await asyncio.sleep(pause_s(rounds))
            rounds += 1
            await self._look()
            if self.open and self.call.deadline.remaining_s() > 0:
                await self._compute_or_wait()
            self._lose_patience()
        return self.answers

    async def _look(self) -> None:
        keys = list(self.open)
        looks = await self.parts.store.look(self.parts.policy.read, [self.open[key] for key in keys])
        stale: dict[K, Wanted] = {}
        for key, look in zip(keys, looks, strict=True):
            name = self.open[key]
            if self._judge(key, look) is State.STALE and self.takes_old:
                stale[key] = Wanted(name, seen(look), rests=True)
                self._settle(key, self._spares[key], "stale")
        if stale:
            self.parts.revalidating.start(stale, self.call)

    def _judge(self, key: K, look: Look) -> State:
        """Take note of what was found; a fresh entry is the answer."""
        self._looks[key] = look
        state, outcome = self.parts.judged(look, self.call.not_older_than)
        if state is State.FRESH and outcome is not None:
            self._settle(key, outcome, "fresh")
        elif state in {State.STALE, State.SPARE} and self.takes_old:
            self._spares[key] = self.parts.policy.as_stale(cast("V", outcome))
        return state

    async def _compute_or_wait(self) -> None:
        entries = {name.entry: key for key, name in self.open.items()}
        with self.parts.announcements.expecting(entries) as expected:
            ends_in_s = await self._lease()
            loop = asyncio.get_running_loop()
            ends_at_s = loop.time() + ends_in_s
            pending = {expected[name.entry] for name in self.open.values()}
            futures = {future: entries[entry] for entry, future in expected.items()}
            while pending:
                timeout_s = min(ends_at_s - loop.time(), self._patience_s())
                done, pending = await asyncio.wait(
                    pending, timeout=max(0, timeout_s), return_when=asyncio.FIRST_COMPLETED
                )
                heard = [self._hear(futures[future], future.result()) for future in done]
                if not done and loop.time() >= ends_at_s:
                    # A lease ended untold: its holder may be dead.
                    self._outlived |= self._waits
                if not done or not all(heard):
                    return

    async def _lease(self) -> float:
        """See that every open key is being computed; return the seconds until a lease elsewhere ends, if untold."""
        wanted: dict[K, Wanted] = {}
        for key, name in self.open.items():
            running = self.parts.computing.running(name.entry)
            if running is not None and running.fence > self._looks[key].cut:
                self._fences[key] = running.fence
            else:
                # With an old value in hand nobody presses a source that has just failed, unless it may be outdone.
                rests = key in self._spares and self.call.not_older_than is None
                wanted[key] = Wanted(name, seen(self._looks[key]), rests=rests)
        if not wanted:
            return float("inf")
        policy = self.parts.policy
        leases = await self.parts.store.lease(policy.read, list(wanted.values()), policy.lease_s)
        grants: dict[K, Granted] = {}
        ends_in_s = float("inf")
        self._waits.clear()
        for key, lease in zip(wanted, leases, strict=True):
            if isinstance(lease, Granted):
                grants[key] = lease
                self._fences[key] = lease.fence
            elif isinstance(lease, Held):
                self._fences[key] = lease.fence
                self._waits.add(key)
                ends_in_s = min(ends_in_s, max(lease.for_s, LEAST_WAIT_S))
            elif isinstance(lease, Look):
                self._fences[key] = seen(lease)
                self._judge(key, lease)
                ends_in_s = 0 if key in self.open else ends_in_s
            else:
                self._settle(key, self._spares[key], "rescued")
        if grants:
            self._begin(grants)
        return ends_in_s

    def _begin(self, grants: Mapping[K, Granted]) -> None:
        for _ in grants.keys() & self._outlived:
            self.parts.metrics.took_over(self.parts.policy.read)
        self._mine.update(grants)
        _ = self.parts.computing.start(grants, self.call)

    def _hear(self, key: K, told: Told) -> bool:
        """Take what was told for the answer; False when it is not one."""
        if told.fence < self._fences[key] or told.data == AGAIN:
            return False
        outcome = self._outcome(key, told.data)
        if outcome is None:
            return False
        if not isinstance(outcome, SourceError):
            self._settle(key, outcome, "computed" if key in self._mine else "waited")
        elif key in self._spares:
            self._settle(key, self._spares[key], "rescued")
        else:
            self._settle(key, outcome, "error")
        return True

    def _outcome(self, key: K, data: bytes | Direct) -> Outcome[V] | None:
        """Return what was told, None if that cannot be read or began too early; a failure is one whenever it began."""
        instant = self.call.not_older_than
        if isinstance(data, Direct):
            if data.fault is not None:
                raise RuntimeError(f"the read {self.parts.policy.read} broke its contract") from data.fault
            outcome, is_new = cast("Outcome[V]", data.value), instant is None
        else:
            try:
                entry = opened(self.parts.codec, data)
            except Uncodable:
                self.parts.metrics.failed(self.parts.policy.read, "decode")
                return None
            outcome, is_new = entry.outcome, instant is None or entry.computed_at >= instant
        return outcome if is_new or key in self._mine or isinstance(outcome, SourceError) else None

    def _patience_s(self) -> float:
        remaining_s = self.call.deadline.remaining_s()
        if self.open.keys() & self._spares.keys():
            return min(remaining_s, self._content_at_s - self.parts.clock.monotonic())
        return remaining_s

    def _lose_patience(self) -> None:
        """Answer what can wait no longer."""
        is_over = self.call.deadline.remaining_s() == 0
        is_content = self.parts.clock.monotonic() >= self._content_at_s
        for key in list(self.open):
            if key in self._spares and (is_over or is_content):
                self._settle(key, self._spares[key], "rescued")
            elif is_over:
                policy = self.parts.policy
                late = SourceTimeout(policy.source, policy.operation, "the computation is still on its way")
                self._settle(key, late, "error")

    def _settle(self, key: K, answer: Outcome[V], how: CacheOutcome) -> None:
        self.answers[key] = answer
        del self.open[key]
        self.parts.metrics.answered(self.parts.policy.read, how)
        if self.call.trace is not None:
            self.call.trace.cache[how] += 1


def pause_s(rounds: int) -> float:
    """Return how long to wait before the next attempt. Units: seconds."""
    return min(LEAST_WAIT_S * 2.0 ** min(rounds, MOST_DOUBLINGS), LONGEST_PAUSE_S)


def seen(look: Look) -> int:
    """Return the fence of what was found, 0 for nothing."""
    return look.kept.fence if look.kept is not None else 0

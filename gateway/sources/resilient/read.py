"""A read whose passing failures are asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tenacity import AsyncRetrying, RetryCallState
from tenacity.retry import retry_if_result
from tenacity.wait import wait_exponential_jitter

from domain.errors import SourceError, SourceInMaintenance, SourceTimeout, SourceUnavailable
from domain.ports import Call, Outcome, Read
from gateway.sources.resilient.guard import SystemGuard
from gateway.sources.resilient.rejections import HeldBack, TooLate

__all__ = ["Resilient"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False, slots=True)
class Resilient(Generic[K, V]):
    """A read that asks again for the keys whose failure may have passed, and for no others.

    It does so within the call's deadline and the system's budget of retries. ``name`` is the read's, for metrics.
    """

    read: Read[K, V]
    name: str
    guard: SystemGuard
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def __call__(self, keys: Sequence[K], call: Call, /) -> Sequence[Outcome[V]]:
        """Answer every key.

        Shape: one outcome per key, in order; keys may repeat.
        """
        began_s = self.guard.clock.monotonic()
        outcomes = await self.read(keys, call)
        self.guard.budget.called()
        if not any(map(may_pass, outcomes)):
            return outcomes
        asking = Asking(self, call, dict(zip(keys, outcomes, strict=True)))
        asking.took_s = self.guard.clock.monotonic() - began_s
        await asking.persist()
        return [asking.answers[key] for key in keys]


@dataclass(eq=False, slots=True)
class Asking(Generic[K, V]):
    """One call of a read that has been made once, not to the full. Units: ``took_s`` of the latest attempt, seconds."""

    of: Resilient[K, V]
    call: Call
    answers: dict[K, Outcome[V]]
    took_s: float = 0.0
    _attempts: int = field(default=0, init=False)

    async def persist(self) -> None:
        """Ask again until nothing is left to ask for, or no further attempt is due."""
        retrying = AsyncRetrying(
            sleep=self.of.sleep,
            stop=self._gives_up,
            wait=self._wait_s,
            retry=retry_if_result(bool),
            retry_error_callback=lambda _: None,
            reraise=True,
        )
        await retrying(self._attempt)

    async def _attempt(self) -> bool:
        """Ask for what is left, except the first time, which was before; return whether something is left still."""
        self._attempts += 1
        if self._attempts > 1:
            left = [key for key, outcome in self.answers.items() if may_pass(outcome)]
            began_s = self.of.guard.clock.monotonic()
            self.answers |= zip(left, await self.of.read(left, self.call), strict=True)
            self.took_s = self.of.guard.clock.monotonic() - began_s
        return any(map(may_pass, self.answers.values()))

    def _wait_s(self, state: RetryCallState) -> float:
        """Wait longer each time, and as long as the system asked for."""
        settings = self.of.guard.settings.retry
        backoff = wait_exponential_jitter(
            multiplier=settings.backoff_s, max=settings.backoff_max_s, jitter=settings.backoff_s
        )
        asked_s = [each.retry_after_s or 0.0 for each in self._left() if isinstance(each, SourceUnavailable)]
        return max(backoff(state), *asked_s, 0.0)

    def _gives_up(self, state: RetryCallState) -> bool:
        is_last = state.attempt_number >= self.of.guard.settings.retry.attempts
        return is_last or self._is_too_late(state) or self._is_unpaid()

    def _is_too_late(self, state: RetryCallState) -> bool:
        """Whether the deadline comes first; after a time-out, before another attempt as long as the latest."""
        needed_s = self.took_s if any(isinstance(each, SourceTimeout) for each in self._left()) else 0.0
        return state.upcoming_sleep + needed_s >= self.call.deadline.remaining_s()

    def _is_unpaid(self) -> bool:
        """Pay for the next attempt; asked last, when nothing else speaks against it."""
        guard = self.of.guard
        if guard.budget.spend():
            guard.telemetry.retried(guard.source, self.of.name)
            return False
        guard.telemetry.budget_exhausted(guard.source, self.of.name)
        return True

    def _left(self) -> list[SourceError]:
        return [outcome for outcome in self.answers.values() if isinstance(outcome, SourceError) and may_pass(outcome)]


def may_pass(outcome: object) -> bool:
    """Whether the key of this outcome is worth asking again."""
    if not isinstance(outcome, SourceError) or not outcome.retryable:
        return False
    return not isinstance(outcome, SourceInMaintenance | HeldBack | TooLate)

"""A guard on a clock that moves only when told, and systems to put behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from domain.clock import Deadline
from domain.errors import Source, SourceError, SourceUnavailable
from domain.ports import Call, Outcome
from gateway.settings.resilience import BreakerSettings, HoldSettings, ResilienceSettings, RetrySettings
from gateway.sources.resilient import Capacity, Lane, Resilient, SystemGuard
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import Reason
from tests.fakes.clock import StillClock

__all__ = ["OPERATION", "SETTINGS", "SLOW_S", "SOURCE", "Stage", "System", "Told", "changed", "down"]

SOURCE: Final = Source.POLICY_CORE
OPERATION: Final = "GetClients"
SETTINGS: Final = ResilienceSettings(
    retry=RetrySettings(attempts=3, backoff_s=0.0, share=0.1, floor_per_s=0.0, burst=5.0),
    breaker=BreakerSettings(window_calls=10, window_s=30.0, minimum_calls=4, open_s=5.0, probes=2),
    hold=HoldSettings(throttled_s=1.0, throttled_max_s=60.0, maintenance_probe_s=30.0),
    queue=3,
    floor_s=0.01,
)
SLOW_S: Final = 3.0


def down(detail: str = "HTTP 503", **about: Any) -> SourceUnavailable:
    """A failure that may pass."""
    return SourceUnavailable(SOURCE, OPERATION, detail, **about)


@dataclass(slots=True)
class Told:
    """Keeps what was told."""

    breakers: list[tuple[str, State]] = field(default_factory=list)
    maintenance: list[tuple[bool, datetime | None]] = field(default_factory=list)
    rejections: list[Reason] = field(default_factory=list)
    queues: list[tuple[str, int]] = field(default_factory=list)
    retries: int = 0
    unpaid: int = 0

    def breaker_changed(self, source: Source, operation: str, state: State) -> None:
        self.breakers.append((operation, state))

    def maintenance_changed(self, source: Source, *, closed: bool, until: datetime | None) -> None:
        self.maintenance.append((closed, until))

    def rejected(self, source: Source, operation: str, reason: Reason) -> None:
        self.rejections.append(reason)

    def queued(self, source: Source, lane: str, length: int) -> None:
        self.queues.append((lane, length))

    def retried(self, source: Source, read: str) -> None:
        self.retries += 1

    def budget_exhausted(self, source: Source, read: str) -> None:
        self.unpaid += 1


@dataclass(slots=True)
class Stage:
    """One guarded system. Sleeping moves the clock and takes no time; ``slept`` is for how long, each time.

    ``chances`` are what chance brings in turn; then always nothing.
    """

    settings: ResilienceSettings = SETTINGS
    capacity: Capacity = field(default_factory=lambda: Capacity(Lane(2, SLOW_S), {"Job": Lane(1, 9.0)}))
    clock: StillClock = field(default_factory=StillClock)
    told: Told = field(default_factory=Told)
    slept: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    guard: SystemGuard = field(init=False)

    def __post_init__(self) -> None:
        self.guard = SystemGuard(
            SOURCE, self.capacity, self.settings, self.clock, self.told, sleep=self.sleep, chance=self.chance
        )

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)
        await asyncio.sleep(0)

    def chance(self) -> float:
        return self.chances.pop(0) if self.chances else 0.0

    def call(self, seconds: float = 10.0) -> Call:
        """A call with so much time left."""
        return Call(Deadline.after(self.clock, seconds))

    async def made(
        self,
        failure: BaseException | None = None,
        *,
        takes_s: float = 0.05,
        within_s: float = 10.0,
        operation: str = OPERATION,
    ) -> SourceError | None:
        """Make one call that ends so, and return what it raised, by itself or by the guard."""
        try:
            async with self.guard.admitted(operation, self.call(within_s)):
                self.clock.advance(takes_s)
                if failure is not None:
                    raise failure
        except SourceError as raised:
            return raised
        return None

    async def opened(self) -> None:
        """Fail until the breaker is open."""
        for _ in range(self.settings.breaker.minimum_calls):
            await self.made(down())

    def resilient(self, system: System) -> Resilient[str, str]:
        """A read of the system as the product has it."""
        return Resilient(system, "clients", self.guard, self.sleep)


@dataclass(slots=True)
class System:
    """A read behind the guard. ``plan`` says for each call in turn what becomes of it, ``then`` for all later ones.

    A plan is a failure of the whole call, or outcomes by key, other keys having their value.
    """

    stage: Stage
    plan: list[SourceError | Mapping[str, Outcome[str]]] = field(default_factory=list)
    then: SourceError | Mapping[str, Outcome[str]] = field(default_factory=dict)
    takes_s: float = 0.05
    asked: list[tuple[str, ...]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    async def __call__(self, keys: Sequence[str], call: Call, /) -> list[Outcome[str]]:
        try:
            async with self.stage.guard.admitted(OPERATION, call):
                self.asked.append(tuple(keys))
                self.before()
                self.stage.clock.advance(self.takes_s)
                now = self.plan.pop(0) if self.plan else self.then
                if isinstance(now, SourceError):
                    raise now
                return [now.get(key, f"value of {key}") for key in keys]
        except SourceError as failure:
            return [failure] * len(keys)


def changed(**sections: Any) -> ResilienceSettings:
    """The usual settings with some replaced."""
    return replace(SETTINGS, **sections)

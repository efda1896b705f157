"""What stands before one legacy system: the state that all its calls share."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from domain.clock import Clock
from domain.errors import NotFound, Refused, Source, SourceError, SourceInMaintenance, SourceThrottled
from domain.ports import Call
from gateway.settings.resilience import ResilienceSettings
from gateway.sources.resilient.breaker import CircuitBreaker, State
from gateway.sources.resilient.budget import RetryBudget
from gateway.sources.resilient.bulkhead import Bulkhead
from gateway.sources.resilient.capacity import Capacity
from gateway.sources.resilient.maintenance import Maintenance
from gateway.sources.resilient.pace import Pace
from gateway.sources.resilient.rejections import HeldBack, Reason, TooLate, reason_of
from gateway.sources.resilient.telemetry import ResilienceTelemetry
from gateway.sources.resilient.throttle import Throttle
from gateway.sources.resilient.verdicts import verdict
from gateway.sources.resilient.watch import Watch

__all__ = ["SystemGuard"]

COMMON: Final = "common"


@dataclass(frozen=True, slots=True)
class Operation:
    """The state of one operation; its bulkhead may be shared with others. Units: ``slow_s`` in seconds."""

    name: str
    breaker: CircuitBreaker
    pace: Pace
    throttle: Throttle
    bulkhead: Bulkhead
    slow_s: float


class SystemGuard:
    """Decides whether and when a call of one system is made, and learns from what becomes of it.

    A call waits for its turn, and for the end of a time in which the system asked to be left alone, no longer than its
    deadline, and in one bounded queue for both; whatever else speaks against it refuses it at once. Retries of the
    system's reads are paid from ``budget``.
    """

    def __init__(
        self,
        source: Source,
        capacity: Capacity,
        settings: ResilienceSettings,
        clock: Clock,
        telemetry: ResilienceTelemetry,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.source = source
        self.settings = settings
        self.clock = clock
        self.telemetry = telemetry
        self.budget = RetryBudget(settings.retry, clock)
        self._sleep = sleep
        self._chance = chance
        self._capacity = capacity
        self._lanes = {
            name: Bulkhead(source, lane.concurrency, settings.queue, partial(telemetry.queued, source, name))
            for name, lane in {COMMON: capacity.common, **capacity.own}.items()
        }
        self._throttle = Throttle(settings.hold, clock)
        self._maintenance = Maintenance(settings.hold, clock, partial(telemetry.maintenance_changed, source))
        self._operations: dict[str, Operation] = {}

    @asynccontextmanager
    async def admitted(self, operation: str, call: Call) -> AsyncIterator[Watch]:
        """Let one call through: the block makes it, and raises what takes its whole answer.

        Raises: ``HeldBack``, ``TooLate``, ``SourceInMaintenance`` for a call that must not be made.
        """
        state = self._operations.get(operation) or self._first_seen(operation)
        try:
            await self._turn(state, call)
        except SourceError as refused:
            self.telemetry.rejected(self.source, operation, reason_of(refused))
            raise
        try:
            async with self._watched(state, call) as watch:
                yield watch
        finally:
            state.bulkhead.leave()

    def snapshot(self) -> dict[str, Any]:
        """Return the state now, as plain data. Units: seconds; ``until`` is an instant in UTC, None when unknown."""
        until = self._maintenance.until
        return {
            "maintenance": {"until": until.isoformat() if until else None} if self._maintenance.is_closed else None,
            "throttledS": round(self._throttle.remaining_s, 3),
            "retryBudget": round(self.budget.tokens, 2),
            "lanes": {
                name: {"underWay": lane.under_way, "waiting": lane.waiting} for name, lane in self._lanes.items()
            },
            "breakers": {name: each.breaker.state.value for name, each in sorted(self._operations.items())},
        }

    async def _turn(self, state: Operation, call: Call) -> None:
        """Return as soon as the call may be made, its turn taken."""
        while True:
            self._check(state, call)
            if hold_s := self._hold_s(state):
                await self._wait_out(hold_s, state, call)
                continue
            await state.bulkhead.enter(state.name, call)
            try:
                # Much can have happened while it stood in the queue.
                self._check(state, call)
            except SourceError:
                state.bulkhead.leave()
                raise
            if not self._hold_s(state):
                return
            state.bulkhead.leave()

    def _check(self, state: Operation, call: Call) -> None:
        if self._maintenance.refuses:
            raise SourceInMaintenance(self.source, state.name, self._maintenance.until)
        if state.breaker.refuses:
            raise HeldBack(self.source, state.name, Reason.CIRCUIT_OPEN, state.breaker.retry_after_s)
        if call.deadline.remaining_s() <= self._needed_s(state):
            raise TooLate(self.source, state.name)

    def _hold_s(self, state: Operation) -> float:
        return max(self._throttle.remaining_s, state.throttle.remaining_s)

    def _needed_s(self, state: Operation) -> float:
        return max(self.settings.floor_s, state.pace.quick_s)

    async def _wait_out(self, hold_s: float, state: Operation, call: Call) -> None:
        spare_s = call.deadline.remaining_s() - hold_s - self._needed_s(state)
        if spare_s <= 0:
            raise HeldBack(self.source, state.name, Reason.THROTTLED, hold_s)
        # Who waited for the same end would else come back in the same instant, and earn the next 429.
        spread_s = min(hold_s * self.settings.hold.spread, spare_s)
        with state.bulkhead.place(state.name):
            await self._sleep(hold_s + spread_s * self._chance())

    @asynccontextmanager
    async def _watched(self, state: Operation, call: Call) -> AsyncIterator[Watch]:
        """Learn from one call, which nothing speaks against at this moment."""
        is_look = self._maintenance.admit()
        admission = state.breaker.admit()
        assert admission is not None, "nothing is awaited between the check and here"
        watch = Watch(self.clock)
        try:
            yield watch
        except SourceError as failure:
            state.breaker.settle(admission, verdict(failure, watch.waited_s, state.slow_s), call.callers)
            self._obey(failure, state)
            raise
        except (NotFound, Refused):
            self._answered(state, admission, watch, is_look=is_look)
            raise
        except BaseException:
            # Given up by its caller, or a fault of ours: the system has shown nothing.
            state.breaker.settle(admission, None)
            if is_look:
                self._maintenance.look_given_up()
            raise
        self._answered(state, admission, watch, is_look=is_look)

    def _answered(self, state: Operation, admission: int, watch: Watch, *, is_look: bool) -> None:
        seconds = watch.answered_s
        if state.breaker.is_of_now(admission):
            state.pace.answered(seconds)
        state.breaker.settle(admission, verdict(None, seconds, state.slow_s))
        if is_look:
            self._maintenance.end()

    def _obey(self, failure: SourceError, state: Operation) -> None:
        match failure:
            case SourceInMaintenance():
                self._maintenance.announced(failure.until)
            case SourceThrottled():
                throttle = state.throttle if failure.only_operation else self._throttle
                throttle.hold(failure.retry_after_s)

    def _first_seen(self, operation: str) -> Operation:
        has_lane = operation in self._capacity.own
        pace = Pace(self.clock)

        def changed(to: State) -> None:
            # What was slow before is no measure for what comes after, nor must it keep the probes away.
            pace.forget()
            self.telemetry.breaker_changed(self.source, operation, to)

        state = self._operations[operation] = Operation(
            operation,
            CircuitBreaker(self.settings.breaker, self.clock, changed),
            pace,
            Throttle(self.settings.hold, self.clock),
            self._lanes[operation if has_lane else COMMON],
            (self._capacity.own[operation] if has_lane else self._capacity.common).slow_s,
        )
        return state

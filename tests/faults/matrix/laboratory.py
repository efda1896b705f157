"""Makes one system ill, watches a gateway through it, and cures the system."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import redis

from dev.simulators.kit import Fault, Switch
from domain.errors import Source
from tests.faults.matrix.cases import Case
from tests.faults.matrix.differing import differences
from tests.faults.matrix.expectations import BREAKER_OPEN, STALE, WHOLE_CALL, expected, parameters
from tests.faults.matrix.house import OPERATIONS, Answer, Estate, House
from tests.faults.matrix.invariants import Illness, faults_found
from tests.faults.matrix.leftovers import leftovers, tasks
from tests.faults.matrix.relay import relayed
from tests.faults.matrix.systems import started
from tests.faults.matrix.virtual_loop import VirtualClock

__all__ = ["Laboratory"]

PERIOD_S: Final = 5.0
"""A breaker stays open so long; the end of unannounced maintenance is looked for as often."""

CHANGES: Final[Mapping[str, str]] = {
    "GATEWAY_LIMITS_REQUEST_DEADLINE_S": "4",
    "GATEWAY_RESILIENCE_BREAKER_OPEN_S": str(PERIOD_S),
    "GATEWAY_RESILIENCE_BREAKER_MINIMUM_CALLS": "4",
    "GATEWAY_RESILIENCE_HOLD_MAINTENANCE_PROBE_S": str(PERIOD_S),
}
"""Else as it comes. A call may take longer than a request, and few calls shall be enough to open a breaker."""

ASKED_WHILE_ILL: Final = 3
LEEWAY_S: Final = 0.1
"""What timers add to the deadline: a caller whose time ends with its batch's leaves a little after it."""

SETTLES_WITHIN_S: Final = 11.0
"""A computation for the cache goes on without the caller who began it, as long as a request may take."""

FINDS_OUT: Final = {Fault.MAINTENANCE: 1, Fault.HTML_PAGE: 1}
"""Requests that pay for it: one call finds out that maintenance is over, before all others may ask again."""

Tasks: TypeAlias = set[asyncio.Task[Any]]
Story: TypeAlias = Callable[[House, Tasks], Awaitable[list[str]]]


@dataclass(slots=True)
class Laboratory:
    """``whole`` has the answers of a healthy day, by operation."""

    runner: asyncio.Runner
    estate: Estate
    whole: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, runner: asyncio.Runner, folder: Path, socket: Path) -> Iterator[Laboratory]:
        """Start the systems, and stop them at the end."""

        async def open_() -> Estate:
            handles = await stack.enter_async_context(started())
            await stack.enter_async_context(relayed(socket, own))
            return Estate(folder, handles, own, client)

        own, stack = folder / "relay.sock", AsyncExitStack()
        with redis.Redis(unix_socket_path=str(socket)) as client:
            try:
                yield cls(runner, runner.run(open_()))
            finally:
                runner.run(stack.aclose())

    def healthy(self, operation: str) -> Answer:
        """Return an operation's answer of a healthy day."""
        if operation not in self.whole:
            self.whole[operation] = self.runner.run(self._asked(operation))
        return self.whole[operation]

    def lasting(self, case: Case) -> list[str]:
        """Watch a fault that lasts for several requests, then is mended; return what went otherwise than it should."""
        whole = self.healthy(case.operation)
        return self.runner.run(self._watched(partial(self._through_illness, case, whole)))

    def passing(self, case: Case) -> list[str]:
        """Watch a fault that befalls one call; return what a consumer noticed, and what else went wrong."""
        whole = self.healthy(case.operation)
        return self.runner.run(self._watched(partial(self._through_mishap, case, whole)))

    def callers(self, source: Source) -> set[str]:
        """Return the operations that call a system on a healthy day."""
        calls, found = self.estate.handles[source].calls, set()
        for operation in OPERATIONS:
            calls.reset()
            self.runner.run(self._asked(operation))
            if calls.total:
                found.add(operation)
        return found

    async def _asked(self, operation: str) -> Answer:
        self.estate.mend()
        async with self.estate.house(VirtualClock(), CHANGES) as house:
            return await house.ask(operation)

    async def _watched(self, story: Story) -> list[str]:
        """Run a gateway through a story. When it has stopped nothing of it may be left."""
        self.estate.mend()
        before = tasks()
        async with self.estate.house(VirtualClock(), CHANGES) as house:
            await house.sign_in()
            idle = tasks()
            wrong = await story(house, idle)
        wrong += [f"written: {each}" for each in house.complaints]
        wrong += [f"left when stopped: {task.get_coro()}" for task in tasks() - before]
        return wrong

    async def _through_illness(self, case: Case, whole: Answer, house: House, idle: Tasks) -> list[str]:
        switchboard = self.estate.handles[case.source].switchboard
        switchboard.fired.clear()
        switchboard.set(Switch(case.fault, **parameters(case.fault)))
        wrong = [f"ill: {each}" for each in await self._ill(house, case, whole)]
        if case.is_concerned and not switchboard.fired[case.fault]:
            wrong.append("the fault never fired")
        wrong += [f"left while ill: {each}" for each in await self._left(house, idle)]
        switchboard.clear()
        await asyncio.sleep(PERIOD_S)
        wrong += [f"cured: {each}" for each in await self._well(house, case, whole)]
        return wrong + [f"left when cured: {each}" for each in await self._left(house, idle)]

    async def _through_mishap(self, case: Case, whole: Answer, house: House, idle: Tasks) -> list[str]:
        switchboard = self.estate.handles[case.source].switchboard
        switchboard.fired.clear()
        switchboard.set(Switch(case.fault, next_calls=1, **parameters(case.fault)))
        wrong = await self._well(house, case, whole)
        if switchboard.fired[case.fault] != case.is_concerned:
            wrong.append(f"the fault fired {switchboard.fired[case.fault]} times")
        return wrong + [f"left: {each}" for each in await self._left(house, idle)]

    async def _ill(self, house: House, case: Case, whole: Answer) -> list[str]:
        """Ask while the system is ill, until its breakers may have opened."""
        told, stale = expected(case.source, case.fault), (case.source, case.fault) in STALE
        wrong: list[str] = []
        for _ in range(ASKED_WHILE_ILL):
            seen = await house.ask(case.operation)
            wrong += late(house, seen)
            wrong += faults_found(whole.data, seen.data, seen.errors, Illness(case.source, told, stale))
            if case.is_concerned and case.fault in WHOLE_CALL and not any(differences(whole.data, seen.data)):
                wrong.append("nothing was lost")
            told |= {BREAKER_OPEN}
        return wrong

    async def _well(self, house: House, case: Case, whole: Answer) -> list[str]:
        """Ask as often as it takes to find out that the system is well, and once more."""
        wrong: list[str] = []
        for ask in range(FINDS_OUT.get(case.fault, 0) + 2):
            seen = await house.ask(case.operation)
            wrong += late(house, seen)
            if ask >= FINDS_OUT.get(case.fault, 0):
                wrong += map(str, differences(whole.data, seen.data))
                wrong += [str(error["extensions"]) for error in seen.errors]
        return wrong

    async def _left(self, house: House, idle: Tasks) -> list[str]:
        """Return what is left of the requests so far, when it had time to end."""
        end_s, pause_s = house.clock.monotonic() + SETTLES_WITHIN_S, 0.05
        while left := leftovers(house.connected, self.estate, idle):
            if house.clock.monotonic() >= end_s:
                break
            await asyncio.sleep(pause_s)
            pause_s *= 1.5
        return [f"{count} {what}" for what, count in left.items()]


def late(house: House, seen: Answer) -> list[str]:
    """Say whether an answer was no answer, or came after its deadline."""
    in_time = seen.took_s <= house.settings.limits.request_deadline_s + LEEWAY_S
    return [] if seen.status == 200 and in_time else [f"status {seen.status} after {seen.took_s} s"]

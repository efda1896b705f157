"""The policy core's adapter on its simulator, both sides judged by the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from adapters.policy_core import Adapter, Settings
from dev.simulators.kit import Fault, Handle, Options, Switch, running
from dev.simulators.policy_core.simulator import PASSWORD, PATH, USER, PolicyCore
from dev.simulators.policy_core.writes import State
from dev.simulators.population import Population, population_on
from domain.clock import Deadline
from domain.errors import Source
from domain.journal import EventKind
from domain.models import Isn, PolicyNumber
from domain.numbers import policy_number
from domain.ports import Call
from tests.contracts.subjects import Observed
from tests.fakes.clock import TODAY, StillClock
from tests.wire.policy_core.judge import Judged

__all__ = ["BULK", "DEMO", "SECOND", "Bench", "bench", "holders", "numbers", "population"]

DEMO = Isn(2596516901)
SECOND = Isn(2596516902)
BULK = Isn(2596516999)


@dataclass(frozen=True, slots=True)
class Bench:
    """An adapter that is started, the simulator it talks to, and those who watch."""

    adapter: Adapter
    handle: Handle
    judged: Judged
    observed: Observed
    clock: StillClock = field(default_factory=StillClock)

    def call(self, seconds: float = 10) -> Call:
        """A call with so much time left."""
        return Call(Deadline.after(self.clock, seconds))

    def switch(self, fault: Fault, operation: str, **parameters: Any) -> None:
        """Turn a fault on."""
        self.handle.switchboard.set(Switch(fault, operation, **parameters))

    @property
    def state(self) -> State:
        """What the simulator keeps of writes."""
        simulator: Any = self.handle.simulator
        kept: State = simulator.state
        return kept

    async def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the simulator's admin port."""
        url = f"{self.handle.admin_url}{path}"
        async with aiohttp.ClientSession() as session, session.request(method, url, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def effects(self) -> dict[str, int]:
        """How often something of each kind happened, what never did left out."""
        ledger = await self.admin("GET", "/ledger")
        return {kind: times for kind, times in ledger["effects"].items() if times}

    async def events_after(self, seq: int) -> list[tuple[EventKind, PolicyNumber | None]]:
        """What the journal tells of after an event."""
        stretch = await self.adapter.events(seq, 100, self.call())
        return [(each.kind, each.policy) for each in stretch.events]

    async def newest(self) -> int:
        """The newest event there is."""
        return (await self.adapter.events(10_000_000, 1, self.call())).newest

    def batches(self, operation: str) -> dict[int, int]:
        """How many calls of each size an operation has seen."""
        return dict(self.handle.calls.of(operation).batches)


@asynccontextmanager
async def bench(
    *, latency_ms: float = 0, extra: Mapping[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Bench]:
    """Start both; in the end no request, and without faults no reply, may have broken the schema."""
    async with running(PolicyCore(Options(seed=1, today=TODAY, latency_ms=latency_ms, extra=extra or {}))) as handle:
        chosen = replace(Settings(handle.url + PATH, USER, PASSWORD), **settings)
        observed = Observed()
        transport = Judged(Source.POLICY_CORE, chosen.limits, observed)
        transport.bad_requests, transport.bad_replies, transport.judged = [], [], 0
        adapter = Adapter(chosen, transport)
        await adapter.start()
        try:
            yield Bench(adapter, handle, transport, observed)
        finally:
            await adapter.close()
        assert transport.bad_requests == []
        assert handle.switchboard.fired or transport.bad_replies == []


def population() -> Population:
    """What the simulator is filled with."""
    return population_on(1, TODAY)


def numbers(holder: Isn) -> list[PolicyNumber]:
    """Numbers of the policies that a person holds, folded."""
    return [policy_number(policy.number) for policy in population().policies_of(holder)]


def holders(count: int) -> list[Isn]:
    """As many persons as asked for."""
    return [Isn(DEMO + n) for n in range(count)]

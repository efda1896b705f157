"""A system that hangs under shared load: few calls are made, for many callers, and the breaker opens by the callers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.errors import SourceError, SourceTimeout
from domain.ports import Call, Outcome
from gateway.settings.resilience import ResilienceSettings
from gateway.sources.coalesced import Coalesced
from gateway.sources.resilient import Capacity, Lane, Resilient, SystemGuard
from gateway.sources.resilient.breaker import State
from tests.unit.gateway.sources.resilient.stage import OPERATION, SOURCE, Told
from tests.unit.gateway.sources.scripted import coalesced, within
from tests.unit.gateway.sources.virtual_time import LoopClock, run

TIMEOUT_S = 5.0
SETTINGS = ResilienceSettings()
VIEWERS = 64


@dataclass(slots=True)
class House:
    """The read as the product has it, with the product's own settings; it hangs from ``hangs_from_s`` on."""

    hangs_from_s: float = 0.0
    told: Told = field(default_factory=Told)
    callers: list[int] = field(default_factory=list)
    read: Coalesced[str, str] = field(init=False)

    def __post_init__(self) -> None:
        guard = SystemGuard(SOURCE, Capacity(Lane(8, 3.0)), SETTINGS, LoopClock(), self.told)

        async def system(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
            try:
                async with guard.admitted(OPERATION, call):
                    self.callers.append(call.callers)
                    await self.answer(call)
                    return list(keys)
            except SourceError as failure:
                return [failure] * len(keys)

        self.read = coalesced(Resilient(system, "clients", guard), hold_s=0.1, patience_s=5.0)

    async def answer(self, call: Call) -> None:
        if LoopClock().monotonic() < self.hangs_from_s:
            await asyncio.sleep(0.05)
            return
        await asyncio.sleep(min(TIMEOUT_S, call.deadline.remaining_s()))
        raise SourceTimeout(SOURCE, OPERATION, "no whole answer in time")

    def opened(self) -> bool:
        return (OPERATION, State.OPEN) in self.told.breakers

    async def ask(self, number: int) -> None:
        await self.read([f"P{number}"], within(10))


def test_many_who_share_a_few_calls_open_the_breaker_with_the_first_time_outs() -> None:
    async def scenario() -> None:
        house = House(hangs_from_s=20)
        for number in range(200):
            await house.ask(number)
        assert not house.opened()
        await asyncio.sleep(20 - LoopClock().monotonic())
        before = len(house.callers)
        viewers = [asyncio.create_task(arriving(house, number)) for number in range(VIEWERS)]
        await asyncio.wait(viewers)
        during = house.callers[before:]
        assert house.opened()
        # Far fewer than the least number of calls, for all of them.
        assert len(during) < SETTINGS.breaker.minimum_calls
        assert sum(during) == VIEWERS

    async def arriving(house: House, number: int) -> None:
        await asyncio.sleep(number * 0.01)
        await house.ask(number)

    run(scenario())


def test_one_shared_call_that_hangs_opens_nothing() -> None:
    async def scenario() -> None:
        house = House()
        await asyncio.gather(*(house.ask(number) for number in range(40)))
        assert Counter(house.callers) == {40: 1}
        assert not house.opened()

    run(scenario())


def test_a_lone_caller_who_tries_again_and_again_opens_nothing() -> None:
    async def scenario() -> None:
        house = House()
        for number in range(10):
            await house.ask(number)
        assert set(house.callers) == {1}
        assert not house.opened()

    run(scenario())

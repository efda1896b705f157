"""Redis comes and goes: it is left alone for a while, and each change is written down once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from gateway.identity.shared import Shared
from gateway.sources.exchanges import Exchanges
from gateway.sources.store import StoreRefused, StoreUnreachable
from tests.fakes.clock import StillClock
from tests.unit.gateway.world import World


@dataclass
class Answers:
    """Answers, or raises."""

    fails: Exception | None = None
    sent: int = field(default=0, init=False)

    async def send(self, commands: Any, *, first: bool = False) -> list[Any]:
        self.sent += 1
        await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails
        return [1]


def shared(answers: Answers, clock: StillClock) -> Shared:
    return Shared("throttle", cast("Exchanges", answers), clock, 1.0)


async def test_it_is_left_alone_and_one_tries_again(world: World) -> None:
    answers, clock = Answers(StoreUnreachable("ConnectionError")), StillClock()
    asked = shared(answers, clock)
    for _ in range(5):
        assert await asked.send(("PING",)) is None
    assert answers.sent == 1
    clock.advance(1)
    assert await asyncio.gather(*(asked.send(("PING",)) for _ in range(5))) == [None] * 5
    assert answers.sent == 2
    answers.fails = None
    clock.advance(1)
    assert await asked.send(("PING",)) == [1]
    assert await asked.send(("PING",)) == [1]
    assert [len(world.lines(event)) for event in ("throttle alone", "throttle shared")] == [1, 1]


async def test_a_refusal_pauses_nothing(world: World) -> None:
    answers = Answers(StoreRefused("ResponseError"))
    asked = shared(answers, StillClock())
    for _ in range(3):
        assert await asked.send(("PING",)) is None
    assert answers.sent == 3
    assert world.lines("throttle alone") == []

"""One timer, set to the earliest instant anybody asked for."""

import asyncio

from gateway.sources.alarm import Alarm
from tests.unit.gateway.sources.virtual_time import LoopClock, run


def test_it_rings_once_at_the_earliest_instant() -> None:
    async def scenario() -> None:
        clock, rings = LoopClock(), []
        alarm = Alarm(clock, lambda: rings.append(clock.monotonic()))
        for at_s in (3.0, 2.0, 4.0, 2.0):
            alarm.ring_by(at_s)
        await asyncio.sleep(8)
        assert rings == [2]

    run(scenario())


def test_it_can_be_set_again_when_it_rings() -> None:
    async def scenario() -> None:
        clock, rings = LoopClock(), []

        def rung() -> None:
            rings.append(clock.monotonic())
            if len(rings) < 3:
                alarm.ring_by(clock.monotonic() + 1)

        alarm = Alarm(clock, rung)
        alarm.ring_by(1)
        await asyncio.sleep(8)
        assert rings == [1, 2, 3]

    run(scenario())


def test_what_is_past_rings_at_once() -> None:
    async def scenario() -> None:
        clock, rings = LoopClock(), []
        alarm = Alarm(clock, lambda: rings.append(clock.monotonic()))
        await asyncio.sleep(5)
        alarm.ring_by(1)
        await asyncio.sleep(1)
        assert rings == [5]

    run(scenario())


def test_it_rings_again_when_what_it_rings_for_breaks() -> None:
    async def scenario() -> None:
        clock, rings = LoopClock(), []

        def rung() -> None:
            rings.append(clock.monotonic())
            if len(rings) < 3:
                raise ValueError("odd")

        alarm = Alarm(clock, rung)
        alarm.ring_by(1)
        await asyncio.sleep(8)
        assert rings == [1, 2, 3]

    run(scenario())

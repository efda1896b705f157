"""How long a storm takes is the machine's affair; one that hangs is cut off, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Any, Final

import pytest

from tests.faults.storm.browser import Browser
from tests.faults.storm.people import Somebody
from tests.faults.storm.storming import Crowd, Size, during, how_it_ended
from tests.faults.storm.test_storm import BIG, SMALL
from tests.faults.storm.verbs import VERBS

NO_TIME: Final = Size(many={}, at_once=1, weather=SMALL.weather, at_least_s=0, storm_s=0.1, stall_s=1.0, settle_s=0.0)


def crowd(*scripts: Callable[[Any], Awaitable[None]]) -> Crowd:
    http: Any = None
    browsers = [Browser(Somebody("a", "token", "+7"), [], "", http, Random(1)) for _ in scripts]
    return Crowd(VERBS["payments"], browsers, list(scripts))


async def for_ever() -> None:
    await asyncio.Event().wait()


async def goes_well(_browser: Any) -> None:
    await asyncio.sleep(0.2)


async def hangs(_browser: Any) -> None:
    await for_ever()


async def falls(_browser: Any) -> None:
    raise AssertionError("falls")


async def test_who_gets_done_late_gets_done() -> None:
    patient = replace(NO_TIME, stall_s=30.0)
    assert await during(for_ever, [crowd(*[goes_well] * 8)], patient) == 0


async def test_who_never_gets_done_is_left_when_nobody_else_does() -> None:
    assert await during(for_ever, [crowd(goes_well, hangs, goes_well), crowd(goes_well)], NO_TIME) == 2


async def test_weather_that_ends_ends_the_storm() -> None:
    async def breaks() -> None:
        raise AssertionError("no such fault")

    with pytest.raises(AssertionError, match="no such fault"):
        await during(breaks, [crowd(hangs)], NO_TIME)


async def test_so_does_a_customer_who_falls() -> None:
    with pytest.raises(ExceptionGroup):
        await during(for_ever, [crowd(falls)], NO_TIME)


@pytest.mark.parametrize(
    ("unfinished", "storm_s", "said"),
    [
        (0, 0.05, "everybody got done in time"),
        (0, 3.0, "everybody got done, if not in 0 s: the machine was busy"),
        (2, 3.0, "cut off with 2 still at it: nobody had got done for the last 1 s"),
    ],
)
def test_it_is_said_which_of_these_it_was(unfinished: int, storm_s: float, said: str) -> None:
    assert how_it_ended(unfinished, storm_s, NO_TIME) == said


def test_the_great_storm_is_of_a_thousand_who_pay_and_a_thousand_who_renew() -> None:
    who_pays = sum(many for name, many in BIG.many.items() if name != "renewals")
    assert (who_pays >= 1000, BIG.many["renewals"] >= 1000) == (True, True)

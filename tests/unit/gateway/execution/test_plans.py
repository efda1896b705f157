"""What is made is made once and kept while there is room; a slow making holds nobody else up."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable

import pytest

from gateway.execution.plans import Plans

ROOM = 10
QUICK = {"is_slow": False}
SLOW = {"is_slow": True}
HANGS_S = 20


class Maker:
    """Makes a value when let; counts how often it was asked. ``began`` is set in the loop's own thread."""

    def __init__(self, value: str = "made", *, failure: Exception | None = None) -> None:
        self.value = value
        self.failure = failure
        self.makings = 0
        self.let = threading.Event()
        self.began = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def __call__(self) -> str:
        self.makings += 1
        self.loop.call_soon_threadsafe(self.began.set)
        assert self.let.wait(HANGS_S)
        if self.failure is not None:
            raise self.failure
        return self.value


@pytest.fixture
def plans() -> Plans[str]:
    """Values weigh as many bytes as they have letters."""
    return Plans(ROOM, len)


def giving(value: str) -> Callable[[], str]:
    return lambda: value


async def keep(plans: Plans[str], *values: str) -> None:
    for value in values:
        await plans.made(value, giving(value), **QUICK)


def kept(plans: Plans[str], *values: str) -> list[str]:
    """Those of some values that are kept, looked at in their order."""
    return [value for value in values if plans.known(value) is not None]


@pytest.mark.parametrize("size", [QUICK, SLOW], ids=["quick", "slow"])
async def test_what_was_made_is_kept(plans: Plans[str], size: dict[str, bool]) -> None:
    assert plans.known("key") is None
    assert await plans.made("key", giving("made"), **size) == "made"
    assert plans.known("key") == "made"
    assert await plans.made("key", giving("made again"), **size) == "made"


async def test_bytes_are_bounded(plans: Plans[str]) -> None:
    await keep(plans, "aaaa", "bbbb", "cc")
    assert (len(plans), plans.bytes) == (3, ROOM)
    await keep(plans, "d")
    assert (len(plans), plans.bytes) == (3, 7)
    assert kept(plans, "aaaa", "bbbb", "cc", "d") == ["bbbb", "cc", "d"]


async def test_one_that_needs_the_room_of_several_takes_it(plans: Plans[str]) -> None:
    await keep(plans, "aaa", "bbb", "ccc", "dddddd")
    assert kept(plans, "aaa", "bbb", "ccc", "dddddd") == ["ccc", "dddddd"]
    assert plans.bytes == 9


async def test_the_least_recently_used_goes(plans: Plans[str]) -> None:
    await keep(plans, "aaaa", "bbbb")
    assert plans.known("aaaa") == "aaaa"
    await keep(plans, "cccc")
    assert kept(plans, "aaaa", "bbbb", "cccc") == ["aaaa", "cccc"]


async def test_asking_for_it_to_be_made_is_use_as_well(plans: Plans[str]) -> None:
    await keep(plans, "aaaa", "bbbb", "aaaa", "cccc")
    assert kept(plans, "aaaa", "bbbb", "cccc") == ["aaaa", "cccc"]


async def test_what_is_larger_than_all_the_room_is_given_and_drives_nobody_out(plans: Plans[str]) -> None:
    await keep(plans, "aaaa")
    assert await plans.made("large", giving("x" * 11), **QUICK) == "x" * 11
    assert plans.known("large") is None
    assert (kept(plans, "aaaa"), plans.bytes) == (["aaaa"], 4)


async def test_concurrent_first_use_makes_once(plans: Plans[str]) -> None:
    make = Maker()
    asking = [asyncio.create_task(plans.made("key", make, **SLOW)) for _ in range(5)]
    await make.began.wait()
    make.let.set()
    assert await asyncio.gather(*asking) == ["made"] * 5
    assert (make.makings, plans.bytes) == (1, 4)


async def test_a_slow_making_holds_nobody_up(plans: Plans[str]) -> None:
    make = Maker()
    asking = asyncio.create_task(plans.made("slow", make, **SLOW))
    await make.began.wait()
    # The loop turns, and others are served, quick and slow, while it is still being made.
    assert await plans.made("quick", giving("quick"), **QUICK) == "quick"
    assert await plans.made("other", giving("other"), **SLOW) == "other"
    assert not asking.done()
    make.let.set()
    assert await asking == "made"


async def test_what_was_made_twice_weighs_once(plans: Plans[str]) -> None:
    """By two who do not agree on whether it is slow: the one who ends last is kept."""
    make = Maker("slow")
    asking = asyncio.create_task(plans.made("key", make, **SLOW))
    await make.began.wait()
    assert await plans.made("key", giving("quick!"), **QUICK) == "quick!"
    make.let.set()
    assert await asking == "slow"
    assert (plans.known("key"), len(plans), plans.bytes) == ("slow", 1, 4)
    await keep(plans, "aaa", "bbb")
    assert (len(plans), plans.bytes) == (3, ROOM)


async def test_a_failure_reaches_all_who_wait(plans: Plans[str]) -> None:
    make = Maker(failure=ValueError("unfit"))
    asking = [asyncio.create_task(plans.made("key", make, **SLOW)) for _ in range(3)]
    await make.began.wait()
    make.let.set()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(result) for result in results] == ["unfit"] * 3
    assert make.makings == 1


@pytest.mark.parametrize("size", [QUICK, SLOW], ids=["quick", "slow"])
async def test_a_failure_is_not_kept(plans: Plans[str], size: dict[str, bool]) -> None:
    def unfit() -> str:
        raise ValueError("unfit")

    with pytest.raises(ValueError, match="unfit"):
        await plans.made("key", unfit, **size)
    assert (len(plans), plans.bytes) == (0, 0)
    assert await plans.made("key", giving("made"), **size) == "made"


async def test_the_others_still_wait_when_the_first_leaves(plans: Plans[str]) -> None:
    make = Maker()
    first = asyncio.create_task(plans.made("key", make, **SLOW))
    await make.began.wait()
    other = asyncio.create_task(plans.made("key", make, **SLOW))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    make.let.set()
    assert await other == "made"
    assert make.makings == 1


async def test_what_everybody_left_is_kept_for_the_next(plans: Plans[str]) -> None:
    make = Maker()
    only = asyncio.create_task(plans.made("key", make, **SLOW))
    await make.began.wait()
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    make.let.set()
    assert await plans.made("key", make, **SLOW) == "made"
    assert make.makings == 1


def test_a_failure_that_nobody_waits_for_complains_to_nobody() -> None:
    complaints: list[object] = []

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        plans = Plans[str](ROOM, len)
        make = Maker(failure=ValueError("unfit"))
        only = asyncio.create_task(plans.made("key", make, **SLOW))
        await make.began.wait()
        only.cancel()
        with pytest.raises(asyncio.CancelledError):
            await only
        make.let.set()
        while asyncio.all_tasks() != {asyncio.current_task()}:
            await asyncio.sleep(0)
        assert await plans.made("key", giving("made"), **SLOW) == "made"

    asyncio.run(scenario())
    gc.collect()
    assert complaints == []

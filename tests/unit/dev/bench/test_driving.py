"""How requests are sent: by viewers who wait, at a rate that does not, all at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import cast

import pytest

from dev.bench.load.asking import Asking
from dev.bench.load.driving import Driver
from dev.bench.load.job import BUSY, GOOD, Burst, Closed, Once, Open, Rush, Shot

SHOTS = [Shot("own_name", isn, "token") for isn in range(6)]
TARGETS = ["http://one", "http://two"]


class Answering:
    """Notes what is asked; answers when ``gate`` is open."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.running = 0
        self.most = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.busy_with: list[int] = []
        """Shots that are told to come again, each as often as it is in here."""

    async def send(self, target: str, shot: Shot) -> Callable[[], str]:
        self.asked.append((target, shot.isn))
        self.running += 1
        self.most = max(self.most, self.running)
        await self.gate.wait()
        await asyncio.sleep(0)
        self.running -= 1
        if shot.isn in self.busy_with:
            self.busy_with.remove(shot.isn)
            return lambda: BUSY
        return lambda: GOOD if shot.isn else "wrong data"


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
def driver(answering: Answering) -> Driver:
    return Driver(cast("Asking", answering), TARGETS)


async def test_each_viewer_waits_for_its_answer(driver: Driver, answering: Answering) -> None:
    samples = await driver.drive(Closed(viewers=3, requests=20), SHOTS)
    assert len(samples) == len(answering.asked) == 20
    assert answering.most == 3


async def test_viewers_share_no_client(driver: Driver, answering: Answering) -> None:
    answering.gate.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(driver.drive(Closed(viewers=6, requests=6), SHOTS))
        while len(answering.asked) < 6:
            await asyncio.sleep(0)
        answering.gate.set()
    assert sorted(isn for _, isn in answering.asked) == [0, 1, 2, 3, 4, 5]


async def test_once_sends_every_shot_exactly_once_however_slow_some_answers_are(
    driver: Driver, answering: Answering
) -> None:
    slow = {0, 1}
    send = answering.send

    async def at_leisure(target: str, shot: Shot) -> Callable[[], str]:
        for _ in range(50 if shot.isn in slow else 0):
            await asyncio.sleep(0)
        return await send(target, shot)

    answering.send = at_leisure  # type: ignore[method-assign]
    samples = await driver.drive(Once(at_once=3), SHOTS)
    assert sorted(isn for _, isn in answering.asked) == [0, 1, 2, 3, 4, 5]
    assert len(samples) == 6
    assert answering.most <= 3


async def test_a_burst_asks_everything_before_anything_is_answered(driver: Driver, answering: Answering) -> None:
    answering.gate.clear()
    async with asyncio.TaskGroup() as group:
        burst = group.create_task(driver.drive(Burst(), SHOTS))
        while answering.running < len(SHOTS):
            await asyncio.sleep(0)
        answering.gate.set()
    assert {each.due_ms for each in burst.result()} == {0.0}


async def test_targets_take_turns(driver: Driver, answering: Answering) -> None:
    await driver.drive(Burst(), SHOTS)
    assert Counter(target for target, _ in answering.asked) == {"http://one": 3, "http://two": 3}


async def test_a_rate_does_not_wait_for_answers_and_counts_from_when_a_request_was_due(
    driver: Driver, answering: Answering
) -> None:
    answering.gate.clear()
    async with asyncio.TaskGroup() as group:
        driving = group.create_task(driver.drive(Open(rate=1000, seconds=0.01), SHOTS))
        while answering.running < 10:
            await asyncio.sleep(0)
        answering.gate.set()
    samples = sorted(driving.result(), key=lambda each: each.due_ms)
    assert [each.due_ms for each in samples] == pytest.approx([*range(10)])
    # All were answered when the gate opened, so who was due first waited longest.
    assert samples[0].took_ms > samples[-1].took_ms


async def test_a_bad_answer_stays_in_the_samples(driver: Driver) -> None:
    samples = await driver.drive(Burst(), SHOTS)
    assert Counter(each.verdict for each in samples) == {GOOD: 5, "wrong data": 1}
    assert sum(each.is_good for each in samples) == 5


def rush(crowd: list[Shot], **changed: float) -> Rush:
    return Rush(**{"rate": 1000, "seconds": 0.004, "lead_s": 0.002, "crowd": crowd, "again_s": 0.001, **changed})  # type: ignore[arg-type]


async def test_a_crowd_comes_while_others_ask_at_their_rate(driver: Driver) -> None:
    crowd = [Shot("sign_in", isn, "") for isn in (11, 12, 13)]
    samples = await driver.drive(rush(crowd), SHOTS[1:])
    assert Counter(each.operation for each in samples) == {"own_name": 4, "sign_in": 3}
    assert [each.due_ms for each in samples if each.operation == "sign_in"] == pytest.approx([2.0] * 3)


async def test_who_of_a_crowd_is_told_to_come_again_does_and_each_try_is_a_sample(
    driver: Driver, answering: Answering
) -> None:
    answering.busy_with = [11, 11, 12]
    samples = await driver.drive(rush([Shot("sign_in", isn, "") for isn in (11, 12, 13)]), SHOTS[1:])
    tries = [each for each in samples if each.operation == "sign_in"]
    assert Counter(each.verdict for each in tries) == {BUSY: 3, GOOD: 3}
    assert max(each.due_ms for each in tries) >= 4.0


async def test_a_crowd_gives_up_in_the_end(driver: Driver, answering: Answering) -> None:
    answering.busy_with = [11] * 10_000
    samples = await driver.drive(rush([Shot("sign_in", 11, "")], within_s=0.02), SHOTS[1:])
    tries = [each for each in samples if each.operation == "sign_in"]
    assert {each.verdict for each in tries} == {BUSY}
    assert len(tries) < 30

"""Slow work: so much at once, so much waiting; who leaves frees their place."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator

import pytest

from domain.errors import TooBusy
from gateway.identity.workers import Workers

LONG_S = 30.0


class Gate:
    """Work that goes on until it is let go, and counts itself."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.lock = threading.Lock()
        self.running = self.most = self.done = 0

    def work(self, answer: int) -> int:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        assert self.opened.wait(LONG_S)
        with self.lock:
            self.running -= 1
            self.done += 1
        return answer


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


def workers(*, threads: int = 1, queue: int = 2, wait_s: float = LONG_S) -> Workers:
    return Workers("tests", threads=threads, queue=queue, wait_s=wait_s)


async def until(gate: Gate, running: int) -> None:
    async with asyncio.timeout(LONG_S):
        while gate.running != running:
            await asyncio.sleep(0.001)


async def test_no_more_at_once_than_there_are_threads(gate: Gate) -> None:
    pool = workers(threads=2, queue=10)
    asked = [asyncio.create_task(pool.run(gate.work, number)) for number in range(8)]
    await until(gate, 2)
    assert pool.waiting == 6
    gate.opened.set()
    assert await asyncio.gather(*asked) == list(range(8))
    assert gate.most == 2


async def test_a_full_queue_refuses_at_once_and_takes_again_when_there_is_room(gate: Gate) -> None:
    pool = workers()
    asked = [asyncio.create_task(pool.run(gate.work, number)) for number in range(3)]
    await until(gate, 1)
    with pytest.raises(TooBusy) as refused:
        await pool.run(gate.work, 9)
    assert refused.value.retry_after_s == LONG_S
    gate.opened.set()
    assert await asyncio.gather(*asked) == [0, 1, 2]
    assert await pool.run(gate.work, 9) == 9


async def test_without_a_queue_only_a_free_thread_serves(gate: Gate) -> None:
    pool = workers(queue=0)
    first = asyncio.create_task(pool.run(gate.work, 0))
    await until(gate, 1)
    with pytest.raises(TooBusy):
        await pool.run(gate.work, 1)
    gate.opened.set()
    assert await first == 0


async def test_whoever_waits_too_long_is_refused_and_never_served(gate: Gate) -> None:
    pool = workers(wait_s=0.01)
    first = asyncio.create_task(pool.run(gate.work, 0))
    await until(gate, 1)
    with pytest.raises(TooBusy):
        await pool.run(gate.work, 1)
    assert pool.waiting == 0
    gate.opened.set()
    await first
    assert gate.done == 1


async def test_leaving_the_queue_frees_the_place(gate: Gate) -> None:
    pool = workers()
    first, *waiting = [asyncio.create_task(pool.run(gate.work, number)) for number in range(3)]
    await until(gate, 1)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert pool.waiting == 0
    again = [asyncio.create_task(pool.run(gate.work, number)) for number in (3, 4)]
    gate.opened.set()
    assert await asyncio.gather(first, *again) == [0, 3, 4]
    assert gate.done == 3


async def test_work_whose_caller_left_keeps_its_thread_to_its_end(gate: Gate) -> None:
    pool = workers(queue=5)
    left = asyncio.create_task(pool.run(gate.work, 0))
    await until(gate, 1)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    following = asyncio.create_task(pool.run(gate.work, 1))
    await asyncio.sleep(0.02)
    assert (gate.running, pool.waiting) == (1, 1)
    gate.opened.set()
    assert await following == 1
    assert gate.most == 1


async def test_work_that_fails_frees_its_thread() -> None:
    pool = workers(queue=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="invalid literal"):
            await pool.run(int, "x")
    assert await pool.run(int, "5") == 5


async def test_the_loop_goes_on_meanwhile(gate: Gate) -> None:
    asked = asyncio.create_task(workers().run(gate.work, 0))
    await until(gate, 1)
    for _ in range(100):
        await asyncio.sleep(0)
    gate.opened.set()
    assert await asked == 0


def test_there_are_as_many_places_as_can_be_at_work_or_wait() -> None:
    pool = workers(threads=1, queue=1)
    with pool.place(), pool.place():
        with pytest.raises(TooBusy) as refused, pool.place():
            pass
        assert refused.value.retry_after_s == LONG_S
    with pool.place(), pool.place():
        pass


def test_a_place_is_given_back_whatever_happens() -> None:
    pool = workers(threads=1, queue=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="invalid literal"), pool.place():
            int("x")


async def test_closed_workers_take_nothing_and_lose_no_thread() -> None:
    pool = workers()
    pool.close()
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await pool.run(int, "5")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows a niceness of a thread")
@pytest.mark.parametrize(("nice", "more"), [(0, 0), (3, 3)])
async def test_threads_stand_back_and_nobody_else_does(nice: int, more: int) -> None:
    own = niceness()
    pool = Workers("tests", threads=1, queue=0, wait_s=LONG_S, nice=nice)
    assert await pool.run(niceness) == min(19, own + more)
    assert niceness() == own
    assert await workers().run(niceness) == own

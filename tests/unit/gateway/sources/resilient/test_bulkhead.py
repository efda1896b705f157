"""Turns at one system."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Deadline
from domain.errors import SourceError
from domain.ports import Call
from gateway.sources.resilient.bulkhead import Bulkhead
from gateway.sources.resilient.rejections import HeldBack, Reason, TooLate
from tests.fakes.clock import StillClock
from tests.unit.gateway.sources.resilient.stage import OPERATION, SOURCE


@dataclass(slots=True)
class Bench:
    """Two turns, three places in the queue."""

    lengths: list[int] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    most: int = 0
    bulkhead: Bulkhead = field(init=False)

    def __post_init__(self) -> None:
        self.bulkhead = Bulkhead(SOURCE, 2, 3, self.lengths.append)

    async def work(self, number: int, until: asyncio.Event, seconds: float = 60) -> None:
        await self.bulkhead.enter(OPERATION, Call(Deadline.after(StillClock(), seconds)))
        self.order.append(number)
        self.most = max(self.most, self.bulkhead.under_way)
        try:
            await until.wait()
        finally:
            self.bulkhead.leave()

    def start(self, count: int, until: asyncio.Event) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(self.work(number, until)) for number in range(count)]


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_turns_are_taken_in_the_order_of_arrival() -> None:
    bench, over = Bench(), asyncio.Event()
    workers = bench.start(5, over)
    await turns()
    assert (bench.bulkhead.under_way, bench.bulkhead.waiting) == (2, 3)
    over.set()
    await asyncio.gather(*workers)
    assert bench.order == [0, 1, 2, 3, 4]
    assert bench.most == 2
    assert (bench.bulkhead.under_way, bench.bulkhead.waiting) == (0, 0)
    assert (max(bench.lengths), bench.lengths[-1]) == (3, 0)


async def test_a_full_queue_sends_away_at_once() -> None:
    bench, over = Bench(), asyncio.Event()
    workers = bench.start(5, over)
    await turns()
    with pytest.raises(HeldBack) as refused:
        await bench.work(5, over)
    assert (refused.value.reason, refused.value.retryable) == (Reason.OVERLOADED, True)
    over.set()
    await asyncio.gather(*workers)


async def test_who_waits_leaves_at_its_deadline() -> None:
    bench, over = Bench(), asyncio.Event()
    workers = bench.start(2, over)
    await turns()
    with pytest.raises(TooLate):
        await bench.work(2, over, seconds=0.01)
    assert bench.bulkhead.waiting == 0
    over.set()
    await asyncio.gather(*workers)


async def test_nobody_overtakes_those_who_wait() -> None:
    bench, first, rest = Bench(), asyncio.Event(), asyncio.Event()
    ahead = bench.start(2, first)
    await turns()
    waiting = asyncio.create_task(bench.work(2, rest))
    await turns()
    first.set()
    await asyncio.gather(*ahead)
    late = asyncio.create_task(bench.work(3, rest))
    await turns()
    assert bench.order == [0, 1, 2, 3]
    rest.set()
    await asyncio.gather(waiting, late)


@given(
    comers=st.lists(st.tuples(st.integers(0, 8), st.none() | st.integers(0, 12)), max_size=14),
    ends_at=st.integers(0, 12),
)
def test_cancellations_leave_no_turn_taken(comers: list[tuple[int, int | None]], ends_at: int) -> None:
    asyncio.run(storm(comers, ends_at))


async def storm(comers: list[tuple[int, int | None]], ends_at: int) -> None:
    bench, over = Bench(), asyncio.Event()
    workers: dict[int, asyncio.Task[None]] = {}
    for turn in range(14):
        for number, (comes_at, leaves_at) in enumerate(comers):
            if turn == comes_at:
                workers[number] = asyncio.create_task(bench.work(number, over))
            if turn == leaves_at and number in workers:
                workers[number].cancel()
        if turn == ends_at:
            over.set()
        await asyncio.sleep(0)
    ended = await asyncio.gather(*workers.values(), return_exceptions=True)
    assert all(each is None or isinstance(each, SourceError | asyncio.CancelledError) for each in ended)
    assert bench.most <= 2
    assert max(bench.lengths, default=0) <= 3
    assert (bench.bulkhead.under_way, bench.bulkhead.waiting) == (0, 0)
    await asyncio.wait_for(bench.work(99, over), 1)

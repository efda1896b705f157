"""Loaders of reads and collectors of parents, against each known trap of aiodataloader 0.4.3."""

from __future__ import annotations

import asyncio
import contextvars
import gc
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import models
from domain.clock import Deadline
from domain.errors import Source, SourceTimeout
from domain.ports import Call, Reads
from gateway.clock import SystemClock
from resolvers.collector import ParentCollector
from resolvers.loaders import Loaders
from resolvers.read_loader import BatchCancelledError, ReadLoader

Kind = Callable[[Any], Any]


class Recorder:
    """An upstream that doubles numbers and remembers each batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, keys: list[int]) -> Sequence[int]:
        self.batches.append(keys)
        await self.gate.wait()
        return [key * 2 for key in keys]


async def test_keys_of_one_turn_are_one_batch_and_each_key_is_asked_once() -> None:
    upstream = Recorder()
    loader = ReadLoader(upstream)

    first, several, third = await asyncio.gather(loader.one(1), loader.many([2, 1, 3]), loader.one(3))

    assert (first, several, third) == (2, [4, 2, 6], 6)
    assert upstream.batches == [[1, 2, 3]]


async def test_a_later_load_of_a_known_key_asks_nothing() -> None:
    upstream = Recorder()
    loader = ReadLoader(upstream)
    await loader.one(1)
    loader.remember(2, 40)

    assert await loader.many([1, 2]) == [2, 40]
    assert upstream.batches == [[1]]


async def test_parents_that_look_alike_are_not_merged() -> None:
    upstream = Recorder()
    collector = ParentCollector(upstream)

    assert list(await asyncio.gather(collector.one(1), collector.one(1))) == [2, 2]
    assert upstream.batches == [[1, 1]]


async def test_when_the_first_to_ask_leaves_the_others_are_answered_and_later_ones_too() -> None:
    upstream = Recorder()
    upstream.gate.clear()
    loader = ReadLoader(upstream)
    first, second = asyncio.create_task(loader.many([1, 2])), asyncio.create_task(loader.many([2, 3]))
    while not upstream.batches:
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    upstream.gate.set()

    assert await second == [4, 6]
    assert await loader.many([1, 3]) == [2, 6]
    assert upstream.batches == [[1, 2, 3], [1, 2, 3]]


async def test_when_the_only_one_to_ask_leaves_nothing_is_asked_on_its_behalf() -> None:
    upstream = Recorder()
    loader = ReadLoader(upstream)
    only = asyncio.create_task(loader.one(1))
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only

    assert upstream.batches == []
    assert await loader.one(1) == 2


async def test_many_keys_cost_no_future_and_no_task() -> None:
    loop = asyncio.get_running_loop()
    made: list[asyncio.Future[Any]] = []
    real = loop.create_future

    def counted() -> asyncio.Future[Any]:
        made.append(real())
        return made[-1]

    loop.create_future = counted  # type: ignore[method-assign]
    try:
        answers = await ReadLoader(Recorder()).many(range(100))
    finally:
        loop.create_future = real  # type: ignore[method-assign]

    assert answers == [2 * key for key in range(100)]
    assert made == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_keys_of_two_batches_come_in_the_order_asked() -> None:
    upstream = Recorder()
    upstream.gate.clear()
    loader = ReadLoader(upstream)
    first = asyncio.create_task(loader.many([1, 2]))
    while not upstream.batches:
        await asyncio.sleep(0)
    second = asyncio.create_task(loader.many([3, 2, 1, 3]))
    while len(upstream.batches) < 2:
        await asyncio.sleep(0)
    upstream.gate.set()

    assert await second == [6, 4, 2, 6]
    assert await first == [2, 4]
    assert upstream.batches == [[1, 2], [3]]


@pytest.mark.parametrize("kind", [ReadLoader, ParentCollector])
async def test_a_cancelled_waiter_takes_nothing_from_others(kind: Kind) -> None:
    upstream = Recorder()
    upstream.gate.clear()
    loader = kind(upstream)
    impatient, patient = asyncio.create_task(loader.one(1)), asyncio.create_task(loader.one(1))
    while not upstream.batches:
        await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    upstream.gate.set()

    assert await patient == 2


async def test_a_cancelled_waiter_of_many_keys_leaves_them_usable() -> None:
    upstream = Recorder()
    upstream.gate.clear()
    loader = ReadLoader(upstream)
    impatient = asyncio.create_task(loader.many([1, 2]))
    while not upstream.batches:
        await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    upstream.gate.set()

    assert await loader.many([2, 1]) == [4, 2]
    assert upstream.batches == [[1, 2], [2, 1]]


@pytest.mark.parametrize("kind", [ReadLoader, ParentCollector])
async def test_a_cancelled_batch_fails_its_waiters_instead_of_leaving_them_hanging(kind: Kind) -> None:
    async def cancelled_inside(keys: list[int]) -> Sequence[int]:
        raise asyncio.CancelledError

    loader = kind(cancelled_inside)

    async with asyncio.timeout(5):
        for waiter in [asyncio.create_task(loader.one(key)) for key in (1, 2)]:
            with pytest.raises(BatchCancelledError):
                await waiter


async def test_a_failed_key_is_asked_again_and_its_neighbours_are_not() -> None:
    failure = SourceTimeout(Source.POLICY_CORE, "GetClients", "no whole answer in time")
    asked: list[list[int]] = []

    async def fails_odd_keys_at_first(keys: list[int]) -> Sequence[int | SourceTimeout]:
        asked.append(keys)
        return [failure if key % 2 and len(asked) == 1 else key for key in keys]

    loader = ReadLoader(fails_odd_keys_at_first)

    assert await loader.many([1, 2]) == [failure, 2]
    assert await loader.many([1, 2]) == [1, 2]
    assert asked == [[1, 2], [1]]


async def test_a_failure_is_a_value_so_nobody_has_to_retrieve_it() -> None:
    async def fails(keys: list[int]) -> Sequence[SourceTimeout]:
        return [SourceTimeout(Source.CLAIMS_CORE, "listClaims", "no whole answer in time")] * len(keys)

    loader = ReadLoader(fails)
    abandoned = asyncio.create_task(loader.one(1))
    await asyncio.sleep(0)
    abandoned.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    del loader
    gc.collect()  # an unretrieved exception would be reported here, and warnings are errors


async def test_a_batch_of_parents_runs_in_the_context_of_the_request_and_not_of_its_first_caller() -> None:
    viewer: contextvars.ContextVar[str] = contextvars.ContextVar("viewer", default="nobody")
    seen: list[str] = []

    async def ask(keys: list[int]) -> Sequence[int]:
        seen.append(viewer.get())
        viewer.set("the batch")
        return keys

    viewer.set("the request")
    loader = ParentCollector(ask)

    async def field() -> None:
        viewer.set("one field")
        await loader.one(1)

    await asyncio.create_task(field())
    await loader.one(2)

    assert seen == ["the request", "the request"]


@pytest.mark.parametrize("kind", [ReadLoader, ParentCollector])
def test_it_cannot_be_made_outside_a_running_loop(kind: Kind) -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        kind(Recorder.__call__)


@pytest.mark.parametrize("kind", [ReadLoader, ParentCollector])
async def test_a_running_batch_survives_the_garbage_collector(kind: Kind) -> None:
    gate = asyncio.Event()

    async def ask(keys: list[int]) -> Sequence[int]:
        await gate.wait()
        return keys

    loader = kind(ask)
    waiter = asyncio.create_task(loader.one(1))
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    gate.set()

    assert await waiter == 1


async def test_leaving_the_request_ends_what_it_has_on_its_way() -> None:
    ended = asyncio.Event()
    started = asyncio.Event()

    async def never_answers(keys: Sequence[Any], call: Call) -> Sequence[Any]:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return keys

    call = Call(Deadline.after(SystemClock(), 60))
    reads = cast("Reads", SimpleNamespace(clients=never_answers))
    with Loaders(reads, call) as loaders:
        waiter = asyncio.create_task(loaders.of(reads.clients).one(models.Isn(1)))
        await started.wait()
        waiter.cancel()
    async with asyncio.timeout(5):
        await ended.wait()


async def test_an_answer_of_another_length_is_a_fault_and_not_somebody_elses_row() -> None:
    async def forgets_a_row(keys: list[int]) -> Sequence[int]:
        return keys[1:]

    with pytest.raises(RuntimeError, match="2 keys were answered with 1"):
        await ReadLoader(forgets_a_row).many([1, 2])
    collector = ParentCollector(forgets_a_row)
    for answer in await asyncio.gather(collector.one(1), collector.one(2), return_exceptions=True):
        assert isinstance(answer, RuntimeError)


@settings(max_examples=60, deadline=None)
@given(
    loads=st.lists(
        st.tuples(st.integers(0, 4), st.lists(st.integers(0, 9), max_size=6), st.booleans()), min_size=1, max_size=12
    )
)
def test_whatever_arrives_when_and_whoever_leaves_each_gets_its_own_in_order(
    loads: list[tuple[int, list[int], bool]],
) -> None:
    async def scenario() -> None:
        loader = ReadLoader(Recorder())

        async def late(turns: int, keys: list[int]) -> list[int]:
            for _ in range(turns):
                await asyncio.sleep(0)
            return await loader.many(keys)

        tasks = [asyncio.create_task(late(turns, keys)) for turns, keys, _ in loads]
        await asyncio.sleep(0)
        for task, (_, _, leaves) in zip(tasks, loads, strict=True):
            if leaves:
                task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        for answer, (_, keys, leaves) in zip(answers, loads, strict=True):
            if not leaves:
                assert answer == [key * 2 for key in keys]

    asyncio.run(scenario())

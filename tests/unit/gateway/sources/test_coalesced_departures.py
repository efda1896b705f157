"""Callers who leave hurt nobody who stays, and leave nothing behind."""

import asyncio
import gc
import weakref
from collections.abc import Sequence

import pytest

from domain.errors import SourceTimeout
from domain.ports import Call, Outcome
from tests.unit.gateway.sources.scripted import Counts, Line, Upstream, coalesced, joined, values, within
from tests.unit.gateway.sources.virtual_time import run


class SlowToStop(Upstream):
    """Cleans up for a while when it is cancelled."""

    async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        try:
            return await super().__call__(keys, call)
        finally:
            await asyncio.sleep(0.25)


def test_a_cancelled_caller_leaves_the_others_their_answer() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        gone = asyncio.create_task(read(["P1"], within()))
        stays = asyncio.create_task(read(["P1"], within()))
        await joined(gone, stays)
        gone.cancel()
        assert await stays == values(["P1"])
        assert gone.cancelled()
        assert [(asked.keys, asked.cancelled) for asked in upstream.asked] == [(("P1",), False)]

    run(scenario())


def test_a_batch_is_cancelled_when_nobody_waits_and_the_next_caller_starts_anew() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        callers = [asyncio.create_task(read(["P1"], within())) for _ in range(2)]
        held = asyncio.create_task(read(["P2"], within()))
        await joined(*callers, held)
        for caller in [*callers, held]:
            caller.cancel()
        await asyncio.wait([*callers, held])
        assert await read(["P1"], within()) == values(["P1"])
        assert [(asked.keys, asked.cancelled) for asked in upstream.asked] == [(("P1", "P2"), True), (("P1",), False)]

    run(scenario())


def test_a_batch_given_up_holds_nobody_back() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=20)})
        read = coalesced(upstream)
        gone = asyncio.create_task(read(["P1"], within(0.5)))
        await joined(gone)
        assert await read(["P2"], within()) == values(["P2"])
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [(("P1",), 0), (("P2",), 0.5)]

    run(scenario())


def test_keys_of_callers_who_left_before_the_departure_are_not_asked() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        first = asyncio.create_task(read(["P1"], within()))
        await joined(first)
        gone = asyncio.create_task(read(["P2", "P3"], within()))
        stays = asyncio.create_task(read(["P3", "P4"], within()))
        await joined(gone, stays)
        gone.cancel()
        assert await stays == values(["P3", "P4"])
        late = asyncio.create_task(read(["P2"], within()))
        assert await late == values(["P2"])
        assert upstream.batches == [("P1",), ("P3", "P4"), ("P2",)]
        await first

    run(scenario())


def test_a_key_dropped_at_the_departure_can_be_asked_for_while_the_rest_is_under_way() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        first = asyncio.create_task(read(["P1"], within()))
        await joined(first)
        gone = asyncio.create_task(read(["P2"], within()))
        stays = asyncio.create_task(read(["P3"], within()))
        await joined(gone, stays)
        gone.cancel()
        await first
        await joined(stays)
        assert await read(["P2"], within()) == values(["P2"])
        assert await stays == values(["P3"])
        assert upstream.batches == [("P1",), ("P3",), ("P2",)]

    run(scenario())


def test_a_batch_that_everybody_left_before_the_departure_is_not_asked() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream(), Counts()
        read = coalesced(upstream, counts)
        first = asyncio.create_task(read(["P1"], within()))
        await joined(first)
        late = await read(["P2", "P3"], within(0.25))
        assert [type(outcome) for outcome in late] == [SourceTimeout] * 2
        await first
        assert await read(["P3"], within()) == values(["P3"])
        assert upstream.batches == [("P1",), ("P3",)]
        assert counts.sizes == [1, 1]

    run(scenario())


def test_who_comes_to_a_batch_that_everybody_left_departs_with_it() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        first = asyncio.create_task(read(["P1"], within()))
        await joined(first)
        await read(["P2", "P3"], within(0.25))
        assert await read(["P3", "P4"], within()) == values(["P3", "P4"])
        assert upstream.batches == [("P1",), ("P3", "P4")]
        await first

    run(scenario())


def test_a_batch_slow_to_stop_does_not_take_its_successor_along() -> None:
    async def scenario() -> None:
        upstream = SlowToStop()
        read = coalesced(upstream)
        gone = asyncio.create_task(read(["P1"], within()))
        await joined(gone)
        gone.cancel()
        await asyncio.wait([gone])
        second = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0.5)
        third = asyncio.create_task(read(["P1"], within()))
        assert await second == await third == values(["P1"])
        assert upstream.batches == [("P1",), ("P1",)]

    run(scenario())


def test_a_key_that_came_with_another_batch_is_not_asked_when_who_wanted_it_again_has_left() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P7": Line(after_s=3)})
        read = coalesced(upstream, max_batch=3)
        slow = asyncio.create_task(read(["P7", "P8", "P9"], within()))
        quick = asyncio.create_task(read(["P1"], within()))
        await joined(slow, quick)
        stays = asyncio.create_task(read(["P1", "P2"], within()))
        await quick
        await read(["P1"], within(0.25))
        assert await stays == values(["P1", "P2"])
        assert upstream.batches == [("P7", "P8", "P9"), ("P1",), ("P2",)]
        await slow

    run(scenario())


def test_a_batch_slow_to_stop_holds_nobody_back() -> None:
    async def scenario() -> None:
        upstream = SlowToStop()
        read = coalesced(upstream)
        gone = asyncio.create_task(read(["P1"], within()))
        await joined(gone)
        held = asyncio.create_task(read(["P2"], within()))
        await joined(held)
        gone.cancel()
        await held
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [(("P1",), 0), (("P2",), 0.25)]

    run(scenario())


def test_the_garbage_collector_leaves_a_batch_that_is_slow_to_stop_alone() -> None:
    cleaning: list[weakref.ref[asyncio.Future[None]]] = []

    async def upstream(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        try:
            await asyncio.sleep(1)
        finally:
            done = asyncio.get_running_loop().create_future()
            cleaning.append(weakref.ref(done))
            await done
        return values(keys)

    async def scenario() -> None:
        read = coalesced(upstream)
        gone = asyncio.create_task(read(["P1"], within()))
        await joined(gone)
        gone.cancel()
        await asyncio.wait([gone])
        del gone
        await asyncio.sleep(0.125)
        gc.collect()
        done = cleaning[0]()
        assert done is not None
        done.set_result(None)

    run(scenario())


def test_a_batch_cancelled_from_outside_before_it_began_is_forgotten() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        caller = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0)
        (batch,) = asyncio.all_tasks() - {asyncio.current_task(), caller}
        batch.cancel()
        with pytest.raises(RuntimeError, match="broke its contract"):
            await caller
        assert await read(["P1"], within()) == values(["P1"])
        assert upstream.batches == [("P1",)]

    run(scenario())


def test_nothing_is_kept_when_everybody_has_gone() -> None:
    class Value(str):
        """Can be referred to weakly."""

        __slots__ = ("__weakref__",)

    kept: list[weakref.ref[Value]] = []

    async def upstream(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        answers = [Value(key) for key in keys]
        kept.extend(map(weakref.ref, answers))
        await asyncio.sleep(1)
        return answers

    async def scenario() -> None:
        read = coalesced(upstream)
        callers = [asyncio.create_task(read(["P1", f"P{n}"], within())) for n in range(5)]
        await joined(*callers)
        callers += [asyncio.create_task(read(["P2", "P7"], within())), asyncio.create_task(read(["P8"], within(0.25)))]
        await asyncio.wait(callers)
        callers.clear()
        await asyncio.sleep(0)
        # Freed at once, not by the garbage collector: nothing refers to itself.
        assert len(kept) == 6
        assert [ref() for ref in kept] == [None] * 6

    gc.disable()
    try:
        run(scenario())
    finally:
        gc.enable()

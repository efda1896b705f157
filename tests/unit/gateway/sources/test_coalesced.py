"""Which upstream calls are made for whom, turn by turn."""

import asyncio
import contextvars
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.ports import MISSING, Call, Outcome, Read
from domain.tracing import Trace
from tests.unit.gateway.sources.scripted import Counts, Line, Upstream, coalesced, missing, values, within
from tests.unit.gateway.sources.virtual_time import run


def test_callers_of_one_turn_share_one_call() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream(), Counts()
        read = coalesced(upstream, counts)
        answers = await asyncio.gather(*(read([f"P{n}", "P0"], within()) for n in range(1, 9)))
        assert answers == [values([f"P{n}", "P0"]) for n in range(1, 9)]
        assert upstream.batches == [("P1", "P0", "P2", "P3", "P4", "P5", "P6", "P7", "P8")]
        assert (counts.sizes, counts.joins) == ([9], 0)

    run(scenario())


def test_an_idle_read_asks_without_waiting() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        for _ in range(3):
            assert await read(["P1"], within()) == values(["P1"])
        # Nothing is remembered, and no time is lost between an answer and the next question.
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [(("P1",), 0), (("P1",), 1), (("P1",), 2)]

    run(scenario())


def test_keys_collect_while_a_call_is_under_way() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P3": missing()})
        read = coalesced(upstream)
        first = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0.25)
        second = asyncio.create_task(read(["P2", "P3", "P2"], within()))
        await asyncio.sleep(0.25)
        third = asyncio.create_task(read(["P4"], within()))
        assert await first == values(["P1"])
        assert await second == ["value of P2", MISSING, "value of P2"]
        assert await third == values(["P4"])
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [(("P1",), 0), (("P2", "P3", "P4"), 1)]

    run(scenario())


def test_a_key_under_way_is_not_asked_again() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream(), Counts()
        read = coalesced(upstream, counts)
        first = asyncio.create_task(read(["P1", "P2"], within()))
        await asyncio.sleep(0.5)
        second = asyncio.create_task(read(["P3", "P2", "P3", "P1"], within()))
        third = asyncio.create_task(read(["P2", "P3"], within()))
        assert await first == values(["P1", "P2"])
        assert await second == values(["P3", "P2", "P3", "P1"])
        assert await third == values(["P2", "P3"])
        assert upstream.batches == [("P1", "P2"), ("P3",)]
        assert (counts.sizes, counts.joins) == ([2, 1], 3)

    run(scenario())


def test_who_asks_for_what_is_under_way_alone_does_not_wait_for_another_batch() -> None:
    async def scenario() -> None:
        read = coalesced(Upstream())
        first = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0.5)
        assert await read(["P1"], within()) == values(["P1"])
        assert asyncio.get_running_loop().time() == 1
        await first

    run(scenario())


def test_a_full_batch_waits_for_nobody() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream, max_batch=2)
        first = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0.5)
        second = asyncio.create_task(read(["P2", "P3", "P4"], within()))
        assert await first == values(["P1"])
        assert await second == values(["P2", "P3", "P4"])
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [
            (("P1",), 0),
            (("P2", "P3"), 0.5),
            (("P4",), 1.5),
        ]

    run(scenario())


def test_one_callers_many_keys_leave_together_in_calls_of_the_systems_size() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        keys = [f"P{n}" for n in range(7)]
        assert await coalesced(upstream, max_batch=3)(keys, within()) == values(keys)
        assert [(len(asked.keys), asked.at_s) for asked in upstream.asked] == [(3, 0), (3, 0), (1, 0)]

    run(scenario())


def test_a_read_that_takes_one_key_is_shared_and_never_held_back() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=9)})
        read = coalesced(upstream, max_batch=1)
        slow = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0.5)
        again = asyncio.create_task(read(["P1"], within()))
        assert await read(["P2", "P3"], within()) == values(["P2", "P3"])
        assert asyncio.get_running_loop().time() == 1.5
        assert await slow == await again == values(["P1"])
        assert upstream.batches == [("P1",), ("P2",), ("P3",)]

    run(scenario())


def test_so_many_batches_may_be_under_way_at_once() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream, in_flight=2)
        callers = []
        for key in ("P1", "P2", "P3", "P4"):
            callers.append(asyncio.create_task(read([key], within())))
            await asyncio.sleep(0.125)
        await asyncio.gather(*callers)
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [
            (("P1",), 0),
            (("P2",), 0.125),
            (("P3", "P4"), 1),
        ]

    run(scenario())


def test_a_slow_call_holds_nobody_back_for_long() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=20)})
        read = coalesced(upstream, hold_s=0.5)
        slow = asyncio.create_task(read(["P1"], within()))
        await asyncio.sleep(0.25)
        quick = [asyncio.create_task(read([key], within())) for key in ("P2", "P3")]
        await asyncio.wait(quick)
        # The slow one is old by now: who comes later does not wait at all.
        assert await read(["P4"], within()) == values(["P4"])
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [
            (("P1",), 0),
            (("P2", "P3"), 0.5),
            (("P4",), 1.5),
        ]
        assert await slow == values(["P1"])

    run(scenario())


def test_order_duplicates_and_missing_keys_are_kept() -> None:
    async def scenario() -> None:
        read = coalesced(Upstream({"P2": missing()}), max_batch=2)
        one, other = await asyncio.gather(
            read(["P3", "P2", "P1", "P2", "P3"], within()), read(["P1", "P4", "P2", "P1"], within())
        )
        assert one == ["value of P3", MISSING, "value of P1", MISSING, "value of P3"]
        assert other == ["value of P1", "value of P4", MISSING, "value of P1"]

    run(scenario())


def test_an_empty_batch_asks_nothing() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        assert await coalesced(upstream)([], within()) == []
        assert upstream.asked == []

    run(scenario())


def test_calls_that_go_alone_share_nothing() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream(), Counts()
        read = coalesced(upstream, counts)
        client = asyncio.create_task(read(["P1"], within()))
        employees = [asyncio.create_task(read(["P1", "P1"], within(9, alone=True))) for _ in range(2)]
        answers = await asyncio.gather(*employees)
        assert answers == [values(["P1", "P1"])] * 2
        assert await client == values(["P1"])
        assert sorted(upstream.batches) == [("P1",), ("P1", "P1"), ("P1", "P1")]
        # Their deadline is their own, and they are no batch.
        assert sorted(asked.until_s for asked in upstream.asked) == [9, 9, 30]
        assert counts.sizes == [1]

    run(scenario())


def test_the_first_callers_context_does_not_reach_the_call() -> None:
    viewer = contextvars.ContextVar("viewer", default="nobody")
    seen: list[str] = []

    async def upstream(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        seen.append(viewer.get())
        viewer.set("whoever asked last")
        await asyncio.sleep(1)
        return list(keys)

    async def ask(read: Read[str, str], key: str, after_s: float = 0) -> None:
        await asyncio.sleep(after_s)
        viewer.set(key)
        await read([key], within())
        assert viewer.get() == key

    async def scenario() -> None:
        # Two batches depart at the end of a turn, one when another lands, one when it was held for long enough.
        patient, hasty = coalesced(upstream), coalesced(upstream, hold_s=0.25)
        await asyncio.gather(ask(patient, "P1"), ask(patient, "P2", 0.5), ask(hasty, "P3"), ask(hasty, "P4", 0.125))
        assert seen == ["nobody"] * 4

    run(scenario())


def test_who_wants_to_know_is_told_of_the_calls_that_were_shared_and_by_how_many() -> None:
    async def scenario() -> None:
        async def system(keys: Sequence[str], call: Call) -> Sequence[Any]:
            assert call.trace is not None
            call.trace.calls["GetPolicies"] += 1
            await asyncio.sleep(1)
            return values(list(keys))

        read = coalesced(system)
        curious, other = replace(within(), trace=Trace()), within()
        await asyncio.gather(read(["P1"], curious), read(["P1", "P2"], other))
        assert curious.trace == Trace(Counter(GetPolicies=1), Counter(), callers=2)
        assert other.trace is None

    run(scenario())

"""Who names an instant is brought nothing that may be older."""

import asyncio

from domain.errors import SourceTimeout
from tests.unit.gateway.sources.scripted import Line, Upstream, coalesced, joined, values, within
from tests.unit.gateway.sources.virtual_time import LoopClock, run


def test_a_call_that_departed_before_the_instant_is_not_joined() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream, in_flight=2)
        earlier = asyncio.create_task(read(["P1", "P2"], within()))
        await asyncio.sleep(0.5)
        assert await read(["P1"], within(since_s=0.5)) == values(["P1"])
        assert [(asked.keys, asked.at_s, asked.since_s) for asked in upstream.asked[1:]] == [(("P1",), 0.5, 0.5)]
        assert await earlier == values(["P1", "P2"])

    run(scenario())


def test_a_call_that_departed_for_an_earlier_instant_is_not_joined() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream, in_flight=2)
        earlier = asyncio.create_task(read(["P1"], within(since_s=-1)))
        await joined(earlier)
        await asyncio.gather(earlier, read(["P1"], within(since_s=0.125)))
        assert [asked.since_s for asked in upstream.asked] == [-1, 0.125]

    run(scenario())


def test_a_call_for_as_late_an_instant_is_joined_by_anybody() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        first = asyncio.create_task(read(["P1"], within(since_s=-1)))
        await joined(first)
        others = [read(["P1"], within()), read(["P1"], within(since_s=-1)), read(["P1"], within(since_s=-2))]
        assert await asyncio.gather(first, *others) == [values(["P1"])] * 4
        assert upstream.batches == [("P1",)]

    run(scenario())


def test_a_call_that_departed_since_but_named_no_instant_may_be_answered_by_a_cache() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream, in_flight=2)
        plain = asyncio.create_task(read(["P1"], within()))
        await joined(plain)
        await asyncio.gather(plain, read(["P1"], within(since_s=-1)))
        assert upstream.batches == [("P1",), ("P1",)]

    run(scenario())


def test_those_who_name_instants_share_a_call_and_it_names_the_latest() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        wanted = {("P1",): None, ("P2", "P1"): -3, ("P3",): -1, ("P2",): -2}
        answers = await asyncio.gather(*(read(keys, within(since_s=since_s)) for keys, since_s in wanted.items()))
        assert answers == [values(keys) for keys in wanted]
        # Nobody else's keys are computed anew for them.
        assert [(asked.keys, asked.since_s) for asked in upstream.asked] == [
            (("P1",), -float("inf")),
            (("P2", "P1", "P3"), -1),
        ]

    run(scenario())


def test_who_joined_a_hurried_caller_is_asked_for_again_as_strictly() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=2)})
        read = coalesced(upstream)
        hurried = asyncio.create_task(read(["P1"], within(1, since_s=-1)))
        await joined(hurried)
        assert await read(["P1"], within(9, since_s=-1)) == values(["P1"])
        assert [(asked.at_s, asked.since_s) for asked in upstream.asked] == [(0, -1), (1, -1)]
        await hurried

    run(scenario())


def test_who_waits_for_a_call_whose_keys_were_all_asked_for_again_leaves_in_time() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=20)})
        read = coalesced(upstream, in_flight=2, patience_s=9)
        earlier = asyncio.create_task(read(["P1"], within(2)))
        await joined(earlier)
        later = asyncio.create_task(read(["P1"], within(3, since_s=0.125)))
        assert [type(outcome) for outcome in await earlier] == [SourceTimeout]
        assert LoopClock().monotonic() == 2
        await later

    run(scenario())


def test_a_key_whose_newer_call_is_back_is_listed_once_in_the_older_that_is_held_back() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P0": Line(after_s=3)})
        read = coalesced(upstream, max_batch=3)
        first = asyncio.create_task(read(["P0"], within()))
        await joined(first)
        held = asyncio.create_task(read(["P1", "P2"], within()))
        await read(["P2", "P8", "P9"], within(since_s=0.125))
        again = asyncio.create_task(read(["P2"], within()))
        assert [await each for each in (held, again)] == [values(["P1", "P2"]), values(["P2"])]
        assert [(asked.keys, asked.at_s) for asked in upstream.asked[1:]] == [
            (("P2", "P8", "P9"), 0.125),
            (("P1", "P2"), 3),
        ]
        await first

    run(scenario())

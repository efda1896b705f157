"""Each caller has its own time, whoever shares its call."""

import asyncio
from collections.abc import Sequence

from domain.errors import SourceTimeout
from domain.ports import Call, Outcome
from gateway.sources.resilient.rejections import TooLate
from tests.unit.gateway.sources.scripted import SOURCE, Line, Upstream, coalesced, joined, values, within
from tests.unit.gateway.sources.virtual_time import LoopClock, run


def now() -> float:
    return LoopClock().monotonic()


def test_a_short_deadline_ends_its_own_wait_alone() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        hasty = asyncio.create_task(read(["P1"], within(0.5)))
        patient = asyncio.create_task(read(["P1", "P2"], within(9)))
        (late,) = await hasty
        assert isinstance(late, SourceTimeout)
        assert (late.source, late.operation, late.retryable) == (SOURCE, "policies", True)
        assert now() == 0.5
        assert await patient == values(["P1", "P2"])
        assert [(asked.keys, asked.until_s, asked.cancelled) for asked in upstream.asked] == [(("P1", "P2"), 9, False)]

    run(scenario())


def test_outcomes_that_are_there_are_delivered_at_the_deadline() -> None:
    async def scenario() -> None:
        read = coalesced(Upstream({"P2": Line(after_s=20)}), in_flight=2)
        quick = asyncio.create_task(read(["P1"], within()))
        await joined(quick)
        slow = asyncio.create_task(read(["P2"], within()))
        await joined(quick, slow)
        one, two = await read(["P1", "P2"], within(3))
        assert (one, type(two)) == ("value of P1", SourceTimeout)
        assert now() == 3.25
        await asyncio.wait([quick, slow])

    run(scenario())


def test_a_caller_with_no_time_left_asks_nothing() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        outcomes = await coalesced(upstream)(["P1", "P2"], within(0))
        assert [type(outcome) for outcome in outcomes] == [SourceTimeout] * 2
        assert upstream.asked == []

    run(scenario())


def test_a_batch_gets_its_longest_waiters_time_and_at_least_the_patience() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream, patience_s=5)
        await asyncio.gather(read(["P1"], within(2)), read(["P2"], within(8)), read(["P3"], within(3)))
        await read(["P1"], within(2))
        assert [(asked.at_s, asked.until_s) for asked in upstream.asked] == [(0, 8), (1, 6)]

    run(scenario())


def test_the_system_itself_says_that_the_longest_waiters_time_is_over() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=20)})
        (late,) = await coalesced(upstream)(["P1"], within(3))
        assert isinstance(late, SourceTimeout)
        assert (late.detail, now()) == ("too slow", 3)
        # Not cancelled: a circuit breaker has to see it.
        assert not upstream.asked[0].cancelled

    run(scenario())


def test_a_system_that_ignores_the_deadline_does_not_keep_the_callers() -> None:
    async def deaf(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        await asyncio.sleep(100)
        return list(keys)

    async def scenario() -> None:
        (late,) = await coalesced(deaf)(["P1"], within(3))
        assert isinstance(late, SourceTimeout)
        assert late.operation == "policies"
        assert 3 < now() < 3.1

    run(scenario())


def test_a_call_that_outstays_its_time_is_joined_by_nobody_any_more() -> None:
    asked: list[float] = []

    async def deaf_at_first(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        asked.append(now())
        await asyncio.sleep(100 if len(asked) == 1 else 1)
        return list(keys)

    async def scenario() -> None:
        read = coalesced(deaf_at_first, in_flight=2)
        first = asyncio.create_task(read(["P1"], within(3)))
        await joined(first)
        second = asyncio.create_task(read(["P1"], within(5)))
        await asyncio.sleep(4)
        # Whoever comes now would keep the dead call alive for the next one, and so for ever.
        assert await read(["P1"], within(5)) == ["P1"]
        assert asked == [0, 4.125]
        await asyncio.wait([first, second])

    run(scenario())


def test_who_joins_a_hurried_caller_keeps_its_own_time() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=2)})
        read = coalesced(upstream)
        hurried = asyncio.create_task(read(["P1", "P2"], within(1)))
        await joined(hurried)
        joiners = [asyncio.create_task(read(["P2", "P1"], within(9))) for _ in range(3)]
        assert [type(outcome) for outcome in await hurried] == [SourceTimeout] * 2
        assert await asyncio.gather(*joiners) == [values(["P2", "P1"])] * 3
        # Asked again once for all who joined.
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [(("P1", "P2"), 0), (("P2", "P1"), 1)]
        assert upstream.asked[1].until_s == 9.125

    run(scenario())


def test_what_runs_out_of_time_twice_is_not_asked_a_third_time() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=100)})
        read = coalesced(upstream)
        hurried = asyncio.create_task(read(["P1"], within(1)))
        await joined(hurried)
        joiner = asyncio.create_task(read(["P1"], within(5)))
        await asyncio.wait([hurried, joiner])
        assert [type(outcome) for outcome in joiner.result()] == [SourceTimeout]
        assert [(asked.at_s, asked.until_s) for asked in upstream.asked] == [(0, 1), (1, 5.125)]

    run(scenario())


def test_a_time_out_before_the_batchs_time_is_over_is_an_answer_like_any_other() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(answer=SourceTimeout(SOURCE, "Get", "one attempt"))})
        read = coalesced(upstream)
        first = asyncio.create_task(read(["P1"], within(5)))
        await joined(first)
        (outcome,) = await read(["P1"], within(9))
        assert isinstance(outcome, SourceTimeout)
        assert upstream.batches == [("P1",)]
        await first

    run(scenario())


def test_what_was_not_asked_for_want_of_time_is_asked_for_whoever_has_more() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(answer=TooLate(SOURCE, "Get"))})
        read = coalesced(upstream)
        hurried = asyncio.create_task(read(["P1", "P2"], within(2)))
        await joined(hurried)
        joiner = asyncio.create_task(read(["P2", "P1"], within(9)))
        (late, _) = await hurried
        assert isinstance(late, TooLate)
        await joiner
        assert [(asked.keys, asked.at_s) for asked in upstream.asked] == [(("P1", "P2"), 0), (("P1",), 1)]

    run(scenario())


def test_a_time_out_that_comes_a_little_early_is_the_batchs_own() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=100)}, tick_s=2.0**-30)
        read = coalesced(upstream)
        hurried = asyncio.create_task(read(["P1"], within(1)))
        await joined(hurried)
        await read(["P1"], within(3))
        assert [asked.until_s for asked in upstream.asked] == [1, 3.125]
        await hurried

    run(scenario())


def test_a_time_out_that_comes_too_late_for_a_joiner_is_not_asked_again() -> None:
    asked: list[tuple[str, ...]] = []

    async def overdue(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        asked.append(tuple(keys))
        await asyncio.sleep(2.03125)
        return [SourceTimeout(SOURCE, "Get", "late itself")] * len(keys)

    async def scenario() -> None:
        read = coalesced(overdue)
        hurried = asyncio.create_task(read(["P1"], within(1)))
        await joined(hurried)
        joiner = asyncio.create_task(read(["P1"], within(1.875)))
        patient = asyncio.create_task(read(["P1"], within(1.890625)))
        await asyncio.wait([hurried, joiner, patient])
        await joined(joiner)
        assert asked == [("P1",)]

    run(scenario())

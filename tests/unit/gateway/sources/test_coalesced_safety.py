"""No caller suffers from another's deadline, departure or failure."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.errors import SourceError, SourceInMaintenance, SourceTimeout, SourceUnavailable
from domain.ports import Call, Outcome
from gateway.sources.resilient.rejections import TooLate
from tests.unit.gateway.sources.fakes import COMPUTED_AT
from tests.unit.gateway.sources.scripted import SOURCE, Counts, Line, Upstream, coalesced, values, within
from tests.unit.gateway.sources.virtual_time import LoopClock, run


def now() -> float:
    return LoopClock().monotonic()


async def joined(*callers: asyncio.Task[Sequence[Outcome[str]]]) -> None:
    """Let the callers get on their way."""
    assert callers
    await asyncio.sleep(0.125)


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
    class SlowToStop(Upstream):
        async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
            try:
                return await super().__call__(keys, call)
            finally:
                await asyncio.sleep(0.25)

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


def test_each_waiter_gets_a_failure_of_its_own() -> None:
    original = SourceUnavailable(SOURCE, "Get", "HTTP 503", retry_after_s=7)
    original.__cause__ = ConnectionError("refused")

    async def scenario() -> None:
        read = coalesced(Upstream({"P1": Line(answer=original)}))
        (one,), (other,) = await asyncio.gather(read(["P1"], within()), read(["P1"], within()))
        for failure in (one, other):
            assert isinstance(failure, SourceUnavailable)
            assert (str(failure), failure.retry_after_s, failure.retryable) == (str(original), 7, True)
            assert failure.__cause__ is original.__cause__
        assert len({id(one), id(other), id(original)}) == 3

    run(scenario())


def test_one_keys_failure_is_no_other_keys() -> None:
    async def scenario() -> None:
        closed = SourceInMaintenance(SOURCE, "Get", COMPUTED_AT)
        read = coalesced(Upstream({"P1": Line(answer=closed)}))
        (bad,), (good,) = await asyncio.gather(read(["P1"], within()), read(["P2"], within()))
        assert isinstance(bad, SourceInMaintenance)
        assert (bad.until, good) == (COMPUTED_AT, "value of P2")

    run(scenario())


def test_a_read_that_raises_is_told_to_every_waiter_and_forgotten() -> None:
    mistakes: list[BaseException] = [KeyError("a mistake of ours"), asyncio.CancelledError()]

    async def broken(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        await asyncio.sleep(1)
        if mistakes:
            raise mistakes.pop(0)
        return values(keys)

    async def scenario() -> None:
        read = coalesced(broken)
        for cause in (KeyError, asyncio.CancelledError):
            told = await asyncio.gather(read(["P1"], within()), read(["P2"], within()), return_exceptions=True)
            assert [type(each) for each in told] == [RuntimeError] * 2
            assert told[0] is not told[1]
            assert all(isinstance(each, RuntimeError) and isinstance(each.__cause__, cause) for each in told)
        assert await read(["P1"], within()) == values(["P1"])

    run(scenario())


def test_a_failure_nobody_stayed_to_hear_is_no_complaint() -> None:
    async def stubborn(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            raise KeyError("while cleaning up") from None
        return values(keys)

    async def scenario() -> None:
        gone = asyncio.create_task(coalesced(stubborn)(["P1"], within()))
        await joined(gone)
        gone.cancel()
        await asyncio.wait([gone])
        await asyncio.sleep(1)

    run(scenario())


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_read_of_the_wrong_length_is_told_too(length: int) -> None:
    async def wrong(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        return ["a value"] * length

    async def scenario() -> None:
        with pytest.raises(RuntimeError, match="shared read policies broke its contract"):
            await coalesced(wrong)(["P1", "P2"], within())

    run(scenario())


def test_a_key_that_is_none_spoils_its_own_call_alone() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        good = asyncio.create_task(read(["P1"], within()))
        bad: list[str] = ["P2", ["P3"]]  # type: ignore[list-item]  # cannot be hashed
        with pytest.raises(TypeError, match="unhashable"):
            await read(bad, within())
        assert await good == values(["P1"])
        assert upstream.batches == [("P1",)]

    run(scenario())


def test_failures_are_told_as_outcomes() -> None:
    async def scenario() -> None:
        closed = SourceInMaintenance(SOURCE, "Get", None)
        read = coalesced(Upstream({"P1": Line(poison=closed)}))
        outcomes = await read(["P1", "P2"], within())
        assert all(isinstance(outcome, SourceError) for outcome in outcomes)

    run(scenario())

import asyncio
import contextvars
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import models
from domain.errors import Source, SourceInMaintenance, SourceTimeout, SourceUnavailable
from domain.ports import MISSING, Call, Outcome, Read
from gateway.sources.single_flight import SingleFlight
from tests.unit.gateway.sources.fakes import COMPUTED_AT, LifeSystem, RunningClock, valuation, within


def shared(read: Read[str, models.LifeValuation], patience_s: float = 30) -> SingleFlight[str, models.LifeValuation]:
    return SingleFlight(read, Source.LIFE_VALUATION, "valuation", RunningClock(), patience_s)


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_fifty_concurrent_callers_of_a_cold_contract_cost_one_computation() -> None:
    system = LifeSystem()
    read = shared(system)
    callers = [asyncio.create_task(read(["P1"], within(30))) for _ in range(50)]
    await turns()
    system.gate.set()
    assert await asyncio.gather(*callers) == [[valuation("P1")]] * 50
    assert system.batches == [("P1",)]


async def test_a_batch_asks_once_and_only_for_what_is_not_on_its_way() -> None:
    system = LifeSystem(answer=lambda key: MISSING if key == "P3" else valuation(key))
    read = shared(system)
    first = asyncio.create_task(read(["P1", "P2", "P1"], within(30)))
    await turns()
    second = asyncio.create_task(read(["P3", "P2", "P4", "P3"], within(30)))
    await turns()
    system.gate.set()
    assert await first == [valuation("P1"), valuation("P2"), valuation("P1")]
    assert await second == [MISSING, valuation("P2"), valuation("P4"), MISSING]
    assert system.batches == [("P1", "P2"), ("P3", "P4")]


async def test_an_empty_batch_asks_nothing() -> None:
    system = LifeSystem()
    assert await shared(system)([], within(30)) == []
    assert system.batches == []


async def test_nothing_is_remembered_after_the_answer() -> None:
    system = LifeSystem()
    system.gate.set()
    read = shared(system)
    await read(["P1"], within(30))
    await read(["P1"], within(30))
    assert system.batches == [("P1",), ("P1",)]


async def test_a_short_deadline_ends_its_own_wait_alone() -> None:
    system = LifeSystem()
    read = shared(system)
    hasty = asyncio.create_task(read(["P1"], within(0.01)))
    patient = asyncio.create_task(read(["P1", "P2"], within(30)))
    (late,) = await hasty
    assert isinstance(late, SourceTimeout)
    assert (late.source, late.operation, late.retryable) == (Source.LIFE_VALUATION, "valuation", True)
    system.gate.set()
    assert await patient == [valuation("P1"), valuation("P2")]
    assert system.computations == {"P1": 1, "P2": 1}
    assert system.cancelled == 0


async def test_who_joins_a_hurried_caller_keeps_its_own_time() -> None:
    seen: list[float] = []

    async def upstream(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        seen.append(call.deadline.remaining_s())
        return [valuation(key) for key in keys]

    await shared(upstream, patience_s=30)(["P1"], within(0.5))
    await shared(upstream, patience_s=30)(["P1"], within(90))
    assert 29 < seen[0] <= 30
    assert 89 < seen[1] <= 90


async def test_a_caller_with_no_time_left_gets_a_timeout() -> None:
    system = LifeSystem()
    (late,) = await shared(system)(["P1"], within(0))
    assert isinstance(late, SourceTimeout)


async def test_a_cancelled_caller_leaves_the_others_their_answer() -> None:
    system = LifeSystem()
    read = shared(system)
    gone = asyncio.create_task(read(["P1"], within(30)))
    stays = asyncio.create_task(read(["P1"], within(30)))
    await turns()
    gone.cancel()
    await asyncio.wait([gone])
    assert gone.cancelled()
    system.gate.set()
    assert await stays == [valuation("P1")]
    assert (system.batches, system.cancelled) == ([("P1",)], 0)


async def test_the_computation_stops_when_nobody_waits_and_the_next_caller_starts_anew() -> None:
    system = LifeSystem()
    read = shared(system)
    callers = [asyncio.create_task(read(["P1"], within(30))) for _ in range(2)]
    await turns()
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    late = asyncio.create_task(read(["P1"], within(30)))
    await turns()
    assert system.cancelled == 1
    system.gate.set()
    assert await late == [valuation("P1")]
    assert system.batches == [("P1",), ("P1",)]


async def test_a_computation_slow_to_stop_does_not_take_its_successor_along() -> None:
    system = SlowToStop()
    read = shared(system)
    gone = asyncio.create_task(read(["P1"], within(30)))
    await turns()
    gone.cancel()
    await asyncio.wait([gone])
    second = asyncio.create_task(read(["P1"], within(30)))
    await turns(10)
    third = asyncio.create_task(read(["P1"], within(30)))
    await turns()
    system.gate.set()
    assert [await second, await third] == [[valuation("P1")]] * 2
    assert system.batches == [("P1",), ("P1",)]


class SlowToStop(LifeSystem):
    """Needs a few turns of the loop to clean up."""

    async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        try:
            return await super().__call__(keys, call)
        finally:
            await turns(5)


async def test_each_waiter_gets_a_failure_of_its_own() -> None:
    original = SourceUnavailable(Source.LIFE_VALUATION, "valuation", "HTTP 503", retry_after_s=7)
    original.__cause__ = ConnectionError("refused")
    system = LifeSystem(answer=lambda _: original)
    system.gate.set()
    read = shared(system)
    (one,), (other,) = await asyncio.gather(read(["P1"], within(30)), read(["P1"], within(30)))
    for failure in (one, other):
        assert isinstance(failure, SourceUnavailable)
        assert (str(failure), failure.retry_after_s, failure.retryable) == (str(original), 7, True)
        assert failure.__cause__ is original.__cause__
    assert one is not other
    assert original not in (one, other)


async def test_maintenance_keeps_its_end() -> None:
    system = LifeSystem(answer=lambda _: SourceInMaintenance(Source.LIFE_VALUATION, "valuation", COMPUTED_AT))
    system.gate.set()
    (closed,) = await shared(system)(["P1"], within(30))
    assert isinstance(closed, SourceInMaintenance)
    assert closed.until == COMPUTED_AT


async def test_a_read_that_raises_is_told_to_every_waiter() -> None:
    async def broken(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        raise KeyError("a mistake of ours")

    read = shared(broken)
    outcomes = await asyncio.gather(read(["P1"], within(30)), read(["P1"], within(30)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [RuntimeError, RuntimeError]
    assert outcomes[0] is not outcomes[1]


async def test_a_read_of_the_wrong_length_is_told_too() -> None:
    async def short(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        return []

    with pytest.raises(RuntimeError, match="broke its contract"):
        await shared(short)(["P1"], within(30))


async def test_a_read_cancelled_from_outside_does_not_leave_its_waiters_hanging() -> None:
    async def cancels_itself(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        raise asyncio.CancelledError

    with pytest.raises(RuntimeError, match="cancelled from outside"):
        await shared(cancels_itself)(["P1"], within(30))


async def test_the_first_callers_context_does_not_reach_the_computation() -> None:
    viewer = contextvars.ContextVar("viewer", default="nobody")
    seen: list[str] = []

    async def upstream(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        seen.append(viewer.get())
        return [valuation(key) for key in keys]

    viewer.set("a client")
    await shared(upstream)(["P1"], within(30))
    assert seen == ["nobody"]


Plan = tuple[list[str], int, int | None]
"""Keys, the loop turn at which the caller comes, and the one at which it is cancelled, if ever."""

plans = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["P1", "P2", "P3", "P4"]), max_size=5),
        st.integers(0, 6),
        st.none() | st.integers(0, 14),
    ),
    max_size=12,
)


@given(plans=plans, opens_at=st.integers(0, 16))
def test_a_storm_of_cancellations_hurts_only_those_cancelled(plans: list[Plan], opens_at: int) -> None:
    asyncio.run(storm(plans, opens_at))


async def storm(plans: list[Plan], opens_at: int) -> None:
    system = Watched()
    read = shared(system)
    callers: dict[int, asyncio.Task[Sequence[Outcome[models.LifeValuation]]]] = {}
    cancelled: set[int] = set()
    for turn in range(20):
        for index, (keys, comes_at, leaves_at) in enumerate(plans):
            if turn == comes_at:
                callers[index] = asyncio.create_task(read(keys, within(30)))
            if turn == leaves_at and index in callers and callers[index].cancel():
                cancelled.add(index)
        if turn == opens_at:
            system.gate.set()
        await asyncio.sleep(0)
    if callers:
        await asyncio.wait(callers.values(), timeout=5)
    for index, caller in callers.items():
        if index in cancelled:
            assert caller.cancelled()
        else:
            assert caller.result() == [valuation(key) for key in plans[index][0]]
    await turns()
    assert system.most_at_once <= 1
    assert system.now == {}
    assert read._flights == {}
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Watched(LifeSystem):
    """Notes how often one key was computed at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.now: dict[str, int] = {}
        self.most_at_once = 0

    async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        for key in keys:
            self.now[key] = self.now.get(key, 0) + 1
            self.most_at_once = max(self.most_at_once, self.now[key])
        try:
            return await super().__call__(keys, call)
        finally:
            for key in keys:
                self.now[key] -= 1
            self.now = {key: count for key, count in self.now.items() if count}

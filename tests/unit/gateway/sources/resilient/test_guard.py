"""One guard before one system: what it lets through, and what it learns."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.errors import Refused, SourceGarbled, SourceInMaintenance, SourceThrottled, SourceTimeout
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import HeldBack, Reason, TooLate
from tests.unit.gateway.sources.resilient.stage import OPERATION, SLOW_S, SOURCE, Stage, down


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_a_call_goes_through(stage: Stage) -> None:
    assert await stage.made() is None
    assert stage.guard.snapshot() == {
        "maintenance": None,
        "throttledS": 0.0,
        "retryBudget": 5.0,
        "lanes": {"common": {"underWay": 0, "waiting": 0}, "Job": {"underWay": 0, "waiting": 0}},
        "breakers": {OPERATION: "closed"},
    }


async def test_what_the_call_raises_goes_up_as_it_is(stage: Stage) -> None:
    failure = down()
    assert await stage.made(failure) is failure


async def test_failures_open_the_breaker_of_their_operation_alone(stage: Stage) -> None:
    await stage.opened()
    refused = await stage.made()
    assert isinstance(refused, HeldBack)
    assert (refused.reason, refused.detail, refused.retryable) == (Reason.CIRCUIT_OPEN, "circuit open", True)
    assert refused.retry_after_s == 5.0
    assert await stage.made(operation="GetPolicies") is None
    assert stage.told.breakers == [(OPERATION, State.OPEN)]
    assert stage.told.rejections == [Reason.CIRCUIT_OPEN]
    assert stage.guard.snapshot()["breakers"] == {OPERATION: "open", "GetPolicies": "closed"}


async def test_an_operation_recovers_within_one_period(stage: Stage) -> None:
    await stage.opened()
    stage.clock.advance(stage.settings.breaker.open_s)
    assert [await stage.made() for _ in range(3)] == [None] * 3
    assert [state for _, state in stage.told.breakers] == [State.OPEN, State.HALF_OPEN, State.CLOSED]


async def test_what_a_system_declines_it_has_answered(stage: Stage) -> None:
    await stage.opened()
    stage.clock.advance(stage.settings.breaker.open_s)
    for _ in range(stage.settings.breaker.probes):
        with pytest.raises(Refused):
            await stage.made(Refused("ALREADY_PAID"))
    assert stage.told.breakers[-1] == (OPERATION, State.CLOSED)


async def test_slow_answers_open_too(stage: Stage) -> None:
    for _ in range(4):
        assert await stage.made(takes_s=SLOW_S) is None
    assert isinstance(await stage.made(), HeldBack)


async def test_a_job_may_take_longer(stage: Stage) -> None:
    for _ in range(4):
        assert await stage.made(takes_s=SLOW_S, operation="Job") is None
    assert await stage.made(operation="Job") is None


async def test_time_in_the_queue_is_not_the_systems(stage: Stage) -> None:
    over = asyncio.Event()

    async def holds() -> None:
        async with stage.guard.admitted(OPERATION, stage.call(60)):
            await over.wait()

    async def waits() -> None:
        async with stage.guard.admitted("GetPolicies", stage.call(60)):
            stage.clock.advance(0.05)

    tasks = [asyncio.create_task(each) for each in (holds(), holds(), waits(), waits(), waits())]
    await asyncio.sleep(0)
    stage.clock.advance(SLOW_S * 2)
    over.set()
    await asyncio.gather(*tasks)
    for _ in range(4):
        assert await stage.made(operation="GetPolicies") is None


async def test_callers_in_a_hurry_close_nothing_to_the_others(stage: Stage) -> None:
    late = SourceTimeout(SOURCE, OPERATION, "no whole answer in time")
    for _ in range(20):
        assert await stage.made(late, takes_s=0.2, within_s=0.2) is late
    assert await stage.made() is None


async def test_cancelled_calls_and_faults_of_ours_say_nothing(stage: Stage) -> None:
    for _ in range(10):
        with pytest.raises(asyncio.CancelledError):
            await stage.made(asyncio.CancelledError())
        with pytest.raises(KeyError):
            await stage.made(KeyError("a mistake"))
    assert await stage.made() is None
    assert stage.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}


async def test_probes_that_are_cancelled_leave_their_place(stage: Stage) -> None:
    await stage.opened()
    stage.clock.advance(stage.settings.breaker.open_s)
    for _ in range(10):
        with pytest.raises(asyncio.CancelledError):
            await stage.made(asyncio.CancelledError())
    assert [await stage.made() for _ in range(2)] == [None, None]
    assert stage.told.breakers[-1] == (OPERATION, State.CLOSED)


async def test_what_cannot_end_in_time_is_not_begun(stage: Stage) -> None:
    assert isinstance(await stage.made(within_s=0.01), TooLate)
    for _ in range(10):
        await stage.made(takes_s=1.5)
    refused = await stage.made(within_s=1.5)
    assert isinstance(refused, TooLate)
    assert (refused.retryable, stage.told.rejections) == (True, [Reason.DEADLINE] * 2)
    assert await stage.made(within_s=1.6) is None
    assert await stage.made(within_s=1.5, operation="GetPolicies") is None


async def test_a_slow_spell_is_forgotten_when_the_breaker_closes(stage: Stage) -> None:
    for _ in range(4):
        await stage.made(takes_s=SLOW_S)
    stage.clock.advance(stage.settings.breaker.open_s)
    assert [await stage.made(takes_s=SLOW_S - 1) for _ in range(2)] == [None, None]
    assert stage.told.breakers[-1] == (OPERATION, State.CLOSED)
    assert await stage.made(within_s=1) is None


async def test_a_slow_spell_keeps_no_probe_away(stage: Stage) -> None:
    for _ in range(4):
        await stage.made(takes_s=SLOW_S)
    stage.clock.advance(stage.settings.breaker.open_s)
    assert [await stage.made(within_s=1) for _ in range(2)] == [None, None]
    assert stage.told.breakers[-1] == (OPERATION, State.CLOSED)


async def test_stragglers_of_a_slow_spell_teach_nothing(stage: Stage) -> None:
    over = asyncio.Event()

    async def straggles() -> None:
        async with stage.guard.admitted(OPERATION, stage.call(60)):
            await over.wait()

    straggler = asyncio.create_task(straggles())
    await asyncio.sleep(0)
    await stage.opened()
    stage.clock.advance(stage.settings.breaker.open_s)
    over.set()
    await straggler
    assert await stage.made(within_s=1) is None


async def test_one_429_holds_every_caller_of_the_system(stage: Stage) -> None:
    await stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=7))
    assert stage.guard.snapshot()["throttledS"] == 7
    refused = await stage.made(within_s=6.9, operation="GetPolicies")
    assert isinstance(refused, HeldBack)
    assert (refused.reason, refused.retry_after_s) == (Reason.THROTTLED, 7.0)
    assert stage.slept == []
    assert await stage.made(within_s=10, operation="GetPolicies") is None
    assert stage.slept == [7.0]
    assert await stage.made() is None
    assert stage.slept == [7.0]


async def test_a_429_while_waiting_is_obeyed_as_well(stage: Stage) -> None:
    await stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=2), takes_s=0)

    async def wakes_up_to_another(seconds: float) -> None:
        stage.slept.append(seconds)
        stage.clock.advance(seconds)
        if len(stage.slept) == 1:
            stage.guard._throttle.hold(3)

    stage.guard._sleep = wakes_up_to_another
    assert await stage.made() is None
    assert stage.slept == [2.0, 3.0]


async def test_a_429_that_comes_while_in_the_queue_is_obeyed(stage: Stage) -> None:
    over = asyncio.Event()

    async def throttled() -> None:
        async with stage.guard.admitted(OPERATION, stage.call(60)):
            await over.wait()
            raise SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=4)

    ahead = [asyncio.create_task(throttled()) for _ in range(2)]
    await asyncio.sleep(0)
    queued = asyncio.create_task(stage.made(within_s=60))
    await asyncio.sleep(0)
    over.set()
    assert await queued is None
    assert stage.slept == [4.0]
    assert all(isinstance(each, SourceThrottled) for each in await asyncio.gather(*ahead, return_exceptions=True))


async def test_who_waits_out_a_429_stands_in_the_bounded_queue(stage: Stage) -> None:
    await stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=4))
    over = asyncio.Event()

    async def waits(_seconds: float) -> None:
        await over.wait()

    stage.guard._sleep = waits
    waiting = [asyncio.create_task(stage.made(within_s=60)) for _ in range(3)]
    await asyncio.sleep(0)
    assert stage.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 3}
    refused = await stage.made(within_s=60)
    assert isinstance(refused, HeldBack)
    assert refused.reason is Reason.OVERLOADED
    waiting[0].cancel()
    stage.clock.advance(4)
    over.set()
    assert await asyncio.gather(*waiting[1:]) == [None, None]
    assert stage.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}
    assert max(length for _, length in stage.told.queues) == 3


async def test_who_waited_out_a_429_keeps_its_place_until_it_has_its_turn(stage: Stage) -> None:
    await stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=4))
    asked: list[int] = []
    over, answered = asyncio.Event(), asyncio.Event()

    async def waits(_seconds: float) -> None:
        await over.wait()

    async def asks(number: int) -> None:
        async with stage.guard.admitted(OPERATION, stage.call(60)):
            asked.append(number)
            await answered.wait()

    stage.guard._sleep = waits
    calls = [asyncio.create_task(asks(number)) for number in range(3)]
    await asyncio.sleep(0)
    stage.clock.advance(4)
    over.set()
    await asyncio.sleep(0)
    assert asked == [0, 1]
    assert stage.guard.snapshot()["lanes"]["common"] == {"underWay": 2, "waiting": 1}
    answered.set()
    await asyncio.gather(*calls)
    assert asked == [0, 1, 2]


async def test_those_who_wait_out_a_429_are_not_let_go_in_one_instant(stage: Stage) -> None:
    stage.chances += [0.0, 0.5, 1.0]
    for _ in range(3):
        await stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=4))
        await stage.made(within_s=60)
    assert [round(seconds, 6) for seconds in stage.slept] == [4.0, 4.5, 5.0]


async def test_being_let_go_later_never_costs_the_deadline(stage: Stage) -> None:
    stage.chances += [0.9]
    await stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=4))
    assert await stage.made(within_s=4.1) is None
    assert stage.slept[0] < 4.1


async def test_a_full_job_queue_holds_the_jobs_alone(stage: Stage) -> None:
    full = SourceThrottled(SOURCE, "Job", "no room", retry_after_s=20, only_operation=True)
    await stage.made(full, operation="Job")
    assert isinstance(await stage.made(operation="Job"), HeldBack)
    assert await stage.made() is None
    assert stage.told.breakers == []


async def test_maintenance_closes_the_whole_system_until_its_end(stage: Stage) -> None:
    until = stage.clock.now() + timedelta(seconds=100)
    await stage.made(SourceInMaintenance(SOURCE, OPERATION, until), takes_s=0)
    refused = await stage.made(operation="GetPolicies")
    assert isinstance(refused, SourceInMaintenance)
    assert (refused.operation, refused.until) == ("GetPolicies", until)
    assert stage.guard.snapshot()["maintenance"] == {"until": until.isoformat()}
    stage.clock.advance(100)
    assert await stage.made() is None
    assert stage.told.maintenance == [(True, until), (False, None)]
    assert stage.told.rejections == [Reason.MAINTENANCE]
    assert stage.told.breakers == []


async def test_maintenance_that_is_over_early_is_found_by_one_call(stage: Stage) -> None:
    until = stage.clock.now() + timedelta(hours=5)
    await stage.made(SourceInMaintenance(SOURCE, OPERATION, until))
    stage.clock.advance(stage.settings.hold.maintenance_probe_s)
    over = asyncio.Event()

    async def looks() -> None:
        async with stage.guard.admitted(OPERATION, stage.call()):
            await over.wait()

    look = asyncio.create_task(looks())
    await asyncio.sleep(0)
    assert isinstance(await stage.made(), SourceInMaintenance)
    over.set()
    await look
    assert await stage.made() is None
    assert stage.told.maintenance == [(True, until), (False, None)]


@pytest.mark.parametrize("failure", [down(), SourceGarbled(SOURCE, OPERATION, "a balancer's page")], ids=str)
async def test_only_an_answer_ends_maintenance_of_unknown_length(stage: Stage, failure: SourceGarbled) -> None:
    await stage.made(SourceInMaintenance(SOURCE, OPERATION, None))
    for _ in range(3):
        stage.clock.advance(stage.settings.hold.maintenance_probe_s)
        assert await stage.made(failure) is failure
        assert isinstance(await stage.made(), SourceInMaintenance)
    stage.clock.advance(stage.settings.hold.maintenance_probe_s)
    assert await stage.made() is None
    assert await stage.made() is None


async def test_a_look_that_is_cancelled_is_the_next_callers(stage: Stage) -> None:
    await stage.made(SourceInMaintenance(SOURCE, OPERATION, None))
    stage.clock.advance(stage.settings.hold.maintenance_probe_s)
    with pytest.raises(asyncio.CancelledError):
        await stage.made(asyncio.CancelledError())
    assert await stage.made() is None


async def test_the_queue_is_left_as_soon_as_waiting_is_in_vain(stage: Stage) -> None:
    over = asyncio.Event()

    async def fails() -> None:
        async with stage.guard.admitted(OPERATION, stage.call(60)):
            await over.wait()
            raise SourceInMaintenance(SOURCE, OPERATION, None)

    ahead = [asyncio.create_task(fails()) for _ in range(2)]
    await asyncio.sleep(0)
    queued = [asyncio.create_task(stage.made(within_s=60)) for _ in range(3)]
    await asyncio.sleep(0)
    assert isinstance(await stage.made(), HeldBack)
    over.set()
    assert [type(each) for each in await asyncio.gather(*queued)] == [SourceInMaintenance] * 3
    await asyncio.gather(*ahead, return_exceptions=True)
    assert stage.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}
    assert stage.told.rejections == [Reason.OVERLOADED, *[Reason.MAINTENANCE] * 3]


async def test_jobs_have_turns_of_their_own(stage: Stage) -> None:
    over = asyncio.Event()

    async def job() -> None:
        async with stage.guard.admitted("Job", stage.call(60)):
            await over.wait()

    running = [asyncio.create_task(job()) for _ in range(2)]
    await asyncio.sleep(0)
    assert stage.guard.snapshot()["lanes"]["Job"] == {"underWay": 1, "waiting": 1}
    assert await stage.made() is None
    over.set()
    await asyncio.gather(*running)
    assert set(stage.told.queues) == {("Job", 1), ("Job", 0)}

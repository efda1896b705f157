"""A read that is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import SourceError, SourceGarbled, SourceInMaintenance, SourceThrottled, SourceTimeout
from domain.ports import MISSING, Call, Outcome
from gateway.sources.resilient.rejections import HeldBack, Reason
from tests.unit.gateway.sources.resilient.stage import OPERATION, SETTINGS, SOURCE, Stage, System, changed, down


@pytest.fixture
def stage() -> Stage:
    return Stage()


def retrying(**settings: Any) -> Stage:
    return Stage(changed(retry=replace(SETTINGS.retry, **settings)))


async def test_what_succeeds_is_asked_once(stage: Stage) -> None:
    system = System(stage, then={"b": MISSING})
    assert await stage.resilient(system)(["a", "b", "a"], stage.call()) == ["value of a", MISSING, "value of a"]
    assert system.asked == [("a", "b", "a")]
    assert stage.slept == []


async def test_only_keys_that_failed_are_asked_again_and_the_order_is_kept(stage: Stage) -> None:
    spoilt = SourceGarbled(SOURCE, OPERATION, "unknown code")
    system = System(stage, plan=[{"a": down(), "b": spoilt, "c": MISSING, "e": down()}, {"e": down()}])
    found = await stage.resilient(system)(["a", "b", "c", "d", "e", "a"], stage.call())
    assert found == ["value of a", spoilt, MISSING, "value of d", "value of e", "value of a"]
    assert system.asked == [("a", "b", "c", "d", "e", "a"), ("a", "e"), ("e",)]
    assert stage.told.retries == 2


async def test_attempts_are_bounded(stage: Stage) -> None:
    last = down("the third")
    system = System(stage, plan=[down(), down(), last])
    assert await stage.resilient(system)(["a"], stage.call()) == [last]
    assert len(system.asked) == SETTINGS.retry.attempts


@pytest.mark.parametrize(
    "failure",
    [
        SourceInMaintenance(SOURCE, OPERATION, None),
        SourceGarbled(SOURCE, OPERATION, "an HTML page"),
        down("error 101", retryable=False),
        HeldBack(SOURCE, OPERATION, Reason.OVERLOADED),
    ],
    ids=str,
)
async def test_what_will_not_pass_is_not_asked_again(stage: Stage, failure: SourceError) -> None:
    system = System(stage, plan=[failure])
    assert await stage.resilient(system)(["a"], stage.call()) == [failure]
    assert len(system.asked) == 1


async def test_pauses_grow_to_their_limit() -> None:
    stage = retrying(attempts=6, backoff_s=0.1, backoff_max_s=0.5)
    await stage.resilient(System(stage, then=down()))(["a"], stage.call(60))
    # The fourth failure opens the breaker, so the fifth attempt is the last.
    for pause, least in zip(stage.slept, (0.1, 0.2, 0.4, 0.5), strict=True):
        assert least <= pause <= min(least + 0.1, 0.5)


async def test_a_system_is_given_the_time_it_asks_for(stage: Stage) -> None:
    system = System(stage, plan=[down("HTTP 503", retry_after_s=2)])
    assert await stage.resilient(system)(["a"], stage.call()) == ["value of a"]
    assert stage.slept == [2.0]


async def test_a_429_is_asked_again_after_its_time(stage: Stage) -> None:
    system = System(stage, plan=[SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=3)])
    assert await stage.resilient(system)(["a"], stage.call()) == ["value of a"]
    assert stage.slept == [3.0]


async def test_a_time_past_the_deadline_is_told_at_once(stage: Stage) -> None:
    throttled = SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=30)
    system = System(stage, plan=[throttled])
    assert await stage.resilient(system)(["a"], stage.call()) == [throttled]
    assert (stage.slept, stage.told.retries, len(system.asked)) == ([], 0, 1)


@pytest.mark.parametrize(("within_s", "attempts"), [(5.9, 1), (6.1, 2), (9.1, 3)])
async def test_a_timeout_is_asked_again_only_if_a_whole_attempt_fits(within_s: float, attempts: int) -> None:
    stage = Stage()
    late = SourceTimeout(SOURCE, OPERATION, "no whole answer in time")
    system = System(stage, then=late, takes_s=3.0)
    assert await stage.resilient(system)(["a"], stage.call(within_s)) == [late]
    assert len(system.asked) == attempts


async def test_retries_stay_within_the_budget_of_the_system() -> None:
    never = replace(SETTINGS.breaker, window_calls=5000, minimum_calls=5000)
    stage = Stage(changed(breaker=never, retry=replace(SETTINGS.retry, share=0.25)))
    system = System(stage, then=down())
    one, other = stage.resilient(system), stage.resilient(system)
    for _ in range(50):
        await one(["a"], stage.call())
        await other(["b"], stage.call())
    calls = 100
    assert len(system.asked) == calls + stage.told.retries
    # Five were saved up, and every call but the first, which found the bucket full, bought a quarter of one.
    assert stage.told.retries == int(5 + (calls - 1) * 0.25)
    assert stage.told.unpaid > 0


async def test_an_open_breaker_ends_the_retries(stage: Stage) -> None:
    system = System(stage, then=down())
    read = stage.resilient(system)
    await read(["a"], stage.call())
    (refused,) = await read(["a"], stage.call())
    assert isinstance(refused, HeldBack)
    assert refused.reason is Reason.CIRCUIT_OPEN
    assert len(system.asked) == SETTINGS.breaker.minimum_calls
    assert isinstance((await read(["a"], stage.call()))[0], HeldBack)
    assert len(system.asked) == SETTINGS.breaker.minimum_calls


async def test_the_call_is_passed_on_as_it_is(stage: Stage) -> None:
    seen: list[Call] = []

    async def read(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        seen.append(call)
        return [down() if len(seen) == 1 else "value" for _ in keys]

    call = replace(stage.call(), alone=True)
    assert await stage.resilient(read)(["a"], call) == ["value"]  # type: ignore[arg-type]
    assert seen == [call, call]


async def test_a_cancelled_read_stops_waiting_for_its_next_attempt(stage: Stage) -> None:
    sleeping = asyncio.Event()

    async def sleeps(_seconds: float) -> None:
        sleeping.set()
        await asyncio.Event().wait()

    system = System(stage, then=down())
    reading = asyncio.create_task(replace(stage.resilient(system), sleep=sleeps)(["a"], stage.call()))
    await sleeping.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert len(system.asked) == 1
    assert stage.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_fault_of_ours_is_not_asked_again(stage: Stage) -> None:
    calls = 0

    async def broken(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        nonlocal calls
        calls += 1
        if calls == 1:
            return [down() for _ in keys]
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        await stage.resilient(broken)(["a"], stage.call())  # type: ignore[arg-type]
    assert calls == 2


KEYS = ("a", "b", "c")
outcomes = st.sampled_from(["passing", "lasting", "missing", "fine"])


@given(
    keys=st.lists(st.sampled_from(KEYS), max_size=6),
    plan=st.lists(st.fixed_dictionaries(dict.fromkeys(KEYS, outcomes)), max_size=4),
)
def test_every_key_gets_the_latest_answer_to_itself(keys: list[str], plan: list[dict[str, str]]) -> None:
    asyncio.run(check(keys, plan))


async def check(keys: list[str], plan: list[dict[str, str]]) -> None:
    stage = Stage()
    kinds: dict[str, Outcome[str]] = {
        "passing": down(),
        "lasting": SourceGarbled(SOURCE, OPERATION, "unknown code"),
        "missing": MISSING,
    }

    def said(key: str, attempt: int) -> Outcome[str]:
        kind = plan[attempt][key] if attempt < len(plan) else "fine"
        return kinds.get(kind, f"value of {key}")

    system = System(stage, plan=[{key: said(key, attempt) for key in KEYS} for attempt in range(len(plan))])
    found = await stage.resilient(system)(keys, stage.call())
    attempts = len(system.asked)
    for key, outcome in zip(keys, found, strict=True):
        asked = [attempt for attempt in range(attempts) if key in system.asked[attempt]]
        assert outcome == said(key, asked[-1])
        # Asked again exactly as long as the failure might pass.
        assert asked == list(range(len(asked)))
        assert all(said(key, attempt) is kinds["passing"] for attempt in asked[:-1])
        if said(key, asked[-1]) is kinds["passing"]:
            assert len(asked) == SETTINGS.retry.attempts

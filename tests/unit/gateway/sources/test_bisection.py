"""A batch that one key may have failed is asked again in halves, once, while the budget lasts."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.errors import (
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.ports import Call, Outcome
from gateway.sources.bisection import BisectionBudget, is_suspicious
from gateway.sources.resilient.rejections import HeldBack, Reason
from tests.unit.gateway.sources.scripted import SOURCE, Counts, Line, Upstream, coalesced, failure, values, within
from tests.unit.gateway.sources.virtual_time import run

KEYS = ["P1", "P2", "P3", "P4", "P5"]


def reset() -> SourceUnavailable:
    lost = SourceUnavailable(SOURCE, "Get", "ClientOSError")
    lost.__cause__ = ConnectionResetError()
    return lost


def test_one_poisonous_key_fails_its_half_alone() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream({"P4": Line(poison=failure())}), Counts()
        read = coalesced(upstream, counts)
        (one,), (met,), (bad,) = await asyncio.gather(*(read([key], within()) for key in ["P1", "P2", "P4"]))
        assert one == "value of P1"
        assert isinstance(met, SourceGarbled)
        assert isinstance(bad, SourceGarbled)
        assert upstream.batches == [("P1", "P2", "P4"), ("P1",), ("P2", "P4")]
        assert (counts.sizes, counts.bisections) == ([3], {"helped": 1})

    run(scenario())


def test_halves_are_asked_at_once_within_the_batchs_time_and_not_halved_again() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P4": Line(poison=failure())})
        outcomes = await coalesced(upstream)(KEYS, within())
        assert outcomes[:2] == values(KEYS[:2])
        assert [str(outcome) for outcome in outcomes[2:]] == [str(failure())] * 3
        assert [(asked.keys, asked.at_s, asked.until_s) for asked in upstream.asked] == [
            (tuple(KEYS), 0, 30),
            (("P1", "P2"), 1, 30),
            (("P3", "P4", "P5"), 1, 30),
        ]

    run(scenario())


def test_who_joins_during_the_halves_gets_their_answer() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream({"P4": Line(poison=failure())}), Counts()
        read = coalesced(upstream, counts)
        first = asyncio.create_task(read(KEYS, within()))
        await asyncio.sleep(1.5)
        assert await read(["P2"], within()) == values(["P2"])
        assert counts.joins == 1
        await first

    run(scenario())


def test_a_system_that_fails_anyway_is_asked_within_the_budget() -> None:
    async def scenario() -> None:
        upstream, counts = Upstream(dict.fromkeys(KEYS, Line(poison=failure()))), Counts()
        read = coalesced(upstream, counts, budget=BisectionBudget(share=0.25, saved=2))
        for _ in range(10):
            await read(KEYS, within())
        # Two are saved up, and ten batches earn two and a half.
        assert counts.bisections == {"in_vain": 4, "over_budget": 6}
        assert len(upstream.asked) == 10 + 2 * 4

    run(scenario())


def test_a_cancelled_caller_stops_both_halves() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(poison=failure())})
        caller = asyncio.create_task(coalesced(upstream)(KEYS, within()))
        await asyncio.sleep(1.5)
        caller.cancel()
        await asyncio.wait([caller])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [asked.cancelled for asked in upstream.asked] == [False, True, True]

    run(scenario())


@pytest.mark.parametrize("lengths", [(0, 3), (3, 2)])
def test_a_half_that_breaks_its_contract_stops_the_other(lengths: tuple[int, int]) -> None:
    asked: list[int] = []

    async def broken(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        asked.append(len(keys))
        await asyncio.sleep(len(keys))
        whole = failure()
        return [whole] * {5: 5, 2: lengths[0], 3: lengths[1]}[len(keys)]

    async def scenario() -> None:
        with pytest.raises(RuntimeError, match="broke its contract"):
            await coalesced(broken)(KEYS, within())
        assert asked == [5, 2, 3]

    run(scenario())


def test_a_batch_without_time_is_not_asked_again() -> None:
    async def scenario() -> None:
        upstream = Upstream({"P1": Line(after_s=3, poison=failure())})
        counts = Counts()
        read = coalesced(upstream, counts)
        await read(KEYS, within(3))
        assert len(upstream.asked) == 1
        assert counts.bisections == {}

    run(scenario())


@pytest.mark.parametrize(
    ("error", "suspicious"),
    [
        (failure(), True),
        (SourceUnavailable(SOURCE, "Get", "SOAP fault"), True),
        (SourceUnavailable(SOURCE, "Get", "INVALID_PARAMETER", retryable=False), True),
        (SourceUnavailable(SOURCE, "Get", "HTTP 503", retry_after_s=3), False),
        (SourceThrottled(SOURCE, "Get", "HTTP 429"), False),
        (HeldBack(SOURCE, "Get", Reason.CIRCUIT_OPEN), False),
        (HeldBack(SOURCE, "Get", Reason.OVERLOADED), False),
        (reset(), False),
        (SourceTimeout(SOURCE, "Get", "no whole answer in time"), False),
        (SourceInMaintenance(SOURCE, "Get", None), False),
    ],
)
def test_only_failures_that_a_key_can_cause_are_suspicious(error: SourceError, suspicious: bool) -> None:
    assert is_suspicious([error, error, error]) is suspicious


@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param([failure()], id="one key"),
        pytest.param([failure(), failure()], id="each key's own failure"),
        pytest.param(["a value", failure()], id="the first is there"),
        pytest.param([failure(), "a value"], id="the second is there"),
    ],
)
def test_failures_of_single_keys_are_not_suspicious(outcomes: list[Outcome[str]]) -> None:
    assert not is_suspicious(outcomes)


def test_a_budget_keeps_no_more_than_it_may() -> None:
    budget = BisectionBudget(share=0.5, saved=1)
    for _ in range(100):
        budget.earn()
    assert [budget.spend(), budget.spend()] == [True, False]
    budget.earn()
    assert not budget.spend()
    budget.earn()
    assert budget.spend()

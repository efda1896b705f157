"""The adapter on the simulated engine: batches, jobs, missing keys; both sides judged by the schemas."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.gate import Limits
from adapters.life_valuation import mapping
from dev.simulators.life_valuation.jobs import Duration
from dev.simulators.population import population_on
from domain import models
from domain.clock import Deadline
from domain.errors import NotFound, Source, SourceTimeout, SourceUnavailable
from domain.money import Money
from domain.ports import MISSING, Call
from domain.valuation import implausibilities
from gateway.settings import ResilienceSettings
from gateway.sources.resilient import SystemGuard
from gateway.wiring.parts import capacity
from resolvers.outcomes import readable
from tests.fakes.clock import NOW, TODAY, StillClock
from tests.unit.gateway.sources.resilient.stage import Told
from tests.wire.life_valuation.conftest import Bench, OpenBench

DEMO = models.PolicyNumber("P10033148")
NOSUCH = models.PolicyNumber("NOSUCH")
FIRST = 2_596_516_901

Read = Callable[[Sequence[Any], Call], Awaitable[Sequence[Any]]]
BY_CONTRACT = {
    "life_contracts": "contracts_by_number",
    "life_surrender_tables": "surrender_table",
    "life_strategies": "strategies_on_offer",
    "life_operations": "operations_on_offer",
    "life_orders": "orders",
}


def numbers(count: int) -> list[models.PolicyNumber]:
    """As many contracts of the population as asked for."""
    population = population_on(1, TODAY)
    found: list[models.PolicyNumber] = []
    n = 0
    while len(found) < count:
        found += [models.PolicyNumber(each.number) for each in population.life_contracts_of(FIRST + n)]
        n += 1
    return found[:count]


def read(bench: Bench, name: str) -> Read:
    """A read by its name."""
    found: Read = getattr(bench.adapter, name)
    return found


@pytest.mark.parametrize("name", [*BY_CONTRACT, "life_valuations"])
async def test_answers_keep_order_and_repeat_with_the_keys(bench: Bench, name: str) -> None:
    first, second = numbers(2)
    answers = await read(bench, name)([second, NOSUCH, first, second], bench.call)
    alone = [(await read(bench, name)([key], bench.call))[0] for key in (second, NOSUCH, first, second)]
    assert answers == alone
    assert answers[1] is MISSING
    assert answers[0] == answers[3] != answers[2]


@pytest.mark.parametrize("name, operation", BY_CONTRACT.items())
async def test_batches_are_split_at_the_limit(bench: Bench, name: str, operation: str) -> None:
    keys = numbers(120)
    answers = await read(bench, name)([*keys, *keys], bench.call)
    assert len(answers) == 240
    assert MISSING not in answers
    assert bench.engine.calls.of(operation).batches == {50: 2, 20: 1}
    assert bench.engine.calls.total == 3


async def test_valuations_take_one_submit_and_one_poll_for_25(open_bench: OpenBench) -> None:
    async with open_bench(job_ms=Duration.parse("5-25")) as bench:
        answers = await bench.adapter.life_valuations(numbers(60), bench.call)
        assert all(isinstance(each, models.LifeValuation) for each in answers)
        assert bench.engine.calls.of("valuation_submit").batches == {25: 2, 10: 1}
        assert bench.engine.calls.counts() == {"valuation_submit": 3, "valuation_poll": 3}


async def test_clients_are_split_at_the_limit(bench: Bench) -> None:
    clients = [models.Isn(FIRST + n) for n in range(70)]
    answers = await bench.adapter.life_contracts_of_holder(clients, bench.call)
    for isn, contracts in zip(clients, answers, strict=True):
        assert isinstance(contracts, tuple)
        assert {each.holder_isn for each in readable(contracts)} == {isn for _ in contracts}
    assert () in answers
    assert bench.engine.calls.of("contracts_by_client").batches == {50: 1, 20: 1}


async def test_a_client_the_engine_never_saw_has_no_contracts(bench: Bench) -> None:
    assert await bench.adapter.life_contracts_of_holder([models.Isn(5)], bench.call) == [()]


async def test_levels_end_with_the_current_one(bench: Bench) -> None:
    unknown, levels = await bench.adapter.underlying_levels(["NOSUCH", "TECHX"], bench.call)
    assert unknown is MISSING
    assert isinstance(levels, tuple)
    assert levels[-1] == models.UnderlyingLevel(TODAY, Decimal("2340.9000"))
    assert [each.on for each in levels] == sorted({each.on for each in levels})
    assert levels[0].on >= TODAY - timedelta(days=365)
    assert bench.engine.calls.of("underlying_levels").batches == {2: 1}


@pytest.mark.parametrize("name", [*BY_CONTRACT, "life_valuations"])
@pytest.mark.parametrize("key", ["", "Р10033148", "P1003-3148", "P" * 21, "p10033148"])
async def test_what_cannot_be_a_contract_is_missing_unasked(bench: Bench, name: str, key: str) -> None:
    assert await read(bench, name)([key], bench.call) == [MISSING]
    assert bench.engine.calls.total == 0
    known, missing = await read(bench, name)([DEMO, key], bench.call)
    assert known is not MISSING
    assert missing is MISSING


@pytest.mark.parametrize(
    "name, key", [("life_contracts_of_holder", 0), ("life_contracts_of_holder", 10**18), ("underlying_levels", "")]
)
async def test_other_impossible_keys_are_missing_unasked(bench: Bench, name: str, key: object) -> None:
    assert await read(bench, name)([key], bench.call) == [MISSING]
    assert bench.engine.calls.total == 0


@pytest.mark.parametrize("name", [*BY_CONTRACT, "life_valuations", "life_contracts_of_holder", "underlying_levels"])
async def test_an_empty_batch_asks_nothing(bench: Bench, name: str) -> None:
    assert list(await read(bench, name)([], bench.call)) == []
    assert bench.engine.calls.total == 0


async def test_the_demo_contract_is_worth_what_the_account_shows(bench: Bench) -> None:
    (contract,) = await bench.adapter.life_contracts([DEMO], bench.call)
    (valuation,) = await bench.adapter.life_valuations([DEMO], bench.call)
    assert isinstance(contract, models.LifeContract)
    assert isinstance(valuation, models.LifeValuation)
    assert (contract.period.end - TODAY).days == 142
    assert valuation.payout_at_maturity == Money(Decimal("5000232.42"))
    assert valuation.available_income == Money(Decimal("661754.74"))
    assert implausibilities(contract, valuation, NOW) == ()


async def test_every_valuation_of_the_engine_is_plausible(bench: Bench) -> None:
    keys = numbers(400)
    contracts = await bench.adapter.life_contracts(keys, bench.call)
    valuations = await bench.adapter.life_valuations(keys, bench.call)
    kinds = set()
    for contract, valuation in zip(contracts, valuations, strict=True):
        assert isinstance(contract, models.LifeContract)
        assert isinstance(valuation, models.LifeValuation)
        kinds |= {contract.kind, *contract.payoff_features}
        assert (contract.number, implausibilities(contract, valuation, NOW)) == (contract.number, ())
    assert kinds == {*models.LifeKind, *models.PayoffFeature}


async def test_jobs_over_the_engine_s_limit_wait_their_turn(open_bench: OpenBench) -> None:
    async with open_bench({"jobs": 3}, job_ms=Duration.parse("200"), max_jobs=1) as bench:
        answers = await bench.adapter.life_valuations(numbers(60), bench.call)
        assert all(isinstance(each, models.LifeValuation) for each in answers)
        assert bench.engine.calls.of("valuation_poll").calls == 3
        assert bench.engine.calls.of("valuation_submit").calls > 3


async def test_jobs_that_find_no_room_in_time_say_how_long_to_wait(open_bench: OpenBench) -> None:
    async with open_bench({"jobs": 2}, job_ms=Duration.parse("60000"), max_jobs=1) as bench:
        outcomes = await bench.adapter.life_valuations(numbers(50), bench.call)
        late = [each for each in outcomes if isinstance(each, SourceTimeout)]
        full = [each for each in outcomes if isinstance(each, SourceUnavailable)]
        assert (len(late), len(full)) == (25, 25)
        assert full[0].retryable
        assert full[0].retry_after_s is not None
        assert 30 < full[0].retry_after_s <= 60
        assert bench.engine.calls.counts() == {"valuation_submit": 2}


async def test_slow_jobs_do_not_hold_up_quick_reads(open_bench: OpenBench) -> None:
    def guarded(limits: Limits) -> SystemGuard:
        return SystemGuard(Source.LIFE_VALUATION, capacity(limits), ResilienceSettings(), StillClock(), Told())

    async with open_bench({"jobs": 1, "concurrency": 1}, guarded, job_ms=Duration.parse("4000")) as bench:
        slow = asyncio.create_task(bench.adapter.life_valuations([DEMO], bench.call))
        while not bench.engine.calls.of("valuation_submit").calls:
            await asyncio.sleep(0.005)
        assert await bench.adapter.life_contracts([DEMO], bench.call) != [MISSING]
        assert not slow.done()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow


@pytest.mark.parametrize("name", [*BY_CONTRACT, "life_valuations"])
async def test_no_time_left_means_no_call(bench: Bench, name: str) -> None:
    (outcome,) = await read(bench, name)([DEMO], Call(Deadline(StillClock(), 0)))
    assert isinstance(outcome, SourceTimeout)
    assert bench.engine.calls.total == 0


async def test_ping(bench: Bench) -> None:
    await bench.adapter.ping(bench.call)
    assert bench.engine.calls.counts() == {"ping": 1}


async def test_the_nightly_file_streams(bench: Bench) -> None:
    async with bench.adapter.nightly(TODAY, bench.call) as rows:
        read_rows = [row async for row in rows]
    levels = [row for row in read_rows if isinstance(row, mapping.NightlyLevel)]
    tables = [row for row in read_rows if isinstance(row, mapping.NightlySurrender)]
    assert len(levels) == 8
    (table,) = await bench.adapter.life_surrender_tables([DEMO], bench.call)
    assert tuple(row.row for row in tables if row.contract == DEMO) == table
    (history,) = await bench.adapter.underlying_levels(["TECHX"], bench.call)
    assert isinstance(history, tuple)
    assert levels[0].level in history


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=8), date(2020, 1, 1)])
async def test_a_nightly_file_that_is_not_there_is_not_found(bench: Bench, day: date) -> None:
    with pytest.raises(NotFound):
        async with bench.adapter.nightly(day, bench.call):
            pass


async def test_a_wrong_key_opens_nothing(open_bench: OpenBench) -> None:
    async with open_bench({"key": "wrong"}) as bench:
        (outcome,) = await bench.adapter.life_contracts([DEMO], bench.call)
        assert isinstance(outcome, SourceUnavailable)
        assert not outcome.retryable
        with pytest.raises(SourceUnavailable, match="refused_key"):
            async with bench.adapter.nightly(TODAY, bench.call):
                pass

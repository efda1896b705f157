"""Every fault the engine can show, and what becomes of each key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dev.simulators.kit import CONTENT_FAULTS, WIRE_FAULTS, Fault, Switch
from dev.simulators.life_valuation.simulator import LifeValuation
from domain import models
from domain.errors import (
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.outcomes import readable
from tests.fakes.clock import NOW, TODAY
from tests.wire.life_valuation.conftest import Bench, OpenBench
from tests.wire.life_valuation.test_reads import DEMO, numbers

WHOLE_ANSWER: list[tuple[Switch, type[SourceError], bool]] = [
    (Switch(Fault.RESET_MID_BODY), SourceUnavailable, True),
    (Switch(Fault.REFUSE_CONNECTION), SourceUnavailable, True),
    (Switch(Fault.HTTP_500), SourceUnavailable, True),
    (Switch(Fault.HTTP_502), SourceUnavailable, True),
    (Switch(Fault.HTTP_503), SourceUnavailable, True),
    (Switch(Fault.HTTP_504), SourceUnavailable, True),
    (Switch(Fault.TOO_MANY_REQUESTS), SourceThrottled, True),
    (Switch(Fault.HTML_PAGE), SourceGarbled, False),
    (Switch(Fault.WRONG_CHARSET, mode="header"), SourceGarbled, False),
    (Switch(Fault.WRONG_CHARSET, mode="body"), SourceGarbled, False),
    (Switch(Fault.TRUNCATED_BODY, mode="closed"), SourceGarbled, False),
    (Switch(Fault.TRUNCATED_BODY, mode="well_formed"), SourceGarbled, False),
    (Switch(Fault.OVERSIZED_BODY, bytes=2 * 1024**2), SourceGarbled, False),
    (Switch(Fault.IN_BAND_ERROR, code="A"), SourceUnavailable, True),
    (Switch(Fault.IN_BAND_ERROR, code="B"), SourceUnavailable, True),
    (Switch(Fault.IN_BAND_ERROR, code="C"), SourceUnavailable, False),
    (Switch(Fault.IN_BAND_ERROR, code="D"), SourceUnavailable, False),
    (Switch(Fault.IN_BAND_ERROR, code="1001"), SourceUnavailable, False),
    (Switch(Fault.IN_BAND_ERROR, code="2002"), SourceThrottled, True),
    (Switch(Fault.IN_BAND_ERROR, code="Такого мы ещё не видели"), SourceUnavailable, True),
    (Switch(Fault.EXPIRED_TOKEN), SourceUnavailable, False),
]
SILENCE = [
    Switch(Fault.HANG),
    Switch(Fault.SLOW_FIRST_BYTE),
    Switch(Fault.SLOW_BODY),
    Switch(Fault.TIMEOUT_AFTER_COMMIT),
]


@pytest.mark.parametrize("switch, error, retryable", WHOLE_ANSWER, ids=lambda value: getattr(value, "fault", None))
async def test_a_spoilt_answer_fails_each_of_its_keys(
    open_bench: OpenBench, switch: Switch, error: type[SourceError], retryable: bool
) -> None:
    async with open_bench({"max_body_bytes": 1024**2}) as bench:
        bench.engine.switchboard.set(switch)
        first, second = await bench.adapter.life_contracts([DEMO, models.PolicyNumber("P1")], bench.call)
        assert type(first) is error
        assert first is second
        assert first.retryable is retryable
        bench.engine.switchboard.clear()
        if switch.fault is Fault.REFUSE_CONNECTION:
            return
        assert isinstance((await bench.adapter.life_contracts([DEMO], bench.call))[0], models.LifeContract)


@pytest.mark.parametrize("switch", SILENCE, ids=lambda switch: switch.fault)
async def test_silence_is_a_time_out(open_bench: OpenBench, switch: Switch) -> None:
    async with open_bench({"timeout_s": 0.1}) as bench:
        bench.engine.switchboard.set(replace(switch, operation="orders"))
        (outcome,) = await bench.adapter.life_orders([DEMO], bench.call)
        assert type(outcome) is SourceTimeout
        assert isinstance((await bench.adapter.life_contracts([DEMO], bench.call))[0], models.LifeContract)


async def test_a_failed_chunk_fails_no_other(bench: Bench) -> None:
    bench.engine.switchboard.set(Switch(Fault.HTTP_503, next_calls=1))
    outcomes = await bench.adapter.life_contracts(numbers(60), bench.call)
    failed = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, SourceUnavailable)]
    assert failed in (list(range(50)), list(range(50, 60)))


async def test_maintenance_says_until_when(bench: Bench) -> None:
    until = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
    bench.engine.switchboard.set(Switch(Fault.MAINTENANCE, until=until))
    (outcome,) = await bench.adapter.life_operations([DEMO], bench.call)
    assert isinstance(outcome, SourceInMaintenance)
    assert outcome.until == until
    (valuation,) = await bench.adapter.life_valuations([DEMO], bench.call)
    assert isinstance(valuation, SourceInMaintenance)


async def test_a_wait_that_was_asked_for_is_passed_on(bench: Bench) -> None:
    bench.engine.switchboard.set(Switch(Fault.TOO_MANY_REQUESTS, retry_after_s=7))
    (outcome,) = await bench.adapter.life_orders([DEMO], bench.call)
    assert isinstance(outcome, SourceUnavailable)
    assert outcome.retry_after_s == 7
    bench.engine.switchboard.clear()
    bench.engine.switchboard.set(Switch(Fault.IN_BAND_ERROR, code="2002"))
    (outcome,) = await bench.adapter.life_orders([DEMO], bench.call)
    assert isinstance(outcome, SourceUnavailable)
    assert outcome.retry_after_s == 0.2


async def test_contracts_of_a_job_fail_one_by_one(bench: Bench) -> None:
    keys = numbers(10)
    bench.engine.switchboard.set(Switch(Fault.PARTIAL_BATCH, count=3))
    outcomes = await bench.adapter.life_valuations(keys, bench.call)
    failed = [each for each in outcomes if isinstance(each, SourceUnavailable)]
    assert (len(failed), all(each.retryable for each in failed)) == (3, True)
    assert sum(isinstance(each, models.LifeValuation) for each in outcomes) == 7


async def test_a_contract_without_quotes_is_not_worth_asking_again(bench: Bench) -> None:
    bench.engine.switchboard.set(Switch(Fault.PARTIAL_BATCH, code="no_quotes"))
    (outcome,) = await bench.adapter.life_valuations([DEMO], bench.call)
    assert isinstance(outcome, SourceUnavailable)
    assert not outcome.retryable


@pytest.mark.parametrize(
    "name, operation",
    [
        ("life_contracts", "contracts_by_number"),
        ("life_valuations", "valuation_poll"),
        ("life_surrender_tables", "surrender_table"),
        ("life_strategies", "strategies_on_offer"),
        ("life_operations", "operations_on_offer"),
        ("life_orders", "orders"),
    ],
)
async def test_each_row_left_out_is_garbled_for_its_own_key(bench: Bench, name: str, operation: str) -> None:
    whole = await getattr(bench.adapter, name)(numbers(5), bench.call)
    bench.engine.switchboard.set(Switch(Fault.MISSING_ROWS, count=2))

    outcomes = await getattr(bench.adapter, name)(numbers(5), bench.call)

    kept = [(before, after) for before, after in zip(whole, outcomes, strict=True) if type(after) is not SourceGarbled]
    assert len(kept) == 3
    assert all(before == after for before, after in kept)
    assert bench.watch.garbles == [(operation, "left out of the answer")] * 2


async def test_a_client_whose_contracts_are_fewer_than_counted_is_garbled_alone(bench: Bench) -> None:
    clients = [models.Isn(2_596_516_901 + n) for n in range(5)]
    bench.engine.switchboard.set(Switch(Fault.MISSING_ROWS))

    outcomes = await bench.adapter.life_contracts_of_holder(clients, bench.call)

    assert sorted(type(each).__name__ for each in outcomes) == ["SourceGarbled", *["tuple"] * 4]
    assert bench.watch.garbles == [("contracts_by_client", "contracts: fewer than count")]


@pytest.mark.parametrize("fault", [Fault.DUPLICATED_ROWS, Fault.UNKNOWN_ENUM])
async def test_a_bad_contract_of_a_client_leaves_the_others(bench: Bench, fault: Fault) -> None:
    clients = [models.Isn(2_596_516_901)]
    (whole,) = await bench.adapter.life_contracts_of_holder(clients, bench.call)
    bench.engine.switchboard.set(Switch(fault))

    (held,) = await bench.adapter.life_contracts_of_holder(clients, bench.call)

    assert isinstance(whole, tuple)
    assert isinstance(held, tuple)
    assert (len(whole), len(held)) == (3, 3)
    assert set(readable(held)) < set(whole)
    assert [type(each) for each in held[2:]] == [SourceGarbled]
    assert [operation for operation, _ in bench.watch.garbles] == ["contracts_by_client"]


async def test_rows_in_another_order_change_nothing(bench: Bench) -> None:
    keys = numbers(6)
    straight = await bench.adapter.life_orders(keys, bench.call)
    bench.engine.switchboard.set(Switch(Fault.REORDERED_ROWS))
    assert await bench.adapter.life_orders(keys, bench.call) == straight


@pytest.mark.parametrize("fault", [Fault.DUPLICATED_ROWS, Fault.UNKNOWN_ENUM])
@pytest.mark.parametrize("name", ["life_contracts", "life_valuations", "life_operations", "life_surrender_tables"])
async def test_a_spoilt_row_fails_its_own_key_alone(bench: Bench, fault: Fault, name: str) -> None:
    keys = numbers(6)
    good = await getattr(bench.adapter, name)(keys, bench.call)
    bench.engine.switchboard.set(Switch(fault))
    outcomes = await getattr(bench.adapter, name)(keys, bench.call)
    spoilt = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, SourceGarbled)]
    assert len(spoilt) == 1
    assert [outcomes[i] for i in range(6) if i not in spoilt] == [good[i] for i in range(6) if i not in spoilt]
    assert len(bench.watch.garbles) == 1


async def test_ids_as_floats_are_ids(bench: Bench) -> None:
    straight = await bench.adapter.life_contracts([DEMO], bench.call)
    bench.engine.switchboard.set(Switch(Fault.FLOAT_ID))
    assert await bench.adapter.life_contracts([DEMO], bench.call) == straight


async def test_a_job_that_is_late_is_polled_again(bench: Bench) -> None:
    bench.engine.switchboard.set(Switch(Fault.STALE_READ, "valuation_poll", next_calls=2))
    (outcome,) = await bench.adapter.life_valuations([DEMO], bench.call)
    assert isinstance(outcome, models.LifeValuation)
    assert bench.engine.calls.counts() == {"valuation_submit": 1, "valuation_poll": 3}


@pytest.mark.parametrize(
    "switch, error",
    [
        (Switch(Fault.TRUNCATED_BODY, mode="well_formed"), SourceGarbled),
        (Switch(Fault.TRUNCATED_BODY, mode="closed"), SourceGarbled),
        (Switch(Fault.WRONG_CHARSET, mode="header"), SourceGarbled),
        (Switch(Fault.HTML_PAGE), SourceGarbled),
        (Switch(Fault.RESET_MID_BODY), SourceUnavailable),
        (Switch(Fault.HTTP_503), SourceUnavailable),
        (Switch(Fault.MAINTENANCE, until=NOW + timedelta(days=1)), SourceInMaintenance),
        (Switch(Fault.EXPIRED_TOKEN), SourceUnavailable),
    ],
    ids=lambda value: getattr(value, "fault", None),
)
async def test_a_spoilt_nightly_file_is_never_taken_for_whole(
    bench: Bench, switch: Switch, error: type[SourceError]
) -> None:
    bench.engine.switchboard.set(switch)
    with pytest.raises(error):
        await whole_file(bench)


async def whole_file(bench: Bench) -> None:
    async with bench.adapter.nightly(TODAY, bench.call) as rows:
        async for _ in rows:
            pass


def test_every_fault_that_the_engine_can_show_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    untried = {fault for fault in CONTENT_FAULTS | WIRE_FAULTS if f"Fault.{fault.name}" not in source}
    assert untried == CONTENT_FAULTS - LifeValuation.content_faults

"""Each fault switch of the policy core, and what every key gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from lxml import etree

from adapters.policy_core import wire
from dev.simulators.kit import Fault
from dev.simulators.policy_core.simulator import PASSWORD, PATH, USER
from domain import models
from domain.errors import (
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import DocumentKey, Isn, PolicyNumber
from domain.ports import Missing
from resolvers.outcomes import garbled, readable
from tests.contracts.policy_core_bench import BULK, DEMO, SECOND, Bench, bench, numbers, population

DOCUMENT = DocumentKey(PolicyNumber("P10033148"), "60000000200")


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    """A session is open, so that faults hit the operation itself."""
    async with bench(timeout_s=5) as started:
        await started.adapter.ping(started.call())
        yield started


def types(outcomes: Any) -> list[type]:
    """What each key got."""
    return [type(each) for each in outcomes]


@pytest.mark.parametrize(
    "fault, parameters, outcome",
    [
        (Fault.RESET_MID_BODY, {}, SourceUnavailable),
        (Fault.HTTP_500, {}, SourceUnavailable),
        (Fault.HTTP_502, {}, SourceUnavailable),
        (Fault.HTTP_503, {}, SourceUnavailable),
        (Fault.HTTP_504, {}, SourceUnavailable),
        (Fault.TOO_MANY_REQUESTS, {"retry_after_s": 7}, SourceThrottled),
        (Fault.HTML_PAGE, {}, SourceInMaintenance),
        (Fault.MAINTENANCE, {}, SourceInMaintenance),
        (Fault.WRONG_CHARSET, {"mode": "header"}, SourceGarbled),
        (Fault.WRONG_CHARSET, {"mode": "body"}, SourceGarbled),
        (Fault.TRUNCATED_BODY, {"mode": "closed"}, SourceGarbled),
        (Fault.TRUNCATED_BODY, {"mode": "well_formed"}, SourceGarbled),
        (Fault.OVERSIZED_BODY, {"bytes": 9 * 1024**2}, SourceGarbled),
        (Fault.SOAP_FAULT, {}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "503"}, SourceInMaintenance),
        (Fault.IN_BAND_ERROR, {"code": "100"}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "4242"}, SourceGarbled),
        (Fault.EXPIRED_TOKEN, {}, SourceUnavailable),
    ],
)
async def test_a_whole_call_that_fails_fails_its_keys(
    core: Bench, fault: Fault, parameters: dict[str, Any], outcome: type[SourceError]
) -> None:
    core.switch(fault, "GetClients", **parameters)

    found = await core.adapter.clients([DEMO, SECOND], core.call())

    assert types(found) == [outcome, outcome]
    assert core.handle.switchboard.fired[fault] >= 1
    if fault is Fault.TOO_MANY_REQUESTS:
        assert [each.retry_after_s for each in found if isinstance(each, SourceUnavailable)] == [7, 7]


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SLOW_FIRST_BYTE, Fault.SLOW_BODY, Fault.TIMEOUT_AFTER_COMMIT])
async def test_what_comes_too_late_times_out(fault: Fault) -> None:
    async with bench(timeout_s=1) as core:
        await core.adapter.ping(core.call())
        core.switch(fault, "GetClients", seconds=5)

        assert types(await core.adapter.clients([DEMO, SECOND], core.call())) == [SourceTimeout, SourceTimeout]


async def test_a_refused_connection_is_unavailable() -> None:
    async with bench() as core:
        core.switch(Fault.REFUSE_CONNECTION, "*")
        assert types(await core.adapter.clients([DEMO], core.call())) == [SourceUnavailable]

        core.handle.switchboard.clear()
        while types(await core.adapter.clients([DEMO], core.call())) != [models.Client]:
            pass


async def test_a_failed_chunk_leaves_the_others_alone(core: Bench) -> None:
    isns = [Isn(policy.isn) for policy in population().policies_of(BULK)]
    core.switch(Fault.HTTP_500, "GetPolicies", next_calls=1)

    found = types(await core.adapter.policies(isns, core.call()))

    assert sorted(map(str, (found[:50], found[50:]))) == sorted(
        map(str, ([SourceUnavailable] * 50, [models.Policy] * 50))
    )


async def test_the_end_of_maintenance_is_told() -> None:
    async with bench() as core:
        until = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
        core.handle.simulator.clock.move(now=datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
        core.switch(Fault.MAINTENANCE, "GetClients", until=until)

        (found,) = await core.adapter.clients([DEMO], core.call())

        assert isinstance(found, SourceInMaintenance)
        assert found.until == until


async def test_a_locked_item_fails_alone(core: Bench) -> None:
    for operation in ("GetClients", "GetPolicies", "GetInstalments", "GetDocumentList"):
        core.switch(Fault.PARTIAL_BATCH, operation, count=1)
    core.switch(Fault.PARTIAL_BATCH, "FindPolicies", count=1, code="501")

    clients = await core.adapter.clients([DEMO, SECOND], core.call())
    items = await core.adapter.policies_by_number(numbers(DEMO), core.call())
    held = await core.adapter.policies_of_holder([DEMO, SECOND], core.call())
    plans = await core.adapter.instalments(numbers(DEMO), core.call())
    lists = await core.adapter.documents(numbers(DEMO), core.call())

    assert Counter(types(clients)) == {SourceUnavailable: 1, models.Client: 1}
    assert Counter(types(items)) == {SourceUnavailable: 1, models.Policy: 7}
    assert Counter(types(held)) == {SourceUnavailable: 1, tuple: 1}
    assert Counter(types(plans)) == Counter(types(lists)) == {SourceUnavailable: 1, tuple: 7}
    assert core.observed.garbles == []


async def test_a_row_left_out_is_noticed_for_its_key_alone(core: Bench) -> None:
    core.switch(Fault.MISSING_ROWS, "*", count=1)
    unknown = (Isn(7), PolicyNumber("K00000000"))

    clients = await core.adapter.clients([DEMO, SECOND, unknown[0]], core.call())
    items = await core.adapter.policies_by_number([*numbers(DEMO), unknown[1]], core.call())
    held = await core.adapter.policies_of_holder([DEMO, SECOND, unknown[0]], core.call())
    plans = await core.adapter.instalments([*numbers(DEMO), unknown[1]], core.call())
    lists = await core.adapter.documents([*numbers(DEMO), unknown[1]], core.call())

    assert Counter(types(clients)) == {SourceGarbled: 1, models.Client: 1, Missing: 1}
    assert Counter(types(items)) == {SourceGarbled: 1, models.Policy: 7, Missing: 1}
    assert Counter(types(held)) == {SourceGarbled: 1, tuple: 1, Missing: 1}
    assert Counter(types(plans)) == Counter(types(lists)) == {SourceGarbled: 1, tuple: 7, Missing: 1}
    assert core.observed.garbles == [
        ("GetClients", "no row and no error"),
        ("GetPolicies", "no row and no error"),
        ("FindPolicies", "fewer policies than PolicyCount"),
        ("GetInstalments", "no row and no error"),
        ("GetDocumentList", "no row and no error"),
    ]


async def test_every_row_left_out_is_counted(core: Bench) -> None:
    core.switch(Fault.MISSING_ROWS, "GetInstalments", count=3)

    plans = await core.adapter.instalments(numbers(DEMO), core.call())

    assert Counter(types(plans)) == {SourceGarbled: 3, tuple: 5}
    assert core.observed.garbles == [("GetInstalments", "no row and no error")] * 3


async def test_order_of_rows_does_not_matter(core: Bench) -> None:
    keys = numbers(DEMO)
    before = await core.adapter.policies_by_number(keys, core.call())
    core.switch(Fault.REORDERED_ROWS, "*")

    assert await core.adapter.policies_by_number(keys, core.call()) == before
    (held,) = await core.adapter.policies_of_holder([DEMO], core.call())
    assert list(held) == before if isinstance(held, tuple) else False


async def test_a_doubled_row_is_garbled_alone(core: Bench) -> None:
    (whole,) = await core.adapter.policies_of_holder([DEMO], core.call())
    core.switch(Fault.DUPLICATED_ROWS, "*", count=1)

    plans = types(await core.adapter.instalments(numbers(DEMO), core.call()))
    (held,) = await core.adapter.policies_of_holder([DEMO], core.call())

    assert (plans.count(SourceGarbled), plans.count(tuple)) == (1, 7)
    assert_one_row_is_lost(whole, held)
    assert core.observed.garbles == [("GetInstalments", "a row came twice"), ("FindPolicies", "a policy came twice")]


@pytest.mark.parametrize("fault", [Fault.UNKNOWN_ENUM, Fault.FLOAT_ID])
async def test_a_policy_that_cannot_be_read_leaves_its_holder_the_others(core: Bench, fault: Fault) -> None:
    (whole,) = await core.adapter.policies_of_holder([DEMO], core.call())
    core.switch(fault, "FindPolicies", count=1)

    (held,) = await core.adapter.policies_of_holder([DEMO], core.call())

    assert_one_row_is_lost(whole, held)
    assert [operation for operation, _ in core.observed.garbles] == ["FindPolicies"]


def assert_one_row_is_lost(whole: Any, held: Any) -> None:
    """All rows but one are as they were, and that one is garbled."""
    assert isinstance(whole, tuple)
    assert isinstance(held, tuple)
    assert len(held) == len(whole)
    assert set(readable(held)) < set(whole)
    assert types(garbled(held)) == [SourceGarbled]


async def test_a_lost_digit_is_never_another_object(core: Bench) -> None:
    core.switch(Fault.FLOAT_ID, "*", count=1)

    clients = types(await core.adapter.clients([DEMO, SECOND], core.call()))
    items = types(await core.adapter.policies_by_number(numbers(DEMO), core.call()))
    lists = types(await core.adapter.documents(numbers(DEMO), core.call()))

    assert (clients.count(SourceGarbled), clients.count(models.Client)) == (1, 1)
    assert (items.count(SourceGarbled), items.count(models.Policy)) == (1, 7)
    assert (lists.count(SourceGarbled), lists.count(tuple)) == (1, 7)


async def test_a_policy_that_slips_between_drifting_pages_is_noticed_for_its_holder_alone() -> None:
    async with bench(extra={"page_size": 3}) as core:
        keys = [SECOND, DEMO]
        before = await core.adapter.policies_of_holder(keys, core.call())
        core.switch(Fault.PAGE_DRIFT, "FindPolicies", count=1, next_calls=3)

        found = await core.adapter.policies_of_holder(keys, core.call())

        assert Counter(types(before)) == {tuple: 2}
        assert Counter(types(found)) == {tuple: 1, SourceGarbled: 1}
        assert next(each for each in found if isinstance(each, tuple)) in before
        assert core.batches("FindPolicies") == {2: 8}
        assert core.observed.garbles == [("FindPolicies", "fewer policies than PolicyCount")]


async def test_a_replica_that_lags_shows_the_state_before(core: Bench) -> None:
    core.switch(Fault.STALE_READ, "*")

    items = await core.adapter.policies_by_number(numbers(SECOND), core.call())
    (plan,) = await core.adapter.instalments(numbers(DEMO)[1:2], core.call())

    assert [each.status for each in items if isinstance(each, models.Policy)] == [models.PolicyStatus.FUTURE] * 2
    assert isinstance(plan, tuple)
    assert [part.paid_on for part in plan] == [None] * 4


async def test_events_are_redelivered(core: Bench) -> None:
    assert await sequence(core, 10, 3) == [10, 11, 12]

    core.switch(Fault.REDELIVERED_EVENTS, "GetJournal", count=2)

    assert await sequence(core, 10, 3) == [8, 9, 10, 11, 12]


async def sequence(core: Bench, first: int, count: int) -> list[int]:
    """Seq of the journal's events, asked for past the adapter."""
    async with aiohttp.ClientSession(core.handle.url) as session:

        async def data(operation: str, *nodes: wire.Node) -> etree._Element:
            async with session.post(PATH, data=wire.request(operation, *nodes)) as reply:
                answer = wire.read_answer(await reply.read(), operation)
                assert answer.data is not None
                return answer.data

        login = wire.read(wire.Session, await data("Login", ("User", USER), ("Password", PASSWORD)))
        session_id = login.session_id or ""
        events = await data("GetJournal", ("SessionId", session_id), ("FromSeq", str(first)), ("Count", str(count)))
        return [int(each.text or "") for each in events.iter(f"{{{wire.NAMESPACE}}}Seq")]


@pytest.mark.parametrize(
    "fault, parameters, outcome",
    [
        (Fault.RESET_MID_BODY, {}, SourceUnavailable),
        (Fault.TRUNCATED_BODY, {"mode": "closed"}, SourceGarbled),
        (Fault.TRUNCATED_BODY, {"mode": "well_formed"}, SourceGarbled),
        (Fault.HTTP_500, {}, SourceUnavailable),
        (Fault.HTTP_503, {}, SourceUnavailable),
        (Fault.SOAP_FAULT, {}, SourceUnavailable),
        (Fault.SOAP_FAULT, {"code": "Client"}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "501"}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "1"}, SourceGarbled),
        (Fault.EXPIRED_TOKEN, {}, SourceUnavailable),
        (Fault.HTML_PAGE, {}, SourceInMaintenance),
        (Fault.MAINTENANCE, {}, SourceInMaintenance),
        (Fault.WRONG_CHARSET, {"mode": "header"}, SourceGarbled),
    ],
)
async def test_a_document_that_breaks_off_says_why(
    core: Bench, fault: Fault, parameters: dict[str, Any], outcome: type[SourceError]
) -> None:
    core.switch(fault, "GetDocument", **parameters)

    with pytest.raises(outcome) as raised:
        await drain(core)

    assert raised.value.operation == "GetDocument"
    assert bool(core.observed.garbles) is (outcome is SourceGarbled)


async def test_a_document_that_is_slow_times_out() -> None:
    async with bench(file_timeout_s=0.3) as core:
        await core.adapter.ping(core.call())
        core.switch(Fault.SLOW_BODY, "GetDocument", seconds=3)

        with pytest.raises(SourceTimeout):
            await drain(core)


async def drain(core: Bench) -> None:
    """Read a document to its end."""
    async with core.adapter.policy_document(DOCUMENT, core.call()) as file:
        async for _ in file.chunks:
            pass

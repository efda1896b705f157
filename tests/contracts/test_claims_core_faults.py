"""Every fault switch of the simulated claims core, and what each key is told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dev.simulators.claims_core import ClaimsCore
from dev.simulators.kit import Fault, Options, Switch
from domain.errors import (
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import ClaimFileKey
from domain.ports import MISSING, Outcome
from resolvers.outcomes import garbled, readable
from tests.contracts.claims_core_bench import DEMO, Bench, bench, claim_ids_of, policies_of
from tests.contracts.test_claims_core import a_file

UNTIL = datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)

WHOLE = [
    (Switch(Fault.HANG, "listClaims"), SourceTimeout),
    (Switch(Fault.SLOW_FIRST_BYTE, "listClaims"), SourceTimeout),
    (Switch(Fault.SLOW_BODY, "listClaims"), SourceTimeout),
    (Switch(Fault.RESET_MID_BODY, "listClaims"), SourceUnavailable),
    (Switch(Fault.REFUSE_CONNECTION), SourceUnavailable),
    (Switch(Fault.HTTP_500, "listClaims"), SourceUnavailable),
    (Switch(Fault.HTTP_502, "listClaims"), SourceUnavailable),
    (Switch(Fault.HTTP_503, "listClaims"), SourceUnavailable),
    (Switch(Fault.HTTP_504, "listClaims"), SourceUnavailable),
    (Switch(Fault.TOO_MANY_REQUESTS, "listClaims"), SourceThrottled),
    (Switch(Fault.HTML_PAGE, "listClaims"), SourceGarbled),
    (Switch(Fault.MAINTENANCE, "listClaims"), SourceInMaintenance),
    (Switch(Fault.WRONG_CHARSET, "listClaims", mode="header"), SourceGarbled),
    (Switch(Fault.WRONG_CHARSET, "listClaims", mode="body"), SourceGarbled),
    (Switch(Fault.TRUNCATED_BODY, "listClaims", mode="closed"), SourceGarbled),
    (Switch(Fault.TRUNCATED_BODY, "listClaims", mode="well_formed"), SourceGarbled),
    (Switch(Fault.OVERSIZED_BODY, "listClaims", bytes=1_000_000), SourceGarbled),
    (Switch(Fault.IN_BAND_ERROR, "listClaims"), SourceUnavailable),
    (Switch(Fault.IN_BAND_ERROR, "listClaims", code="UNHEARD_OF"), SourceGarbled),
    (Switch(Fault.EXPIRED_TOKEN, "listClaims"), SourceUnavailable),
    (Switch(Fault.HTTP_502, "issueToken"), SourceUnavailable),
    (Switch(Fault.HTML_PAGE, "issueToken"), SourceGarbled),
    (Switch(Fault.MAINTENANCE, "issueToken"), SourceInMaintenance),
    (Switch(Fault.HANG, "issueToken"), SourceTimeout),
]

SINGLE = [
    (Switch(Fault.PARTIAL_BATCH, "listClaims"), SourceUnavailable),
    (Switch(Fault.PARTIAL_BATCH, "listClaims", code="CORRUPT_RECORD"), SourceGarbled),
    (Switch(Fault.PARTIAL_BATCH, "listClaims", code="NOT_FOUND"), type(MISSING)),
    (Switch(Fault.MISSING_ROWS, "listClaims"), SourceGarbled),
    (Switch(Fault.DUPLICATED_ROWS, "listClaims"), SourceGarbled),
    (Switch(Fault.UNKNOWN_ENUM, "listClaims"), SourceGarbled),
    (Switch(Fault.FLOAT_ID, "listClaims"), SourceGarbled),
]

ROWS = {Fault.DUPLICATED_ROWS, Fault.UNKNOWN_ENUM, Fault.FLOAT_ID}
"""What spoils one row of a policy's list, and neither the list nor the other rows."""

ELSEWHERE = {
    Fault.REORDERED_ROWS,
    Fault.PAGE_DRIFT,
    Fault.STALE_READ,
    Fault.REDELIVERED_EVENTS,
    Fault.TIMEOUT_AFTER_COMMIT,
}

BREAKING = {
    Fault.HTML_PAGE,
    Fault.WRONG_CHARSET,
    Fault.TRUNCATED_BODY,
    Fault.FLOAT_ID,
    Fault.UNKNOWN_ENUM,
}


def name(value: Any) -> str | None:
    if isinstance(value, Switch):
        return "-".join(filter(None, (value.fault, value.operation, value.mode, value.code)))
    return getattr(value, "__name__", None)


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench(timeout_s=1.5, token_timeout_s=1.5, file_timeout_s=1.5, max_body_bytes=200_000) as started:
        yield started


def test_no_switch_of_the_simulator_is_left_out() -> None:
    switched = {switch.fault for switch, _ in WHOLE + SINGLE} | ELSEWHERE
    simulator = ClaimsCore(Options())
    assert switched == {fault for fault in Fault if simulator.supports(fault)}
    assert not simulator.supports(Fault.SOAP_FAULT)


@pytest.mark.parametrize("switch, error", WHOLE, ids=name)
async def test_a_call_that_fails_fails_all_its_keys_and_no_later_call(
    core: Bench, switch: Switch, error: type[SourceError]
) -> None:
    core.handle.switchboard.set(switch)
    ids = claim_ids_of(DEMO)

    found = await core.adapter.claims(ids, core.call())

    assert {type(outcome) for outcome in found} == {error}
    assert [type(outcome) for outcome in found] == [error] * len(ids)
    assert core.handle.switchboard.fired[switch.fault] >= 1
    assert bool(core.observed.garbles) == (error is SourceGarbled)
    if switch.fault in BREAKING:
        core.judge.pardon()

    core.handle.switchboard.clear()
    healed = await core.adapter.claims(ids, core.call())
    assert [getattr(outcome, "id", outcome) for outcome in healed] == ids


@pytest.mark.parametrize("switch, outcome", SINGLE, ids=name)
async def test_a_row_that_fails_fails_its_key_alone(core: Bench, switch: Switch, outcome: type) -> None:
    core.handle.switchboard.set(switch)
    ids = claim_ids_of(DEMO)

    found = await core.adapter.claims(ids, core.call())

    spoilt = [got for key, got in zip(ids, found, strict=True) if getattr(got, "id", None) != key]
    assert [type(got) for got in spoilt] == [outcome]
    # A row without an id is told of, and so is the key that it leaves without one.
    assert len(core.observed.garbles) == (outcome is SourceGarbled) + (switch.fault is Fault.FLOAT_ID)
    assert bool(core.judge.pardon()) == (switch.fault in BREAKING)


@pytest.mark.parametrize(
    "switch, outcome", [each for each in SINGLE if each[0].fault not in ROWS and each[0].code != "NOT_FOUND"], ids=name
)
async def test_a_policy_that_fails_or_lacks_a_claim_fails_alone(core: Bench, switch: Switch, outcome: type) -> None:
    whole = await core.adapter.claims_of_policy(policies_of(DEMO), core.call())
    core.handle.switchboard.set(switch)

    found = await core.adapter.claims_of_policy(policies_of(DEMO), core.call())

    changed = [got for before, got in zip(whole, found, strict=True) if got != before]
    assert [type(got) for got in changed] == [outcome]
    assert len(core.observed.garbles) == (outcome is SourceGarbled)


@pytest.mark.parametrize("fault", sorted(ROWS))
async def test_a_bad_row_of_a_policy_leaves_its_neighbours(core: Bench, fault: Fault) -> None:
    whole = await core.adapter.claims_of_policy(policies_of(DEMO), core.call())
    core.handle.switchboard.set(Switch(fault, "listClaims"))

    found = await core.adapter.claims_of_policy(policies_of(DEMO), core.call())

    ((before, after),) = [pair for pair in zip(whole, found, strict=True) if pair[0] != pair[1]]
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert len(after) == len(before)
    assert set(readable(after)) < set(before)
    assert [type(each) for each in garbled(after)] == [SourceGarbled]
    assert after[-1] is garbled(after)[0]
    assert [operation for operation, _ in core.observed.garbles] == ["listClaims"]
    assert bool(core.judge.pardon()) == (fault in BREAKING)


@pytest.mark.parametrize(
    "fault", [Fault.UNKNOWN_ENUM, Fault.FLOAT_ID, Fault.DUPLICATED_ROWS, Fault.MISSING_ROWS], ids=name
)
async def test_a_bad_or_missing_message_spoils_its_conversation_alone(core: Bench, fault: Fault) -> None:
    core.handle.switchboard.set(Switch(fault, "listMessages", next_calls=1))
    ids = claim_ids_of(DEMO)[:2]

    found = await core.adapter.claim_messages(ids, core.call())

    assert sorted(type(outcome).__name__ for outcome in found) == ["SourceGarbled", "tuple"]
    core.judge.pardon()


@pytest.mark.parametrize("fault", [Fault.FLOAT_ID, Fault.MISSING_ROWS])
async def test_a_bad_or_missing_station_spoils_its_city_alone(core: Bench, fault: Fault) -> None:
    core.handle.switchboard.set(Switch(fault, "listRepairStations", next_calls=1))
    found = await core.adapter.repair_stations(["Казань", "Самара"], core.call())
    assert sorted(type(outcome).__name__ for outcome in found) == ["SourceGarbled", "tuple"]
    core.judge.pardon()


async def test_maintenance_says_until_when(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.MAINTENANCE, until=UNTIL))
    (outcome,) = await core.adapter.claims(claim_ids_of(DEMO)[:1], core.call())
    assert isinstance(outcome, SourceInMaintenance)
    assert outcome.until == UNTIL
    assert outcome.until.tzinfo is UTC


async def test_a_busy_system_says_how_long_to_wait(core: Bench) -> None:
    for fault, wait_s in ((Fault.TOO_MANY_REQUESTS, 7), (Fault.HTTP_503, 9)):
        core.handle.switchboard.clear()
        core.handle.switchboard.set(Switch(fault, "listClaims", retry_after_s=wait_s))
        (outcome,) = await core.adapter.claims(claim_ids_of(DEMO)[:1], core.call())
        assert isinstance(outcome, SourceUnavailable)
        assert outcome.retry_after_s == wait_s


async def test_only_the_chunk_that_fails_fails() -> None:
    async with bench(max_ids=2, concurrency=1) as core:
        core.handle.switchboard.set(Switch(Fault.HTTP_500, "listClaims", next_calls=1))
        found = await core.adapter.claims(claim_ids_of(DEMO), core.call())
        failed = [isinstance(outcome, SourceUnavailable) for outcome in found]
        assert failed == [True, True, *[False] * (len(found) - 2)]


async def test_the_order_of_rows_changes_nothing(core: Bench) -> None:
    policies = policies_of(DEMO)
    before = await core.adapter.claims_of_policy(policies, core.call())
    core.handle.switchboard.set(Switch(Fault.REORDERED_ROWS))
    assert await core.adapter.claims_of_policy(policies, core.call()) == before


async def test_rows_that_drift_to_the_next_page_unchanged_come_once() -> None:
    async with bench(page_size=3) as core:
        policies = policies_of(DEMO)
        before = await core.adapter.claims_of_policy(policies, core.call())
        core.handle.switchboard.set(Switch(Fault.PAGE_DRIFT, "listClaims", count=2))

        assert await core.adapter.claims_of_policy(policies, core.call()) == before

        assert core.handle.calls.of("listClaims").calls == 3 + 5
        assert core.observed.garbles == []


async def test_a_row_that_changed_between_two_pages_is_garbled_and_its_neighbours_stay() -> None:
    async with bench(page_size=3) as core:
        policies = policies_of(DEMO)
        before = await core.adapter.claims_of_policy(policies, core.call())
        core.handle.switchboard.set(Switch(Fault.PAGE_DRIFT, "listClaims"))
        core.handle.switchboard.set(Switch(Fault.STALE_READ, "listClaims", next_calls=1))

        found = await core.adapter.claims_of_policy(policies, core.call())

        assert [len(each) for each in found if isinstance(each, tuple)] == [
            len(each) for each in before if isinstance(each, tuple)
        ]
        rows = [row for each in found if isinstance(each, tuple) for row in garbled(each)]
        assert [row.detail for row in rows] == ["a row comes twice"]
        assert core.observed.garbles == [("listClaims", "a row comes twice")]


async def test_a_lagging_replica_shows_the_step_before(core: Bench) -> None:
    ids = claim_ids_of(DEMO)
    before = await core.adapter.claims(ids, core.call())
    core.handle.switchboard.set(Switch(Fault.STALE_READ, "listClaims"))

    found = await core.adapter.claims(ids, core.call())

    for fresh, stale in zip(before, found, strict=True):
        steps = len(timeline(fresh))
        assert timeline(stale) == timeline(fresh)[: max(1, steps - 1)]


@pytest.mark.parametrize(
    "switch, error",
    [
        (Switch(Fault.HTTP_502, "getDocument"), SourceUnavailable),
        (Switch(Fault.IN_BAND_ERROR, "getDocument"), SourceUnavailable),
        (Switch(Fault.MAINTENANCE, "getDocument"), SourceInMaintenance),
        (Switch(Fault.HTML_PAGE, "getDocument"), SourceGarbled),
        (Switch(Fault.EXPIRED_TOKEN, "getDocument"), SourceUnavailable),
        (Switch(Fault.HANG, "getDocument"), SourceTimeout),
        (Switch(Fault.RESET_MID_BODY, "getDocument"), SourceUnavailable),
        (Switch(Fault.TRUNCATED_BODY, "getDocument"), SourceGarbled),
        (Switch(Fault.OVERSIZED_BODY, "getDocument"), SourceGarbled),
        (Switch(Fault.SLOW_BODY, "getDocument"), SourceTimeout),
    ],
    ids=name,
)
async def test_a_file_that_fails_says_why(core: Bench, switch: Switch, error: type[SourceError]) -> None:
    core.handle.switchboard.set(switch)
    with pytest.raises(error):
        await download(core, a_file("application/pdf")[0])
    assert len(core.observed.garbles) == (error is SourceGarbled)
    core.judge.pardon()


async def test_changes_stay_until_they_are_acknowledged_and_may_come_again(core: Bench) -> None:
    _, _, first = await core.ask("GET", "/changes?limit=2")
    _, _, again = await core.ask("GET", "/changes?limit=2")
    assert [(one["id"], one["deliveries"]) for one in again["items"]] == [(one["id"], 2) for one in first["items"]]

    await acknowledge(core, first)
    _, _, following = await core.ask("GET", "/changes?limit=2")
    assert not ids_of(following) & ids_of(first)
    assert following["remaining"] == first["remaining"] - 2

    core.handle.switchboard.set(Switch(Fault.REDELIVERED_EVENTS, "listChanges", next_calls=1, count=2))
    core.handle.switchboard.set(Switch(Fault.DUPLICATED_ROWS, "listChanges", next_calls=1))
    _, _, redelivered = await core.ask("GET", "/changes?limit=2")
    assert ids_of(redelivered) == ids_of(first)
    assert len(redelivered["items"]) == 3


async def test_an_acknowledgement_holds_though_its_answer_is_lost(core: Bench) -> None:
    _, _, first = await core.ask("GET", "/changes?limit=3")
    core.handle.switchboard.set(Switch(Fault.TIMEOUT_AFTER_COMMIT, "acknowledgeChanges", seconds=0.05))

    with pytest.raises(OSError, match=r".*"):
        await acknowledge(core, first)

    _, _, following = await core.ask("GET", "/changes?limit=3")
    assert not ids_of(following) & ids_of(first)


async def test_a_deleted_claim_leaves_a_tombstone(core: Bench) -> None:
    _, _, page = await core.ask("GET", "/changes")
    tombstone = next(change for change in page["items"] if change["kind"] == "DELETED")
    assert tombstone["policyNumber"] is None
    status, _, _ = await core.ask("GET", f"/claims/{tombstone['claimId']}")
    assert status == 404


async def download(core: Bench, key: ClaimFileKey) -> int:
    """Read a file to its end; gives its size."""
    async with core.adapter.claim_file(key, core.call()) as file:
        return sum([len(piece) async for piece in file.chunks])


async def acknowledge(core: Bench, page: Any) -> None:
    """Acknowledge every change of a page."""
    ids = ",".join(f'"{change}"' for change in sorted(ids_of(page)))
    status, _, _ = await core.ask(
        "POST", "/changes/ack", headers={"Content-Type": "application/json"}, body=f'{{"ids":[{ids}]}}'.encode()
    )
    assert status == 204


def ids_of(page: Any) -> set[str]:
    """The ids of the changes of a page."""
    return {change["id"] for change in page["items"]}


def timeline(outcome: Outcome[Any]) -> Any:
    """The timeline of a claim that was answered."""
    assert not isinstance(outcome, SourceError)
    assert outcome is not MISSING
    return outcome.timeline

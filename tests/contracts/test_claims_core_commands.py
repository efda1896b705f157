"""What the claims core is told to do: once for each transaction id, whatever becomes of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import aiohttp
import pytest

from dev.simulators.kit import Fault, Switch
from domain import models
from domain.commands import RecordDeductible
from domain.errors import (
    InvalidInput,
    NotFound,
    Refused,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import ClaimId
from tests.contracts.claims_core_bench import DEMO, Bench, bench, claim_ids_of, population
from tests.contracts.subjects import BRIEF_S

RECORD = "recordDeductible"
NOBODY = ClaimId("00000000-0000-4000-8000-000000000000")
BILL = "B-000000017"
PAID_AT = datetime(2026, 1, 15, 21, 30, tzinfo=UTC)
PAID_ON = date(2026, 1, 16)
ID = "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a01"
OTHER_ID = "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a02"


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench() as started:
        yield started


def due() -> ClaimId:
    """The demo client's claim with a deductible to pay."""
    return next(
        ClaimId(claim.id)
        for policy in population().policies_of(DEMO)
        for claim in population().claims_of(policy.number)
        if claim.referral and claim.referral.deductible_due and not claim.referral.deductible_paid_on
    )


async def record(core: Bench, request_id: str = ID, claim: ClaimId | None = None, seconds: float = 5) -> None:
    await core.adapter.record_deductible(claim or due(), BILL, PAID_AT, request_id, core.call(seconds))


async def claim(core: Bench) -> models.Claim:
    (found,) = await core.adapter.claims([due()], core.call())
    assert isinstance(found, models.Claim)
    return found


async def paid_on(core: Bench) -> date | None:
    referral = (await claim(core)).referral
    assert referral is not None
    return referral.deductible_paid_on


async def ledger(core: Bench) -> Any:
    url = f"{core.handle.admin_url}/ledger"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.json()


async def effects(core: Bench) -> int:
    found: int = (await ledger(core))["effects"]["deductibles"]
    return found


def test_the_adapter_is_the_port(core: Bench) -> None:
    command: RecordDeductible = core.adapter.record_deductible
    assert command == core.adapter.record_deductible


async def test_a_deductible_that_is_paid_is_read_at_once(core: Bench) -> None:
    before = await claim(core)
    assert await paid_on(core) is None

    await record(core)

    # Half past midnight in Moscow is another day there.
    assert await paid_on(core) == PAID_ON
    assert len((await claim(core)).timeline) == len(before.timeline) + 1
    kept = await ledger(core)
    assert kept["deductibles"] == [{"claim": due(), "bill": BILL, "day": PAID_ON.isoformat(), "request": ID}]


async def test_the_change_feed_tells_of_it_once(core: Bench) -> None:
    await record(core)
    await record(core)

    _, _, changes = await core.ask("GET", "/changes?limit=100")
    while changes["remaining"]:
        ids = ",".join(f'"{each["id"]}"' for each in changes["items"])
        body = f'{{"ids":[{ids}]}}'.encode()
        await core.ask("POST", "/changes/ack", headers={"Content-Type": "application/json"}, body=body)
        _, _, changes = await core.ask("GET", "/changes?limit=100")
    before, last = changes["items"][-2:]
    assert (last["kind"], last["claimId"]) == ("UPDATED", due())
    assert before["claimId"] != due()


async def test_the_checksum_changes(core: Bench) -> None:
    _, _, before = await core.ask("GET", f"/claims/{due()}")
    await record(core)
    _, _, after = await core.ask("GET", f"/claims/{due()}")
    assert before["checksum"] != after["checksum"]


async def test_a_replica_that_lags_has_not_seen_the_payment(core: Bench) -> None:
    before = await claim(core)
    await record(core)
    core.handle.switchboard.set(Switch(Fault.STALE_READ, "listClaims", next_calls=1))
    assert await claim(core) == before
    assert await claim(core) != before


async def test_a_repeated_id_is_done_and_changes_nothing(core: Bench) -> None:
    for _ in range(2):
        await record(core)
    await asyncio.gather(*(record(core) for _ in range(3)))

    assert await effects(core) == 1
    assert (await ledger(core))["requests"] == [{"operation": RECORD, "id": ID, "asked": 5, "done": True}]


async def test_a_lost_answer_asked_for_again_with_the_same_id_ends_as_one_effect(core: Bench) -> None:
    await core.adapter.ping(core.call())
    core.handle.switchboard.set(Switch(Fault.TIMEOUT_AFTER_COMMIT, RECORD, next_calls=1, seconds=1))

    with pytest.raises(SourceTimeout) as lost:
        await record(core, seconds=BRIEF_S)
    await record(core)

    assert lost.value.retryable
    assert core.handle.calls.of(RECORD).calls == 2
    assert await effects(core) == 1


@pytest.mark.parametrize(
    ("fault", "parameters", "failure"),
    [
        (Fault.HTTP_503, {}, SourceUnavailable),
        (Fault.TOO_MANY_REQUESTS, {"retry_after_s": 7}, SourceThrottled),
        (Fault.MAINTENANCE, {}, SourceInMaintenance),
        (Fault.IN_BAND_ERROR, {}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "SURPRISE"}, SourceGarbled),
        (Fault.HTML_PAGE, {}, SourceGarbled),
    ],
)
async def test_a_failure_is_told_nothing_is_asked_twice_and_nothing_is_left_behind(
    core: Bench, fault: Fault, parameters: dict[str, Any], failure: type[SourceError]
) -> None:
    core.handle.switchboard.set(Switch(fault, RECORD, next_calls=1, **parameters))

    with pytest.raises(failure):
        await record(core)

    core.judge.pardon()
    assert core.handle.calls.of(RECORD).calls == 1
    assert bool(core.observed.garbles) is (failure is SourceGarbled)
    assert await effects(core) == 0
    await record(core)
    assert await effects(core) == 1


async def test_a_refused_token_is_renewed_since_nothing_was_written(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.EXPIRED_TOKEN, RECORD, next_calls=1))

    await record(core)

    assert core.handle.calls.of(RECORD).calls == 2
    assert await effects(core) == 1


async def test_what_is_not_due_is_refused(core: Bench) -> None:
    without = next(each for each in claim_ids_of(DEMO) if each != due())
    with pytest.raises(Refused, match="NOT_PAYABLE"):
        await record(core, claim=without)
    await record(core)
    with pytest.raises(Refused, match="NOT_PAYABLE"):
        await record(core, OTHER_ID)
    assert await effects(core) == 1


@pytest.mark.parametrize("nobody", [NOBODY, ClaimId("../oauth"), ClaimId("")])
async def test_a_claim_nobody_knows_is_not_found(core: Bench, nobody: ClaimId) -> None:
    with pytest.raises(NotFound):
        await core.adapter.record_deductible(nobody, BILL, PAID_AT, ID, core.call())
    assert await effects(core) == 0


@pytest.mark.parametrize(
    ("bill", "request_id"), [("", ID), ("№ 1", ID), ("B" * 33, ID), (BILL, "short"), (BILL, "№" * 9)]
)
async def test_what_the_system_would_not_read_is_never_sent(core: Bench, bill: str, request_id: str) -> None:
    with pytest.raises(InvalidInput):
        await core.adapter.record_deductible(due(), bill, PAID_AT, request_id, core.call())
    assert core.handle.calls.total == 0


@pytest.mark.parametrize("code", ["NO_DEDUCTIBLE_DUE", "AlreadyExecuted"])
async def test_a_question_that_is_refused_breaks_the_contract(core: Bench, code: str) -> None:
    core.handle.switchboard.set(
        Switch(Fault.IN_BAND_ERROR, code=code), Switch(Fault.PARTIAL_BATCH, "listClaims", code=code)
    )

    for read in (core.adapter.claims, core.adapter.claim_messages):
        (found,) = await read([due()], core.call())
        assert isinstance(found, SourceUnavailable | SourceGarbled)
    core.judge.pardon()


async def test_the_contract_is_kept_by_refusals_too(core: Bench) -> None:
    path, kind = f"/claims/{due()}/deductible", {"Content-Type": "application/json"}
    good = b'{"transactionId":"one","billNumber":"B-1","paidAt":"2026-01-15T10:00:00+03:00"}'
    for body, status, code in (
        (good, 204, None),
        (good, 400, "AlreadyExecuted"),
        (good.replace(b"one", b"two"), 409, "NO_DEDUCTIBLE_DUE"),
    ):
        answered, _, problem = await core.ask("POST", path, headers=kind, body=body)
        assert (answered, problem["code"] if code else None) == (status, code)
    assert core.judge.requests == []
    for body, code in (
        (good.replace(b"one", "№".encode()), "INVALID_PARAMETER"),
        (good.replace(b"B-1", b""), "INVALID_PARAMETER"),
        (good.replace(b"+03:00", b"Z"), "INVALID_PARAMETER"),
        (good.replace(b"2026-01-15T", b"2026-13-45T"), "INVALID_PARAMETER"),
        (good.replace(b"{", b'{"amount":1,'), "UNKNOWN_FIELD"),
        (b"{}", "INVALID_PARAMETER"),
        (b"[]", "INVALID_PARAMETER"),
    ):
        answered, _, problem = await core.ask("POST", path, headers=kind, body=body)
        assert (answered, problem["code"]) == (400, code)
    stranger, _, _ = await core.ask("POST", path, client="fleet", headers=kind, body=good)
    assert stranger == 404
    core.judge.requests.clear()

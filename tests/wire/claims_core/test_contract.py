"""The contract itself, and every operation's replies, judged by an OpenAPI engine."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.readers import read_from_filename

from dev.simulators.claims_core import ClaimsCore
from dev.simulators.claims_core.service import MAX_AT_ONCE
from dev.simulators.kit import Fault, Switch
from tests.contracts.claims_core_bench import BULK, DEMO, Bench, bench, claim_ids_of, claim_numbers_of, policies_of
from tests.contracts.test_claims_core import a_file
from tests.wire.claims_core.judge import CONTRACT, Judge

NOBODY = "00000000-0000-4000-8000-000000000000"
PARTS = {"timeline", "documents", "referral", "payouts"}


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench() as started:
        yield started


def document() -> Any:
    return read_from_filename(str(CONTRACT))[0]


def test_the_contract_is_a_valid_openapi_document() -> None:
    written = document()
    assert written["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(written).iter_errors()) == []


def test_the_simulator_has_the_operations_of_the_contract() -> None:
    written = {operation["operationId"] for path in document()["paths"].values() for operation in path.values()}
    assert written == {operation.name for operation in ClaimsCore.operations}


def test_the_judge_finds_what_breaks_the_contract() -> None:
    judge = Judge()
    headers, json_type = {"Authorization": "Bearer x"}, {"Content-Type": "application/json"}
    good = b'{"items":[],"failures":[],"totals":{},"next":null}'

    judge.check("GET", f"/claims?ids={NOBODY}", (headers, b""), (200, json_type, good))
    assert (judge.requests, judge.replies) == ([], [])

    judge.check("GET", "/claims?ids=1", (headers, b""), (200, json_type, good))
    assert len(judge.requests) == 1
    for status, kind, body in (
        (200, "application/json", b'{"items":[],"failures":[],"totals":{}}'),
        (200, "application/json", b'{"items":[],"failures":[],"next":null}'),
        (200, "application/json", b'{"items":[],"failures":[],"totals":{"K1":-1},"next":null}'),
        (200, "application/json", b'{"items":[{"id":1.0}],"failures":[],"totals":{},"next":null}'),
        (200, "text/html", b"<html></html>"),
        (503, "application/problem+json", b'{"title":"Maintenance","code":"MAINTENANCE"}'),
        (202, "application/json", b""),
    ):
        judge.check("GET", f"/claims?ids={NOBODY}", (headers, b""), (status, {"Content-Type": kind}, body))
        assert len(judge.pardon()) == 1


@pytest.mark.parametrize("parts", ["", "timeline", "payouts,referral", "timeline,documents,referral,payouts"])
async def test_a_claim_holds_the_parts_asked_for(core: Bench, parts: str) -> None:
    expand = f"expand={parts}" if parts else ""
    for claim_id in claim_ids_of(DEMO):
        status, _, claim = await core.ask("GET", f"/claims/{claim_id}?{expand}")
        assert status == 200
        assert claim["id"] == claim_id
        assert claim.keys() & PARTS == set(filter(None, parts.split(",")))
    assert core.judge.exchanges == len(claim_ids_of(DEMO))


async def test_claims_come_by_each_kind_of_key(core: Bench) -> None:
    ids, numbers, policies = claim_ids_of(BULK)[:50], claim_numbers_of(BULK)[:50], policies_of(BULK)[:20]
    for parameter, keys in (("ids", ids), ("numbers", numbers), ("policyNumbers", policies)):
        _, _, page = await core.ask(
            "GET", f"/claims?{parameter}={','.join(keys)}&pageSize=100&expand=documents,timeline"
        )
        assert page["next"] is None
        assert list(page["totals"]) == list(keys)
        assert sum(page["totals"].values()) == len(page["items"])
        assert len(page["items"]) == (len(keys) if parameter != "policyNumbers" else len({*page_ids(page)}))
        assert page["items"]


async def test_pages_have_twenty_rows_unless_said_otherwise(core: Bench) -> None:
    reference = f"/claims?ids={','.join(claim_ids_of(BULK)[:50])}"
    seen: list[str] = []
    sizes = []
    while reference:
        _, _, page = await core.ask("GET", reference)
        seen += page_ids(page)
        sizes.append(len(page["items"]))
        assert sum(page["totals"].values()) == 50
        reference = page["next"]
    assert sizes == [20, 20, 10]
    assert sorted(seen) == sorted(claim_ids_of(BULK)[:50])


async def test_every_other_read_keeps_to_the_contract(core: Bench) -> None:
    claim_id = claim_ids_of(DEMO)[0]
    key, _ = a_file("application/pdf")
    for path in (
        f"/claims/{claim_id}/messages",
        f"/claims/{key.claim}/documents/{key.file_id}",
        "/repair-stations?near=%D0%A1%D0%B0%D0%BC%D0%B0%D1%80%D0%B0&pageSize=3",
        "/changes",
        "/changes?limit=100",
    ):
        status, _, _ = await core.ask("GET", path)
        assert status == 200
    assert (await core.ask("GET", "/ping"))[0] == 204
    assert core.judge.exchanges == 6


@pytest.mark.parametrize(
    "path, status, code",
    [
        ("/claims", 400, "INVALID_PARAMETER"),
        (f"/claims?ids={NOBODY}&numbers=CL-000000001", 400, "INVALID_PARAMETER"),
        ("/claims?ids=1", 400, "INVALID_PARAMETER"),
        (f"/claims?ids={','.join([NOBODY] * 51)}", 400, "TOO_MANY_KEYS"),
        (f"/claims?numbers={','.join(['CL-000000001'] * 51)}", 400, "TOO_MANY_KEYS"),
        (f"/claims?policyNumbers={','.join(['K1'] * 21)}", 400, "TOO_MANY_KEYS"),
        (f"/claims?ids={NOBODY}&sort=id", 400, "UNKNOWN_PARAMETER"),
        (f"/claims?ids={NOBODY}&expand=everything", 400, "INVALID_PARAMETER"),
        (f"/claims?ids={NOBODY}&pageSize=101", 400, "INVALID_PARAMETER"),
        (f"/claims?ids={NOBODY}&cursor=!", 400, "INVALID_PARAMETER"),
        (f"/claims/{NOBODY}", 404, "NOT_FOUND"),
        (f"/claims/{NOBODY}/messages", 404, "NOT_FOUND"),
        (f"/claims/{NOBODY}/documents/D1F1", 404, "NOT_FOUND"),
        ("/repair-stations", 400, "INVALID_PARAMETER"),
        ("/changes?limit=0", 400, "INVALID_PARAMETER"),
        (f"/jobs/{NOBODY}", 404, "NOT_FOUND"),
        ("/ping?x=1", 400, "UNKNOWN_PARAMETER"),
    ],
)
async def test_a_mistaken_request_is_refused(core: Bench, path: str, status: int, code: str) -> None:
    answered, _, problem = await core.ask("GET", path)
    assert (answered, problem["status"], problem["code"]) == (status, status, code)
    core.judge.requests.clear()


async def test_an_unknown_field_is_refused(core: Bench) -> None:
    for body, code in (
        (b'{"ids":["00000000-0000-4000-8000-000000000000"],"all":true}', "UNKNOWN_FIELD"),
        (b'{"ids":[1]}', "INVALID_PARAMETER"),
        (b'{"ids":[]}', "INVALID_PARAMETER"),
        (b"{", "INVALID_PARAMETER"),
    ):
        status, _, problem = await core.ask(
            "POST", "/changes/ack", headers={"Content-Type": "application/json"}, body=body
        )
        assert (status, problem["code"]) == (400, code)
    core.judge.requests.clear()


async def test_another_tenant_sees_nothing(core: Bench) -> None:
    claim_id = claim_ids_of(DEMO)[0]
    assert (await core.ask("GET", f"/claims/{claim_id}"))[0] == 200
    assert (await core.ask("GET", f"/claims/{claim_id}", client="fleet"))[0] == 404
    assert (await core.ask("GET", f"/claims/{claim_id}/messages", client="fleet"))[0] == 404
    _, _, page = await core.ask("GET", f"/claims?ids={claim_id}", client="fleet")
    assert page["items"] == []


@pytest.mark.parametrize("authorization", ["", "Bearer forged", "Basic Z2F0ZXdheTpnYXRld2F5LXNlY3JldA=="])
async def test_a_request_without_a_good_token_is_refused(core: Bench, authorization: str) -> None:
    status, headers, problem = await core.ask("GET", "/ping", headers={"Authorization": authorization})
    assert (status, problem["code"]) == (401, "INVALID_TOKEN")
    assert headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    core.judge.requests.clear()


async def test_a_token_expires() -> None:
    async with bench(extra={"token_life_s": 0}) as core:
        status, _, problem = await core.ask("GET", "/ping")
        assert (status, problem["code"]) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    "secret, form, status, error",
    [
        ("gateway-secret", "grant_type=client_credentials&scope=claims.read", 200, None),
        ("gateway-secret", "grant_type=password", 400, "unsupported_grant_type"),
        ("gateway-secret", "grant_type=client_credentials&scope=claims.write", 400, "invalid_scope"),
        ("gateway-secret", "grant_type=client_credentials&user=x", 400, "invalid_request"),
        ("guess", "grant_type=client_credentials", 401, "invalid_client"),
    ],
)
async def test_the_token_endpoint_keeps_to_its_standard(
    core: Bench, secret: str, form: str, status: int, error: str | None
) -> None:
    sent = {
        "Authorization": aiohttp.encode_basic_auth("gateway", secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with (
        aiohttp.ClientSession(core.handle.url) as session,
        session.post("/oauth/token", data=form.encode(), headers=sent) as reply,
    ):
        content = await reply.read()
        core.judge.check("POST", "/oauth/token", (sent, form.encode()), (reply.status, reply.headers, content))
        assert reply.status == status
        assert (await reply.json()).get("error") == error
    core.judge.requests.clear()


async def test_a_slow_answer_is_fetched_from_its_job() -> None:
    claim_id = claim_ids_of(DEMO)[0]
    prefer = {"Prefer": "wait=1, respond-async"}
    async with bench(extra={"job_ms": 60_000}) as core:
        status, headers, _ = await core.ask("GET", f"/claims?ids={claim_id}", headers=prefer)
        assert (status, headers["Retry-After"]) == (202, "60")
        again, _, _ = await core.ask("GET", headers["Location"])
        stranger, _, _ = await core.ask("GET", headers["Location"], client="fleet")
        assert (again, stranger) == (202, 404)
    async with bench(extra={"job_ms": 0}) as core:
        status, headers, _ = await core.ask("GET", f"/claims?ids={claim_id}", headers=prefer)
        done, _, page = await core.ask("GET", headers["Location"])
        assert (status, done) == (202, 200)
        assert page_ids(page) == [claim_id]


async def test_more_requests_than_allowed_at_once_are_told_to_wait() -> None:
    async with bench() as core:
        core.handle.simulator.latency_ms["ping"] = 400
        replies = await asyncio.gather(*(core.ask("GET", "/ping") for _ in range(MAX_AT_ONCE + 6)))
        refused = [headers["Retry-After"] for status, headers, _ in replies if status == 429]
        assert refused == ["1"] * 6


async def test_announced_failures_keep_to_the_contract(core: Bench) -> None:
    claim_id = claim_ids_of(DEMO)[0]
    for fault, status in (
        (Fault.MAINTENANCE, 503),
        (Fault.HTTP_500, 500),
        (Fault.HTTP_502, 502),
        (Fault.HTTP_503, 503),
        (Fault.HTTP_504, 504),
        (Fault.TOO_MANY_REQUESTS, 429),
        (Fault.EXPIRED_TOKEN, 401),
        (Fault.PARTIAL_BATCH, 200),
    ):
        core.handle.switchboard.set(Switch(fault, "listClaims"))
        answered, _, _ = await core.ask("GET", f"/claims?ids={claim_id}")
        assert answered == status
        core.handle.switchboard.clear()


async def test_a_node_without_a_database_sends_a_problem_under_200(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.IN_BAND_ERROR))
    claim_id = claim_ids_of(DEMO)[0]
    for path in (
        "/ping",
        f"/claims/{claim_id}",
        f"/claims?ids={claim_id}",
        f"/claims/{claim_id}/documents/D1F1",
        "/changes",
    ):
        status, headers, problem = await core.ask("GET", path)
        assert (status, headers["Content-Type"], problem["code"]) == (200, "application/problem+json", "DATABASE_DOWN")


def page_ids(page: Any) -> list[str]:
    return [row["id"] for row in page["items"]]

"""Every bad input has its code and its status, and leaves nothing of itself in the log."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dev.tokens import DemoIssuer
from domain.errors import Source, SourceUnavailable
from gateway.settings import Limits
from tests.unit.gateway.world import CLIENT, World

GRAPHQL = "application/graphql-response+json"
PERSONAL = "Калинина-79161234567"
"""Stands for personal data; must never be in the log."""

TYPENAME = {"query": "{ __typename }"}
ALIASES = " ".join(f"a{n}: __typename" for n in range(70))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"query": "{ __typename }"',
        f'{{"query": {PERSONAL}'.encode(),
        b'{"query": "\xd0"}',
        b'{"query": "\\ud800"}',
        b"[" * 5000,
        b"{'query': 'single quotes'}",
        '{"query": "utf-16"}'.encode("utf-16"),
    ],
)
async def test_broken_json(world: World, body: bytes) -> None:
    async with world.gateway() as client:
        reply = await client.post(body)
    assert (reply.status, reply.codes) == (400, ["MALFORMED_JSON"])
    assert PERSONAL not in world.log


async def test_a_batch(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.post([TYPENAME, TYPENAME])
    assert (reply.status, reply.codes) == (400, ["BATCHING_NOT_SUPPORTED"])


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": ""},
        {"content_type": "text/plain"},
        {"content_type": "application/graphql"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "application/json; charset=windows-1251"},
        {"content_encoding": "gzip"},
    ],
    ids=str,
)
async def test_a_body_of_another_type(world: World, headers: dict[str, str]) -> None:
    async with world.gateway() as client:
        reply = await client.post(TYPENAME, **headers)
    assert (reply.status, reply.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("announced", ["", "2097152"], ids=["chunked", "announced"])
async def test_a_body_of_two_megabytes(world: World, announced: str) -> None:
    piece = b" " * (64 * 1024)
    async with world.gateway() as client:
        headers = {"content_type": "application/json", "content_length": announced}
        reply = await client.send("POST", "/graphql", [piece] * 32, headers=headers)
    assert (reply.status, reply.codes) == (413, ["BODY_TOO_LARGE"])
    assert reply.json["errors"][0]["extensions"]["limit"] == 1024 * 1024
    assert reply.headers["connection"] == "close"


@pytest.mark.parametrize(
    "over", [{"content_length": str(10**12)}, {"content_length": "2097152", "expect": "100-continue"}]
)
async def test_a_body_announced_as_hopeless_is_not_read(world: World, over: dict[str, str]) -> None:
    pieces = [b"never", b"read"]
    async with world.gateway() as client:
        reply = await client.send("POST", "/graphql", pieces, headers={"content_type": "application/json", **over})
    assert reply.status == 413


async def test_a_body_that_never_ends_is_given_up(world: World) -> None:
    async with world.gateway() as client:
        pieces = [b" " * 2**20] * 64
        reply = await client.send("POST", "/graphql", pieces, headers={"content_type": "application/json"})
    assert reply.status == 413


async def test_a_body_of_just_the_limit_is_taken(world: World) -> None:
    body = b'{"query": "{ __typename }"}'
    async with world.gateway(limits=Limits(max_body_bytes=1024)) as client:
        taken = await client.post(body.ljust(1024))
        refused = await client.post(body.ljust(1025))
    assert (taken.status, refused.status) == (200, 413)


async def test_an_address_longer_than_a_body_may_be(world: World) -> None:
    async with world.gateway(limits=Limits(max_body_bytes=1024)) as client:
        reply = await client.get("/graphql", {"query": "{ __typename }", "variables": " " * 1024})
    assert (reply.status, reply.codes) == (413, ["BODY_TOO_LARGE"])


async def test_variables_nested_as_deep_as_json_goes(world: World) -> None:
    deep = b"[" * 1000 + b"]" * 1000
    body = b'{"query": "query ($id: ID!) { node(id: $id) { id } }", "variables": {"id": ' + deep + b"}}"
    async with world.gateway() as client:
        reply = await client.post(body, accept=GRAPHQL, authorization=world.bearer())
    assert (reply.status, reply.codes) == (400, ["BAD_USER_INPUT"])


async def test_a_body_that_does_not_come(world: World) -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    async with world.gateway(limits=Limits(body_timeout_s=0.1)) as client:
        scope = client._scope("POST", "/graphql", "", [(b"content-type", b"application/json")])
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await client._app(scope, never, send)
    assert sent[0]["status"] == 408
    assert b"BODY_TIMEOUT" in sent[1]["body"]


async def test_a_syntax_error_says_where(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.post({"query": "{\n  viewer {"})
    [error] = reply.json["errors"]
    assert error["message"].startswith("Syntax Error: Expected Name")
    assert error["locations"] == [{"line": 2, "column": 11}]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("{ a " * 30 + "}" * 30, "DOCUMENT_TOO_DEEP", id="deep"),
        pytest.param("{" + " a" * 5000 + "}", "DOCUMENT_TOO_LONG", id="long"),
        pytest.param("{" + "#\n" * 5000 + "a }", "DOCUMENT_TOO_LONG", id="comments"),
        pytest.param("{ viewer {" + " id" * 2500 + "} }", "DOCUMENT_TOO_WIDE", id="wide"),
        pytest.param("{" + ALIASES + "}", "DOCUMENT_HAS_TOO_MANY_ALIASES", id="aliases"),
        pytest.param("{" + " __typename" * 30 + "}", "DOCUMENT_HAS_TOO_MANY_ROOT_FIELDS", id="root fields"),
        pytest.param(
            "{ __schema {" + "types {" * 30 + " name" + "}" * 32, "INTROSPECTION_TOO_DEEP", id="introspection"
        ),
        pytest.param("{ node(id: " + "[" * 1900 + "]" * 1900 + ") { id } }", "DOCUMENT_TOO_DEEP", id="nested lists"),
        pytest.param("{ a" * 1500 + "}" * 1500, "DOCUMENT_TOO_DEEP", id="deeper than the parser goes"),
    ],
)
async def test_documents_over_a_limit(world: World, query: str, code: str) -> None:
    async with world.gateway() as client:
        old = await client.post({"query": query})
        new = await client.post({"query": query}, accept=GRAPHQL)
    assert (old.status, new.status) == (200, 400)
    assert code in new.codes
    assert old.codes == new.codes
    assert isinstance(new.json["errors"][0]["extensions"]["limit"], int)


async def test_what_is_wrong_with_a_document_is_told_but_not_logged(world: World) -> None:
    request = {
        "query": 'query Own($id: ID!) { node(id: $id) { id } policy(number: 1) { id } x(y: "' + PERSONAL + '") }',
        "variables": {"id": PERSONAL},
    }
    async with world.gateway() as client:
        invalid = await client.post(request)
        wrong = await client.post(
            {"query": "query Own($id: ID!) { node(id: $id) { id } }", "variables": {"id": [PERSONAL, 1, {}]}},
            authorization=world.bearer(),
        )
    assert PERSONAL in wrong.json["errors"][0]["message"]
    assert set(invalid.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    assert PERSONAL not in world.log
    [first, _second] = world.lines("operation refused")
    assert first["codes"] == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize("id_", ["", "abc", "Tm90QVR5cGU6MQ", "UG9saWN5OjEwMA==", "😀", "x" * 5000])
async def test_ids_that_name_nothing_are_nothing(world: World, id_: str) -> None:
    request = {"query": "query ($id: ID!) { node(id: $id) { id } }", "variables": {"id": id_}}
    async with world.gateway() as client:
        reply = await client.post(request, authorization=world.bearer(CLIENT))
    assert reply.status == 200
    assert reply.json["data"] == {"node": {"id": "UG9saWN5OjEwMA"} if id_.startswith("UG9") else None}


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("Bearer nonsense", "TOKEN_INVALID"),
        ("Bearer ", "TOKEN_INVALID"),
        ("Bearer a.b.c", "TOKEN_INVALID"),
        ("Bearer " + "x" * 100_000, "TOKEN_INVALID"),
        ("Basic dXNlcjpwYXNz", "TOKEN_INVALID"),
        ("nonsense", "TOKEN_INVALID"),
    ],
)
async def test_a_wrong_authorization_header(world: World, authorization: str, code: str) -> None:
    async with world.gateway() as client:
        reply = await client.post(TYPENAME, authorization=authorization)
    assert (reply.status, reply.codes) == (401, [code])
    assert reply.headers["www-authenticate"] == 'Bearer error="invalid_token", error_description="TOKEN_INVALID"'
    assert "dXNlcjpwYXNz" not in world.log
    assert "x" * 100 not in world.log


async def test_an_expired_token_and_a_forged_one(world: World) -> None:
    forged = DemoIssuer(key=DemoIssuer().key)
    async with world.gateway() as client:
        expired = await client.post(TYPENAME, authorization=world.bearer(ttl_s=-100))
        foreign = await client.post(TYPENAME, authorization=f"Bearer {forged.token(CLIENT)}")
    assert (expired.status, expired.codes) == (401, ["TOKEN_EXPIRED"])
    assert expired.headers["www-authenticate"] == 'Bearer error="invalid_token", error_description="TOKEN_EXPIRED"'
    assert (foreign.status, foreign.codes) == (401, ["TOKEN_INVALID"])
    reasons = [line["reason"] for line in world.lines("error told")]
    assert reasons == ["expired", "unknown key"]


async def test_unknown_paths_and_methods(world: World) -> None:
    async with world.gateway() as client:
        nowhere = await client.get(f"/{PERSONAL}")
        wrong = await client.post({}, path="/healthz")
    assert (nowhere.status, nowhere.codes) == (404, ["NOT_FOUND"])
    assert (wrong.status, wrong.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert PERSONAL not in world.log
    assert [line["route"] for line in world.lines("request")] == ["unmatched", "/healthz"]


async def test_nothing_of_a_good_request_is_logged_in_full_either(world: World) -> None:
    down = SourceUnavailable(Source.CLAIMS_CORE, "getRepairStations", "HTTP 503", retry_after_s=7)
    world.reads.fail("repair_stations", down)
    token = world.token()
    query = "query Stations($city: String!) { repairStations(city: $city) { name } }"
    async with world.gateway() as client:
        reply = await client.post(
            {"query": query, "variables": {"city": PERSONAL}},
            authorization=f"Bearer {token}",
            x_client_name="web",
            x_client_version="1.2.3",
            x_request_id="from-the-balancer-1",
            cookie=PERSONAL.encode().hex(),
        )
    assert reply.status == 200
    assert reply.headers["x-request-id"] == "from-the-balancer-1"
    for secret in (PERSONAL, PERSONAL.encode().hex(), token, "repairStations(", "client-1"):
        assert secret not in world.log
    [line] = world.lines("request")
    kept = ("route", "status", "request_id", "client", "client_version", "viewer", "graphql_operation", "graphql_type")
    assert {name: line[name] for name in kept} == {
        "route": "/graphql",
        "status": 200,
        "request_id": "from-the-balancer-1",
        "client": "web",
        "client_version": "1.2.3",
        "viewer": "client",
        "graphql_operation": "Stations",
        "graphql_type": "query",
    }
    assert len(line["graphql_document"]) == 16


@pytest.mark.parametrize("given", ["a b", "x" * 65, "\u044f", '"}', ""])
async def test_a_request_id_that_could_spoil_the_log_is_replaced(world: World, given: str) -> None:
    async with world.gateway() as client:
        reply = await client.post(TYPENAME, x_request_id=given)
    assert len(reply.headers["x-request-id"]) == 32
    assert [line["request_id"] for line in world.lines("request")] == [reply.headers["x-request-id"]]

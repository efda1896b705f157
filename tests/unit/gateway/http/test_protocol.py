"""GraphQL over HTTP, request by request; ids in brackets are those of the graphql-http server audits."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.http.replies import VARY
from tests.unit.gateway.world import World

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
TYPENAME = {"query": "{ __typename }"}
NAMED = "query Name($name: String!) { __type(name: $name) { name } }"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        pytest.param(GRAPHQL, GRAPHQL, id="22EB"),
        pytest.param(JSON, JSON, id="4655"),
        pytest.param("*/*", JSON, id="47DE"),
        pytest.param("", JSON, id="80D8 none"),
        pytest.param(f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL, id="preferred by quality"),
        pytest.param(f"{GRAPHQL};q=0.1, {JSON}", JSON, id="disliked by quality"),
        pytest.param(f"{JSON}, {GRAPHQL}", JSON, id="first of equals"),
        pytest.param(f"{GRAPHQL}, */*;q=0.1", GRAPHQL, id="named before any"),
        pytest.param(f"{JSON};q=0, {GRAPHQL}", GRAPHQL, id="refused by quality"),
        pytest.param("text/html, application/*;q=0.8", JSON, id="half a range"),
        pytest.param("Application/JSON; charset=utf-8", JSON, id="in any case, with a parameter"),
    ],
)
async def test_the_media_type_is_negotiated(world: World, accept: str, answered: str) -> None:
    async with world.gateway() as client:
        reply = await client.post(TYPENAME, accept=accept)
    assert reply.status == 200
    assert reply.headers["content-type"] == f"{answered}; charset=utf-8"
    assert reply.json == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "nonsense", ",", "application/json;q=x"])
async def test_a_client_that_takes_no_json_is_told_so(world: World, accept: str) -> None:
    async with world.gateway() as client:
        reply = await client.post(TYPENAME, accept=accept)
    assert (reply.status, reply.codes) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'application/json; charset="UTF-8"']
)
async def test_json_bodies_are_utf8(world: World, content_type: str) -> None:
    query = '{ __type(name: "Run🏃Swim🏊") { name } }'
    async with world.gateway() as client:
        reply = await client.post({"query": query}, content_type=content_type)
    assert (reply.status, reply.json) == (200, {"data": {"__type": None}})


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(TYPENAME, id="34A2 13EE"),
        pytest.param({"query": "query Query { __typename }", "operationName": "Query"}, id="8161 B8B3"),
        pytest.param({**TYPENAME, "variables": None}, id="94B0 0220"),
        pytest.param({**TYPENAME, "operationName": None}, id="94B1 0221"),
        pytest.param({**TYPENAME, "extensions": None}, id="94B2 0222"),
        pytest.param({**TYPENAME, "extensions": {"some": "value"}}, id="428F 1B7A"),
        pytest.param({**TYPENAME, "operationName": ""}, id="an empty name is none"),
    ],
)
async def test_parameters_that_are_taken(world: World, accept: str, request_: dict[str, Any]) -> None:
    async with world.gateway() as client:
        reply = await client.post(request_, accept=accept)
    assert (reply.status, reply.json) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_variables_reach_the_operation(world: World, accept: str) -> None:
    async with world.gateway() as client:
        reply = await client.post({"query": NAMED, "variables": {"name": "Policy"}}, accept=accept)
    assert (reply.status, reply.json) == (200, {"data": {"__type": {"name": "Policy"}}})


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize(
    ("request_", "parameter"),
    [
        pytest.param({"notquery": "{ __typename }"}, "query", id="423L 8764 3E3A"),
        *[({"query": wrong}, "query") for wrong in ({"obj": "ect"}, 0, False, ["array"], None)],
        *[({**TYPENAME, "operationName": wrong}, "operationName") for wrong in ({"obj": "ect"}, 0, False, ["array"])],
        *[({**TYPENAME, "variables": wrong}, "variables") for wrong in ("string", 0, False, ["array"])],
        *[({**TYPENAME, "extensions": wrong}, "extensions") for wrong in ("string", 0, False, ["array"])],
        ("a string", "query"),
        (None, "query"),
    ],
)
async def test_parameters_of_a_wrong_type_are_named(world: World, accept: str, request_: Any, parameter: str) -> None:
    async with world.gateway() as client:
        reply = await client.post(request_, accept=accept)
    assert (reply.status, reply.codes) == (400, ["MALFORMED_REQUEST"])
    assert reply.json["errors"][0]["extensions"]["parameter"] == parameter
    assert reply.headers["content-type"] == f"{accept}; charset=utf-8"


async def test_get_takes_a_query_and_its_variables(world: World) -> None:
    async with world.gateway() as client:
        bare = await client.get("/graphql", {"query": "{ __typename }"})
        full = await client.get("/graphql", {"query": NAMED, "operationName": "Name", "variables": '{"name": "Claim"}'})
    assert (bare.status, bare.json) == (200, {"data": {"__typename": "Query"}})
    assert (full.status, full.json) == (200, {"data": {"__type": {"name": "Claim"}}})


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_get_takes_no_mutation(world: World, accept: str) -> None:
    async with world.gateway() as client:
        reply = await client.get("/graphql", {"query": "mutation { __typename }"}, accept=accept)
    assert (reply.status, reply.codes, reply.headers["allow"]) == (405, ["METHOD_NOT_ALLOWED"], "POST")


@pytest.mark.parametrize("name", ["variables", "extensions"])
async def test_get_tells_which_parameter_is_not_json(world: World, name: str) -> None:
    async with world.gateway() as client:
        reply = await client.get("/graphql", {"query": "{ __typename }", name: "{"})
    assert (reply.status, reply.codes) == (400, ["MALFORMED_JSON"])
    assert reply.json["errors"][0]["extensions"]["parameter"] == name


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"])
async def test_other_methods_are_refused(world: World, method: str) -> None:
    async with world.gateway() as client:
        reply = await client.send(method, "/graphql", [])
    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("{", "GRAPHQL_PARSE_FAILED", id="572B 865D 556A D586"),
        pytest.param("", "GRAPHQL_PARSE_FAILED", id="empty"),
        pytest.param("not graphql", "GRAPHQL_PARSE_FAILED", id="prose"),
        pytest.param("{ a8f31403dfe404bccbb0 }", "GRAPHQL_VALIDATION_FAILED", id="FDE2 51FE 74FF 5E5B"),
        pytest.param("mutation { a8f31403dfe404bccbb0 }", "GRAPHQL_VALIDATION_FAILED", id="no such mutation"),
        pytest.param("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED", id="no subscriptions"),
        pytest.param("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE", id="which"),
        pytest.param("fragment F on Query { __typename }", "OPERATION_RESOLUTION_FAILURE", id="none"),
    ],
)
async def test_an_operation_that_cannot_run_has_its_status_by_media_type(world: World, query: str, code: str) -> None:
    async with world.gateway() as client:
        old = await client.post({"query": query}, accept=JSON)
        new = await client.post({"query": query}, accept=GRAPHQL)
    assert (old.status, new.status) == (200, 400)
    assert old.codes == new.codes == [code]
    assert "data" not in old.json
    assert "data" not in new.json


@pytest.mark.parametrize(
    "variables", [{"id": None}, {}, {"id": {"nested": 1}}, {"id": 3.5}, {"id": True}, None], ids=str
)
async def test_variables_that_do_not_fit_have_their_status_by_media_type(
    world: World, variables: dict[str, Any] | None
) -> None:
    request = {"query": "query Coerce($id: ID!) { node(id: $id) { id } }", "variables": variables}
    async with world.gateway() as client:
        old = await client.post(request, accept=JSON, authorization=world.bearer())
        new = await client.post(request, accept=GRAPHQL, authorization=world.bearer())
    assert (old.status, new.status) == (200, 400)
    assert old.codes == new.codes == ["BAD_USER_INPUT"]
    assert "data" not in new.json


async def test_an_unknown_operation_name_is_told_in_the_readers_language(world: World) -> None:
    request = {"query": "query A { __typename }", "operationName": "B"}
    async with world.gateway() as client:
        russian = await client.post(request, accept=GRAPHQL)
        english = await client.post(request, accept=GRAPHQL, accept_language="en-GB,ru;q=0.5")
    assert (russian.status, russian.codes) == (400, ["OPERATION_RESOLUTION_FAILURE"])
    assert russian.json["errors"][0]["message"].startswith("В документе нет такой операции")
    assert english.json["errors"][0]["message"].startswith("The document has no operation of this name")
    assert (russian.headers["content-language"], english.headers["content-language"]) == ("ru", "en")


async def test_answers_are_kept_by_nobody_and_vary(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.get("/graphql", {"query": "{ __typename }"})
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["vary"] == VARY
    assert reply.headers["x-content-type-options"] == "nosniff"

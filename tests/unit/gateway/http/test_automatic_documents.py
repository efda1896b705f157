"""Automatic persisted queries: a hash first, its document once, the hash alone from then on."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.settings import DocumentMode, DocumentSettings, Limits
from tests.unit.gateway.asgi import Client, Reply
from tests.unit.gateway.documents.lists import apollo, placed, sha256
from tests.unit.gateway.world import World

TEXT = "query Name { __typename }"
ANSWER = {"data": {"__typename": "Query"}}


def extensions(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}


async def by_post(client: Client, text: str, *, with_text: bool, **more: Any) -> Reply:
    sent = {"query": text} if with_text else {}
    return await client.post({**sent, "extensions": extensions(text), **more})


async def by_get(client: Client, text: str, *, with_text: bool) -> Reply:
    sent = {"query": text} if with_text else {}
    return await client.get("/graphql", {**sent, "extensions": orjson.dumps(extensions(text)).decode()})


@pytest.mark.parametrize("register", [by_post, by_get])
@pytest.mark.parametrize("ask", [by_post, by_get])
async def test_the_protocol(world: World, register: Any, ask: Any) -> None:
    async with world.gateway() as client:
        first = await ask(client, TEXT, with_text=False)
        second = await register(client, TEXT, with_text=True)
        third = await ask(client, TEXT, with_text=False)
    [error] = first.json["errors"]
    assert error == {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    assert (first.status, first.headers["cache-control"]) == (200, "no-store")
    assert second.json == third.json == ANSWER


async def test_the_drafts_form_finds_it_too(world: World) -> None:
    async with world.gateway() as client:
        await client.post({"documentId": f"sha256:{sha256(TEXT)}", "query": TEXT})
        reply = await client.post({"documentId": f"sha256:{sha256(TEXT)}"})
    assert reply.json == ANSWER


async def test_variables_and_operation_come_with_each_request(world: World) -> None:
    text = "query A($name: String!) { __type(name: $name) { name } } query B { __typename }"
    async with world.gateway() as client:
        await by_post(client, text, with_text=True, operationName="B")
        reply = await by_post(client, text, with_text=False, operationName="A", variables={"name": "Claim"})
    assert reply.json == {"data": {"__type": {"name": "Claim"}}}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ viewer { client { profile { name { full } } } } }", "DOCUMENT_TOO_DEEP"),
        ("fragment F on Query { __typename }", "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_what_could_not_be_run_is_not_kept(world: World, text: str, code: str) -> None:
    async with world.gateway(limits=Limits(max_depth=4)) as client:
        refused = await by_post(client, text, with_text=True)
        again = await by_post(client, text, with_text=False)
        metrics = (await client.get("/metrics")).body
    assert (refused.codes, again.codes) == ([code], ["PERSISTED_QUERY_NOT_FOUND"])
    assert b"gateway_automatic_document_bytes 0.0" in metrics


async def test_memory_is_bounded(world: World) -> None:
    texts = [f"query N{number} {{ __typename }}" for number in range(10)]
    settings = DocumentSettings(automatic_bytes=3 * len(texts[0]))
    async with world.gateway(documents=settings) as client:
        for text in texts:
            await by_post(client, text, with_text=True)
        kept = [(await by_post(client, text, with_text=False)).json == ANSWER for text in texts]
        metrics = (await client.get("/metrics")).body.decode()
    assert kept == [False] * 7 + [True] * 3
    assert f"gateway_automatic_document_bytes {float(3 * len(texts[0]))}" in metrics


async def test_where_nothing_is_kept_clients_are_told_to_stop_asking(world: World) -> None:
    async with world.gateway(documents=DocumentSettings(automatic_bytes=0)) as client:
        asked = await by_post(client, TEXT, with_text=False)
        sent = await by_post(client, TEXT, with_text=True)
        again = await by_post(client, TEXT, with_text=False)
    assert asked.codes == again.codes == ["PERSISTED_QUERY_NOT_SUPPORTED"]
    assert asked.json["errors"][0]["message"] == "PersistedQueryNotSupported"
    assert sent.json == ANSWER


async def test_with_lists_they_go_on_asking_since_other_ids_are_known(world: World, tmp_path: Any) -> None:
    folder = placed(tmp_path / "lists", {"web/1.json": apollo(TEXT)})
    async with world.gateway(documents=DocumentSettings(manifests=folder, automatic_bytes=0)) as client:
        reply = await by_post(client, "{ __typename }", with_text=False)
    assert reply.codes == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_nothing_is_left_by_clients_where_only_lists_count(world: World, tmp_path: Any) -> None:
    folder = placed(tmp_path / "lists", {"web/1.json": apollo("{ viewer { kind } }")})
    settings = DocumentSettings(mode=DocumentMode.ONLY_TRUSTED, manifests=folder)
    async with world.gateway(documents=settings) as client:
        for with_text in (True, False):
            reply = await by_post(client, TEXT, with_text=with_text)
            assert reply.codes == ["DOCUMENT_NOT_TRUSTED"]
        metrics = (await client.get("/metrics")).body
    assert b"gateway_automatic_document_bytes 0.0" in metrics

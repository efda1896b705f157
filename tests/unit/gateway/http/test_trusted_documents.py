"""Which documents are run: by the lists of applications, their versions and days, in each mode."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.clock import today
from gateway.http.media_type import MediaType
from gateway.settings import DocumentMode, DocumentSettings, SettingsError
from tests.unit.gateway.asgi import Client, Reply
from tests.unit.gateway.documents.lists import apollo, md5, placed, relay, sha256
from tests.unit.gateway.world import World

LISTED = "query Listed { __typename }"
OTHER = "query Other { __typename }"
OLD = "query Old { __typename }"
UNLISTED = "query Unlisted { __typename }"
ANSWER = {"data": {"__typename": "Query"}}
EVERY_MODE = list(DocumentMode)


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Path:
    """Lists of a web page with two versions, the first retired yesterday, and of a phone's."""
    yesterday = today(world.clock) - timedelta(days=1)
    files: dict[str, bytes | dict[str, Any]] = {
        "web/1.json": apollo(OLD, LISTED),
        "web/2.json": apollo(LISTED),
        "web/index.json": {"versions": {"1": {"lastDay": yesterday.isoformat()}}},
        "mobile/1.json": relay(OTHER),
    }
    return placed(tmp_path / "lists", files)


def settings(folder: Path, mode: DocumentMode, **changed: Any) -> DocumentSettings:
    return DocumentSettings(mode=mode, manifests=folder, **changed)


def by_hash(hash_: str, text: str | None = None) -> dict[str, Any]:
    """Return a request in Apollo's form."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hash_}}
    return {"extensions": extensions} if text is None else {"query": text, "extensions": extensions}


async def verdicts(client: Client) -> set[str]:
    metrics = (await client.get("/metrics")).body.decode()
    return {
        line.partition("{")[2].partition("}")[0]
        for line in metrics.splitlines()
        if line.startswith("gateway_documents_t")
    }


def outcome(reply: Reply) -> Any:
    return ANSWER if reply.json == ANSWER else reply.codes[0]


@pytest.mark.parametrize("mode", EVERY_MODE)
@pytest.mark.parametrize(
    ("request_", "headers", "expected"),
    [
        pytest.param(by_hash(sha256(LISTED)), {}, ANSWER, id="apollo"),
        pytest.param({"documentId": f"sha256:{sha256(LISTED)}"}, {}, ANSWER, id="sha256: of the draft"),
        pytest.param({"documentId": sha256(LISTED)}, {}, ANSWER, id="bare"),
        pytest.param({"documentId": md5(OTHER)}, {}, ANSWER, id="relay's md5"),
        pytest.param(
            {"documentId": sha256(LISTED), **by_hash(sha256(LISTED), LISTED)}, {}, ANSWER, id="everything at once"
        ),
        pytest.param({"documentId": md5(OTHER), "query": OTHER}, {}, ANSWER, id="a listed id with its document"),
        pytest.param({"query": LISTED}, {}, ANSWER, id="listed text"),
        pytest.param({"documentId": md5(OTHER)}, {"x_client_name": "mobile"}, ANSWER, id="of the application"),
        pytest.param(by_hash(sha256(OLD)), {}, "DOCUMENT_RETIRED", id="retired"),
        pytest.param(
            by_hash(sha256(LISTED)),
            {"x_client_name": "web", "x_client_version": "1"},
            "DOCUMENT_RETIRED",
            id="of a retired version, although another lists it",
        ),
        pytest.param(by_hash(sha256(LISTED), OTHER), {}, "PERSISTED_QUERY_HASH_MISMATCH", id="another document"),
        pytest.param(by_hash(sha256(UNLISTED), LISTED), {}, "PERSISTED_QUERY_HASH_MISMATCH", id="another hash"),
        pytest.param({"documentId": md5(OTHER), "query": LISTED}, {}, "PERSISTED_QUERY_HASH_MISMATCH", id="another id"),
        pytest.param({"documentId": md5(LISTED), "query": LISTED}, {}, "PERSISTED_QUERY_HASH_MISMATCH", id="no sha256"),
        pytest.param({"documentId": ""}, {}, "MALFORMED_REQUEST", id="no id"),
        pytest.param({"documentId": 5}, {}, "MALFORMED_REQUEST", id="no text"),
        pytest.param({"documentId": "a", **by_hash("b")}, {}, "MALFORMED_REQUEST", id="two ids"),
        pytest.param({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}}, {}, "MALFORMED_REQUEST"),
        pytest.param({"extensions": {"persistedQuery": {"version": 1}}}, {}, "MALFORMED_REQUEST"),
        pytest.param({"query": LISTED, "extensions": {"persistedQuery": "a"}}, {}, "MALFORMED_REQUEST"),
    ],
)
async def test_in_every_mode(
    world: World, folder: Path, mode: DocumentMode, request_: Any, headers: dict[str, str], expected: Any
) -> None:
    async with world.gateway(documents=settings(folder, mode)) as client:
        reply = await client.post(request_, **headers)
    assert outcome(reply) == expected


@pytest.mark.parametrize(
    ("request_", "headers", "open_", "strict"),
    [
        ({"query": UNLISTED}, {}, ANSWER, "DOCUMENT_NOT_TRUSTED"),
        (by_hash(sha256(UNLISTED), UNLISTED), {}, ANSWER, "DOCUMENT_NOT_TRUSTED"),
        (by_hash(sha256(UNLISTED)), {}, "PERSISTED_QUERY_NOT_FOUND", "DOCUMENT_NOT_TRUSTED"),
        ({"query": OLD}, {}, ANSWER, "DOCUMENT_RETIRED"),
        ({"query": LISTED}, {"x_client_name": "mobile"}, ANSWER, "DOCUMENT_NOT_TRUSTED"),
        (
            {"documentId": sha256(LISTED)},
            {"x_client_name": "mobile"},
            "PERSISTED_QUERY_NOT_FOUND",
            "DOCUMENT_NOT_TRUSTED",
        ),
        ({"query": LISTED}, {"x_client_name": "desk"}, ANSWER, "DOCUMENT_NOT_TRUSTED"),
        ({"query": LISTED}, {"x_client_name": "not a name"}, ANSWER, "DOCUMENT_NOT_TRUSTED"),
        ({"query": "{"}, {}, "GRAPHQL_PARSE_FAILED", "DOCUMENT_NOT_TRUSTED"),
    ],
)
async def test_what_is_on_no_list_depends_on_the_mode(
    world: World, folder: Path, request_: Any, headers: dict[str, str], open_: Any, strict: Any
) -> None:
    found = []
    for mode in EVERY_MODE:
        async with world.gateway(documents=settings(folder, mode)) as client:
            found.append(outcome(await client.post(request_, **headers)))
    assert found == [open_, open_, strict]


async def test_by_get_too(world: World, folder: Path) -> None:
    async with world.gateway(documents=settings(folder, DocumentMode.ONLY_TRUSTED)) as client:
        named = await client.get("/graphql", {"documentId": f"sha256:{sha256(LISTED)}"})
        hashed = await client.get(
            "/graphql", {"extensions": orjson.dumps(by_hash(sha256(LISTED))["extensions"]).decode()}
        )
        strange = await client.get("/graphql", {"documentId": "strange"})
    assert (named.json, hashed.json, strange.codes) == (ANSWER, ANSWER, ["DOCUMENT_NOT_TRUSTED"])


async def test_a_document_that_is_not_run_has_its_status_by_media_type(world: World, folder: Path) -> None:
    async with world.gateway(documents=settings(folder, DocumentMode.ONLY_TRUSTED)) as client:
        old = await client.post({"query": UNLISTED}, accept=MediaType.JSON)
        new = await client.post({"query": UNLISTED}, accept=MediaType.GRAPHQL)
    assert (old.status, new.status) == (200, 400)
    assert "data" not in new.json
    assert len(new.json["errors"]) == 1
    assert new.headers["cache-control"] == "no-store"


async def test_a_retired_version_says_since_when(world: World, folder: Path) -> None:
    async with world.gateway(documents=settings(folder, DocumentMode.OPEN)) as client:
        reply = await client.post({"documentId": sha256(OLD)}, accept_language="en")
    yesterday = today(world.clock) - timedelta(days=1)
    assert reply.json["errors"] == [
        {
            "message": "This version of the application is no longer served. Update it.",
            "extensions": {"code": "DOCUMENT_RETIRED", "lastDay": yesterday.isoformat()},
        }
    ]


async def test_a_version_retires_at_midnight_in_moscow_without_a_restart(world: World, folder: Path) -> None:
    last_day = today(world.clock)
    placed(folder, {"web/index.json": {"versions": {"1": {"lastDay": last_day.isoformat()}}}})
    async with world.gateway(documents=settings(folder, DocumentMode.OPEN)) as client:
        before = await client.post({"documentId": sha256(OLD)})
        while today(world.clock) == last_day:
            world.clock.advance(3600)
        after = await client.post({"documentId": sha256(OLD)})
    assert (outcome(before), outcome(after)) == (ANSWER, "DOCUMENT_RETIRED")


async def test_what_is_on_no_list_is_written_down_by_its_hash(world: World, folder: Path) -> None:
    async with world.gateway(documents=settings(folder, DocumentMode.LOG_UNKNOWN)) as client:
        await client.post({"query": LISTED})
        await client.post({"query": UNLISTED}, x_client_name="mobile", x_client_version="7")
        found = await verdicts(client)
    [line] = world.lines("document of no list")
    assert line["graphql_document"] == sha256(UNLISTED)[:16]
    assert (line["client"], line["client_version"], line["level"]) == ("mobile", "7", "warning")
    assert "Unlisted" not in str(line)
    assert found == {'form="text",verdict="trusted"', 'form="text",verdict="unlisted"'}


async def test_refusals_are_counted_by_their_kind(world: World, folder: Path) -> None:
    async with world.gateway(documents=settings(folder, DocumentMode.ONLY_TRUSTED)) as client:
        for request in ({"documentId": "a"}, {"query": UNLISTED}, {"query": OLD}, by_hash("a", LISTED)):
            await client.post(request)
        found = await verdicts(client)
    assert found == {
        f'form="{form}",verdict="{verdict}"'
        for form, verdict in [("id", "refused"), ("text", "refused"), ("text", "retired"), ("text", "mismatch")]
    }


@pytest.mark.parametrize(
    "query", ["{", "{ nothing }", "fragment F on Query { __typename }", "{ " + "a: __typename " * 99 + "}"]
)
async def test_a_list_with_a_document_that_could_not_be_run_refuses_the_start(
    world: World, folder: Path, query: str
) -> None:
    placed(folder, {"web/3.json": apollo(query)})
    with pytest.raises(SettingsError) as refused:
        async with world.gateway(documents=settings(folder, DocumentMode.OPEN)):
            pass
    [problem] = refused.value.problems
    assert problem.startswith(f"documents.manifests: {folder}/web/3.json: {sha256(query)}: ")


@pytest.mark.parametrize("mode", [DocumentMode.LOG_UNKNOWN, DocumentMode.ONLY_TRUSTED])
def test_a_mode_that_needs_lists_wants_their_folder(mode: DocumentMode) -> None:
    with pytest.raises(ValueError, match="manifests must be set in mode"):
        DocumentSettings(mode=mode)

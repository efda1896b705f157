"""Downloads by link: who may, what is said when not, and how a broken one looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from domain import models
from domain.errors import (
    Source,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceTimeout,
    SourceUnavailable,
)
from domain.ports import Call, Files, FileStream
from domain.viewer import Viewer
from gateway.access.links import DocumentLinks
from gateway.settings import Links
from gateway.settings.declaring import Secret
from tests.fakes import objects
from tests.unit.gateway.world import CLIENT, EMPLOYEE, KEY, STRANGER, VIEWER, World

FILE = objects.document().key


def link(world: World, viewer: Viewer = VIEWER, file: Any = FILE, name: str = "Полис КАСКО.pdf") -> str:
    """Path of a link as the graph gives it."""
    links = DocumentLinks(Links(key=Secret(KEY)), "http://gateway.test", world.clock)
    return urlsplit(links.sign(viewer, file, name).url).path


async def test_the_graphs_own_link_opens_the_file(world: World) -> None:
    query = "{ viewer { client { policies { edges { node { documents { download { url } } } } } } } }"
    async with world.gateway() as client:
        graph = await client.post({"query": query}, authorization=world.bearer())
        [edge] = graph.json["data"]["viewer"]["client"]["policies"]["edges"]
        url = urlsplit(edge["node"]["documents"][0]["download"]["url"])
        reply = await client.get(url.path)
    assert f"{url.scheme}://{url.netloc}" == "http://gateway.test"
    assert (reply.status, reply.body, reply.complete) == (200, b"%PDF-1.7 content", True)
    assert world.files.opened == world.files.closed == [FILE]


async def test_the_headers_of_a_file(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.get(link(world))
    assert {name: reply.headers[name] for name in reply.headers if name != "x-request-id"} == {
        "content-type": "application/pdf",
        "content-length": "16",
        "content-disposition": (
            'attachment; filename="_____ _____.pdf"; '
            "filename*=UTF-8''%D0%9F%D0%BE%D0%BB%D0%B8%D1%81%20%D0%9A%D0%90%D0%A1%D0%9A%D0%9E.pdf"
        ),
        "cache-control": "private, no-store",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ('a"; filename="evil.exe', "a__ filename__evil.exe"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x"),
    ],
)
async def test_a_file_name_cannot_leave_its_header(world: World, name: str, plain: str) -> None:
    async with world.gateway() as client:
        reply = await client.get(link(world, name=name))
    disposition = reply.headers["content-disposition"]
    assert disposition.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert disposition.isprintable()
    assert disposition.count('"') == 2


@pytest.mark.parametrize(("person", "status"), [(CLIENT, 200), (STRANGER, 404), (EMPLOYEE, 404)])
async def test_a_token_beside_the_link_must_be_the_same_viewers(world: World, person: Any, status: int) -> None:
    async with world.gateway() as client:
        reply = await client.get(link(world), authorization=world.bearer(person))
    assert reply.status == status
    assert (reply.codes == ["NOT_FOUND"]) if status == 404 else reply.complete


async def test_an_expired_token_beside_a_good_link_is_an_expired_token(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.get(link(world), authorization=world.bearer(ttl_s=-100))
    assert (reply.status, reply.codes) == (401, ["TOKEN_EXPIRED"])


async def test_a_link_ends_with_its_time(world: World) -> None:
    async with world.gateway() as client:
        path = link(world)
        world.clock.advance(299)
        before = await client.get(path)
        world.clock.advance(1)
        after = await client.get(path, accept_language="en")
    assert (before.status, after.status, after.codes) == (200, 410, ["LINK_EXPIRED"])
    assert after.json["errors"][0]["message"] == "The link has expired. Open the document again."


async def test_a_link_ends_with_the_right_to_the_file(world: World) -> None:
    async with world.gateway() as client:
        path = link(world)
        world.reads.by_name["policies_of_holder"].rows[1] = ()
        reply = await client.get(path)
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])
    assert world.files.opened == []


@pytest.mark.parametrize(
    "file",
    [
        models.DocumentKey(objects.number(100), "of another policy"),
        models.DocumentKey(objects.number(999), "1"),
        models.ClaimFileKey(models.ClaimId("c1"), "1"),
    ],
)
async def test_a_strangers_file_and_a_missing_one_look_alike(world: World, file: Any) -> None:
    async with world.gateway() as client:
        reply = await client.get(link(world, file=file))
        forged = await client.get("/documents/nonsense")
    assert (reply.status, reply.json) == (forged.status, forged.json)
    assert reply.status == 404


@pytest.mark.parametrize(
    "path", ["/documents/", "/documents/a.b.c.d.e", "/documents/" + "x" * 10_000, "/documents/%00"]
)
async def test_nonsense_is_no_link(world: World, path: str) -> None:
    async with world.gateway() as client:
        reply = await client.get(path)
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])


async def test_only_get(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.send("POST", link(world), [])
    assert (reply.status, reply.headers["allow"]) == (405, "GET")


FAILURES: list[tuple[SourceError, int, str, str | None]] = [
    (SourceTimeout(Source.POLICY_CORE, "GetDocument", "late"), 504, "SOURCE_TIMEOUT", None),
    (SourceUnavailable(Source.POLICY_CORE, "GetDocument", "503", retry_after_s=3.4), 503, "SOURCE_UNAVAILABLE", "3"),
    (SourceGarbled(Source.POLICY_CORE, "GetDocument", "HTML"), 502, "SOURCE_GARBLED", None),
    (
        SourceInMaintenance(Source.POLICY_CORE, "GetDocument", datetime(2026, 1, 15, 3, tzinfo=UTC)),
        503,
        "SOURCE_IN_MAINTENANCE",
        None,
    ),
]


@pytest.mark.parametrize(("failure", "status", "code", "retry_after"), FAILURES, ids=lambda each: str(each)[:40])
@pytest.mark.parametrize("where", ["on opening", "at the first byte", "while the rule is asked"])
async def test_a_failure_before_the_first_byte_is_told(
    world: World, failure: SourceError, status: int, code: str, retry_after: str | None, where: str
) -> None:
    if where == "on opening":
        world.files.contents[FILE] = failure
    elif where == "at the first byte":
        world.files.ports = broken_after(0, failure)
    else:
        world.reads.fail("documents", failure)
    async with world.gateway() as client:
        reply = await client.get(link(world))
    assert (reply.status, reply.codes, reply.complete) == (status, [code], True)
    assert reply.headers.get("retry-after") == retry_after
    assert reply.headers["content-language"] == "ru"


async def test_a_download_in_maintenance_tells_its_end(world: World) -> None:
    until = datetime(2026, 1, 15, 3, tzinfo=UTC)
    world.files.contents[FILE] = SourceInMaintenance(Source.POLICY_CORE, "GetDocument", until)
    async with world.gateway() as client:
        reply = await client.get(link(world), accept_language="en")
    [error] = reply.json["errors"]
    assert error["extensions"] == {
        "code": "SOURCE_IN_MAINTENANCE",
        "source": "POLICY_CORE",
        "retryable": True,
        "until": until.isoformat(),
    }


async def test_a_failure_half_way_does_not_end_the_response(world: World) -> None:
    world.files.ports = broken_after(2, SourceUnavailable(Source.POLICY_CORE, "GetDocument", "reset"))
    async with world.gateway() as client:
        reply = await client.get(link(world))
    assert (reply.status, reply.body, reply.complete) == (200, b"piecepiece", False)
    [line] = world.lines("error told")
    assert (line["code"], line["operation"]) == ("SOURCE_UNAVAILABLE", "GetDocument")
    assert [line["complete"] for line in world.lines("request")] == [False]


async def test_a_fault_of_ours_half_way_does_not_end_the_response_either(world: World) -> None:
    world.files.ports = broken_after(2, ZeroDivisionError("personal"))
    async with world.gateway() as client:
        reply = await client.get(link(world))
    assert (reply.body, reply.complete) == (b"piecepiece", False)
    assert "personal" not in world.log


async def test_a_client_that_leaves_lets_the_source_go(world: World) -> None:
    closed = asyncio.Event()
    asked = asyncio.Event()

    @asynccontextmanager
    async def endless(_key: Any, _call: Call) -> AsyncIterator[FileStream]:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"piece"
            asked.set()
            await asyncio.Event().wait()

        try:
            yield FileStream("application/pdf", None, pieces())
        finally:
            closed.set()

    world.files.ports = Files(policy_document=endless, claim_file=endless)
    async with world.gateway() as client:
        gone = asyncio.Event()
        download = asyncio.create_task(client.send("GET", link(world), [], gone=gone))
        await asked.wait()
        gone.set()
        reply = await download
    assert closed.is_set()
    assert (reply.body, reply.complete) == (b"piece", False)


async def test_a_media_type_that_is_none_is_not_passed_on(world: World) -> None:
    @asynccontextmanager
    async def odd(_key: Any, _call: Call) -> AsyncIterator[FileStream]:
        yield FileStream("text/html\r\nSet-Cookie: x", None, pieces_of(b"x"))

    world.files.ports = Files(policy_document=odd, claim_file=odd)
    async with world.gateway() as client:
        reply = await client.get(link(world))
    assert reply.headers["content-type"] == "application/octet-stream"
    assert "content-length" not in reply.headers


async def test_an_empty_file_is_a_file(world: World) -> None:
    world.files.contents[FILE] = b""
    async with world.gateway() as client:
        reply = await client.get(link(world))
    assert (reply.status, reply.body, reply.complete) == (200, b"", True)


async def test_the_log_names_neither_link_nor_file(world: World) -> None:
    async with world.gateway() as client:
        path = link(world)
        await client.get(path)
    for part in (path, path.removeprefix("/documents/")[-40:], "КАСКО", FILE.policy):
        assert part not in world.log
    assert [line["route"] for line in world.lines("request")] == ["/documents/{token}"]


def broken_after(pieces: int, failure: Exception) -> Files:
    """Files that break off."""

    @asynccontextmanager
    async def opened(_key: Any, _call: Call) -> AsyncIterator[FileStream]:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(pieces):
                yield b"piece"
            raise failure

        yield FileStream("application/pdf", None, chunks())

    return Files(policy_document=opened, claim_file=opened)


async def pieces_of(content: bytes) -> AsyncIterator[bytes]:
    """One piece."""
    yield content

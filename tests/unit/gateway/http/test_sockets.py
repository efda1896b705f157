"""What only a real server and a real connection can show."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import uvicorn

from domain.errors import Source, SourceUnavailable
from domain.ports import Call, Files, FileStream
from gateway.access.links import DocumentLinks
from gateway.app import create_app
from gateway.settings import Links
from gateway.settings.declaring import Secret
from tests.fakes import objects
from tests.unit.gateway.world import KEY, VIEWER, World, settings


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    """Run a real server in this loop and give its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings(world.jwks), clock=world.clock, connect=world.connect)
    server = uvicorn.Server(uvicorn.Config(app, http="httptools", ws="none", log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()


def link(world: World) -> str:
    links = DocumentLinks(Links(key=Secret(KEY)), "http://gateway.test", world.clock)
    return urlsplit(links.sign(VIEWER, objects.document().key, "policy.pdf").url).path


@pytest.mark.parametrize("size", [None, 1_000_000], ids=["chunked", "announced"])
async def test_a_document_that_breaks_off_is_not_taken_for_whole(world: World, size: int | None) -> None:
    @asynccontextmanager
    async def broken(_key: Any, _call: Call) -> AsyncIterator[FileStream]:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"x" * 100_000
            raise SourceUnavailable(Source.POLICY_CORE, "GetDocument", "reset")

        yield FileStream("application/pdf", size, pieces())

    world.files.ports = Files(policy_document=broken, claim_file=broken)
    async with served(world) as url, aiohttp.ClientSession() as session, session.get(url + link(world)) as response:
        assert response.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_the_source_is_read_no_faster_than_the_client_reads(world: World) -> None:
    """Without back-pressure the whole document would be in memory here while the client has read none of it."""
    piece, pieces_there = b"x" * 65_536, 1600
    given: list[int] = []

    @asynccontextmanager
    async def large(_key: Any, _call: Call) -> AsyncIterator[FileStream]:
        async def pieces() -> AsyncIterator[bytes]:
            for number in range(pieces_there):
                given.append(number)
                await asyncio.sleep(0)
                yield piece

        yield FileStream("application/pdf", None, pieces())

    world.files.ports = Files(policy_document=large, claim_file=large)
    async with served(world) as url, aiohttp.ClientSession() as session, session.get(url + link(world)) as response:
        before = -1
        while before != len(given):
            before = len(given)
            await asyncio.sleep(0.2)
        assert len(given) < pieces_there
        assert len(await response.read()) == pieces_there * len(piece)


async def test_a_client_that_hangs_up_ends_its_operation(world: World) -> None:
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def never(_keys: Sequence[Any], _call: Call) -> Sequence[Any]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    world.answer("repair_stations", never)
    body = {"query": '{ repairStations(city: "Тверь") { name } }'}
    async with served(world) as url, aiohttp.ClientSession() as session:
        headers = {"Authorization": world.bearer()}
        request = asyncio.create_task(session.post(url + "/graphql", json=body, headers=headers))
        await asked.wait()
        request.cancel()
        while not world.lines("client gone"):
            await asyncio.sleep(0.01)
        cancelled.set()
    assert cancelled.is_set()
    assert [line["status"] for line in world.lines("request")] == [0]


async def test_a_client_that_writes_two_megabytes_can_read_the_answer(world: World) -> None:
    async with served(world) as url, aiohttp.ClientSession() as session:
        headers = {"Content-Type": "application/json"}
        async with session.post(url + "/graphql", data=io.BytesIO(b" " * 2 * 1024 * 1024), headers=headers) as response:
            assert response.status == 413
            assert (await response.json())["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


async def test_one_connection_serves_several_operations(world: World) -> None:
    async with served(world) as url, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        for _ in range(3):
            async with session.post(url + "/graphql", json={"query": "{ __typename }"}) as response:
                assert await response.json() == {"data": {"__typename": "Query"}}
    assert [line["status"] for line in world.lines("request")] == [200] * 3

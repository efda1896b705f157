"""Connections of the shared transport, on a server of a few lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.gate import Limits
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import Source, SourceTimeout
from domain.ports import Call
from tests.contracts.subjects import Observed
from tests.fakes.clock import StillClock

DOWNLOADS = 2


@asynccontextmanager
async def started(timeout_s: float) -> AsyncIterator[tuple[Transport, str]]:
    """A transport for one call at once, and the address of a system whose files never end."""
    over = asyncio.Event()

    async def quick(_request: web.Request) -> web.Response:
        return web.Response(text="at once")

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first piece")
        await over.wait()
        return response

    app = web.Application()
    app.add_routes([web.post("/quick", quick), web.get("/endless", endless)])
    limits = Limits(concurrency=1, timeout_s=timeout_s, max_body_bytes=1000, downloads=DOWNLOADS)
    transport = Transport(Source.POLICY_CORE, limits, Observed())
    async with TestServer(app) as server:
        await transport.start()
        try:
            yield transport, str(server.make_url("/")).rstrip("/")
        finally:
            over.set()
            await transport.close()


def call() -> Call:
    return Call(Deadline.after(StillClock(), 60))


async def download(transport: Transport, url: str, stack: AsyncExitStack) -> bytes:
    """Open a file, read its first piece, and leave the rest for later."""
    arrival = await stack.enter_async_context(transport.download("GetFile", call()))
    body = await stack.enter_async_context(
        transport.stream("GetFile", call(), "GET", f"{url}/endless", timeout_s=30, arrival=arrival)
    )
    return await anext(body.chunks)


async def test_files_that_are_read_slowly_leave_calls_their_connections() -> None:
    async with started(timeout_s=10) as (transport, url), AsyncExitStack() as files:
        for _ in range(DOWNLOADS):
            assert await download(transport, url, files) == b"first piece"

        reply = await transport.fetch("GetClients", call(), "POST", f"{url}/quick")

        assert reply.body == b"at once"


async def test_one_file_too_many_waits_no_longer_than_a_call_may() -> None:
    async with started(timeout_s=1) as (transport, url), AsyncExitStack() as files:
        for _ in range(DOWNLOADS):
            await download(transport, url, files)

        with pytest.raises(SourceTimeout):
            await download(transport, url, files)


async def test_a_transport_that_is_not_started_says_so() -> None:
    transport = Transport(Source.POLICY_CORE, Limits(1, 1, 1), Observed())

    with pytest.raises(RuntimeError, match="not started"):
        await transport.fetch("GetClients", call(), "POST", "http://127.0.0.1/")

"""A small simulated system, the subject of the kit's tests."""

import asyncio
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterable
from typing import ClassVar

from aiohttp import web

from dev.simulators.kit import Draw, Fault, Operation, Reply, Simulator

BODY = "строка ".encode("windows-1251") * 200
PIECES = 40


class Registry(Simulator):
    """Lists rows, writes, streams; `written` counts the writes that were carried out."""

    name = "registry"
    charset = "windows-1251"
    operations = (Operation("List"), Operation("Write", latency_factor=2), Operation("Stream"))
    content_faults: ClassVar[frozenset[Fault]] = frozenset({Fault.MISSING_ROWS, Fault.FLOAT_ID})
    written = 0

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        parser.add_argument("--job-ms", type=int, default=10)

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/list", self.list), web.post("/write", self.write), web.get("/stream", self.stream)]

    async def list(self, request: web.Request) -> web.StreamResponse:
        async def answer(draw: Draw) -> Reply:
            return Reply(BODY, "text/plain", self.charset)

        return await self.serve(request, "List", int(request.query.get("keys", "1")), answer)

    async def write(self, request: web.Request) -> web.StreamResponse:
        async def answer(draw: Draw) -> Reply:
            self.written += 1
            return Reply(b"{}")

        return await self.serve(request, "Write", 0, answer)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        async def answer(draw: Draw) -> Reply:
            length = len(BODY) * PIECES if "length" in request.query else None
            return Reply(_pieces(), "text/plain", self.charset, length=length)

        return await self.serve(request, "Stream", 0, answer)


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(PIECES):
        yield BODY
        await asyncio.sleep(0)

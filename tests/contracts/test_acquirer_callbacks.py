"""Callbacks as the acquirer's process sends them, read as the gateway reads them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gateway.acquirer.callbacks import Notice, notice
from gateway.acquirer.errors import CallbackForged
from tests.acquirer import CALLBACK_SECRET, AcquirerProcess, running_acquirer

Came = Notice | CallbackForged


@dataclass(slots=True)
class Door:
    """Where callbacks come in. ``away``: how many are not taken."""

    away: int = 0
    came: asyncio.Queue[Came] = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), request.headers
        try:
            read: Came = notice(
                body,
                headers.get("X-Timestamp"),
                headers.get("X-Signature"),
                (CALLBACK_SECRET,),
                datetime.now(UTC),
                300,
            )
        except CallbackForged as forged:
            read = forged
        await self.came.put(read)
        self.away -= 1
        return web.Response(status=503 if self.away >= 0 else 204)

    async def news(self, count: int) -> list[Came]:
        async with asyncio.timeout(20):
            return [await self.came.get() for _ in range(count)]


@asynccontextmanager
async def opened(door: Door, folder: Path) -> AsyncIterator[AcquirerProcess]:
    app = web.Application()
    app.router.add_post("/payments/callback", door.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/payments/callback"
        with running_acquirer(folder, "--callback", address, "--callback-pause-s", "0.05") as process:
            yield process
    finally:
        await runner.cleanup()


async def pay(process: AcquirerProcess, order: str) -> None:
    await asyncio.to_thread(process.pay, order)


async def test_a_payment_is_told_until_it_is_kept(tmp_path: Path) -> None:
    door, order = Door(away=2), uuid.uuid4().hex
    async with opened(door, tmp_path) as process:
        await pay(process, order)
        told = await door.news(3)
    assert len(set(told)) == 1
    assert isinstance(told[0], Notice)
    assert told[0].order == order


@pytest.mark.parametrize("parameters", [{"fault": "callback_repeated", "count": 2}, {"fault": "callback_forged"}])
async def test_one_that_is_repeated_is_the_same_and_a_forged_one_is_seen(
    tmp_path: Path, parameters: dict[str, Any]
) -> None:
    door, order = Door(away=0), uuid.uuid4().hex
    async with opened(door, tmp_path) as process:
        process.fault(operation="pay", **parameters)
        await pay(process, order)
        if parameters["fault"] == "callback_forged":
            (forged,) = await door.news(1)
            assert isinstance(forged, CallbackForged)
        else:
            assert len(set(await door.news(3))) == 1

"""A running acquirer, and a gateway's end that keeps what it is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from dev.simulators.acquirer import Acquirer, address
from dev.simulators.kit import MOSCOW, Clock, Handle, Options, running
from dev.simulators.kit.listener import Listener

SECRET = "merchant-secret"
CALLBACK_SECRET = "callback-secret"
BACK = "https://cabinet.example/payments?x=1"
NOW = datetime(2026, 1, 15, 12, 0, tzinfo=MOSCOW)


@dataclass
class Told:
    """What came to the callback's address; `answers` are the statuses to give, 204 when there are none left."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        async with self.news:
            self.came.append((dict(request.headers), body))
            self.news.notify_all()
        return web.Response(status=self.answers.pop(0) if self.answers else 204)

    async def wait(self, count: int) -> list[dict[str, Any]]:
        """The bodies, as soon as there are so many."""
        async with asyncio.timeout(20), self.news:
            await self.news.wait_for(lambda: len(self.came) >= count)
        return [json.loads(body) for _, body in self.came]


@dataclass
class Bench:
    """The acquirer, its customers and its merchant."""

    handle: Handle
    told: Told
    http: aiohttp.ClientSession
    clock: Clock

    def address(self, order: str = "o-1", bill: str = "B-7", amount: int = 1_234_567, **changed: Any) -> str:
        made = {"back": BACK, "secret": SECRET, **changed}
        return address.signed(self.handle.url, order, bill, amount, **made)

    async def page(self, url: str, language: str = "ru") -> tuple[int, str]:
        async with self.http.get(url, headers={"Accept-Language": language}) as answer:
            return answer.status, await answer.text()

    async def press(self, url: str, action: str = "pay", card: str = "titmouse") -> tuple[int, str | None]:
        fields = {**address.Address.parse(url, SECRET).fields, "action": action, "card": card}
        async with self.http.post(f"{self.handle.url}/pay", data=fields, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location")

    async def ask(self, method: str, path: str, body: Any = None, secret: str = SECRET) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {secret}"}
        async with self.http.request(method, f"{self.handle.url}{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def admin(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, f"{self.handle.admin_url}{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def ledger(self) -> dict[str, Any]:
        _, shown = await self.admin("GET", "/ledger")
        return {each["order"]: each for each in shown["orders"]}


@asynccontextmanager
async def listening(told: Told) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/callback", told.take)
    listener = Listener(app, 0)
    await listener.open()
    told.url = f"{listener.url}/callback"
    yield
    await listener.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    told, clock = Told(), Clock(now=NOW)
    async with listening(told):
        extra = {
            "merchant_secret": SECRET,
            "callback": told.url,
            "callback_secret": CALLBACK_SECRET,
            "callback_pause_s": 0.01,
            "callback_attempts": 4,
        }
        async with (
            running(Acquirer(Options(clock=clock, extra=extra))) as handle,
            aiohttp.ClientSession() as http,
        ):
            yield Bench(handle, told, http, clock)

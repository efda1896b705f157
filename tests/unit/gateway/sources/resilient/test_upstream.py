"""Guard, retries and a real adapter, on a system of a few lines: what arrives there, and what is hung up on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.life_valuation import Adapter, Settings
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import Source, SourceInMaintenance, SourceThrottled, SourceTimeout
from domain.models import PolicyNumber
from domain.ports import MISSING, Call
from gateway.clock import SystemClock
from gateway.sources.resilient import Capacity, Lane, Resilient, SystemGuard
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import HeldBack, TooLate
from tests.contracts.subjects import Observed
from tests.unit.gateway.sources.resilient.stage import SETTINGS, Told, changed
from tests.unit.gateway.world import World

NUMBER = PolicyNumber("L00000001")
CONTRACTS = "contracts_by_number"


@dataclass(slots=True)
class Engine:
    """Answers that no contract is known, unless told otherwise; a held answer comes when ``hold`` is set."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str = '{"status": "OK", "result": {"contracts": [], "unknown": ["L00000001"]}}'
    hold: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.calls += 1
        self.asked.set()
        await request.read()
        try:
            if self.hold:
                await self.hold.wait()
        except asyncio.CancelledError:
            self.hung_up.set()
            raise
        kind = "application/json" if self.status == 200 else "text/plain"
        return web.Response(text=self.text, status=self.status, headers=self.headers, content_type=kind)


@dataclass(slots=True)
class Bench:
    """The engine, and a read that leads to it by way of the guard."""

    engine: Engine
    adapter: Adapter
    guard: SystemGuard
    told: Told

    @property
    def read(self) -> Resilient[PolicyNumber, Any]:
        return Resilient(self.adapter.life_contracts, "life_contracts", self.guard)

    def call(self, seconds: float = 30) -> Call:
        return Call(Deadline.after(self.guard.clock, seconds))

    async def ask(self, seconds: float = 30, *, call: Call | None = None) -> Any:
        return (await self.read([NUMBER], call or self.call(seconds)))[0]


@asynccontextmanager
async def opened(settings: Any = SETTINGS, **limits: Any) -> AsyncIterator[Bench]:
    engine, told = Engine(), Told()
    app = web.Application()
    app.add_routes([web.post("/api", engine.answer)])
    async with TestServer(app, handler_cancellation=True) as server:
        ours = replace(Settings(str(server.make_url("")).rstrip("/"), "key"), **limits)
        lanes = Capacity(Lane(ours.limits.concurrency, ours.limits.slow_s))
        guard = SystemGuard(Source.LIFE_VALUATION, lanes, settings, SystemClock(), told)
        adapter = Adapter(ours, Transport(Source.LIFE_VALUATION, ours.limits, Observed(), gate=guard))
        await adapter.start()
        try:
            yield Bench(engine, adapter, guard, told)
        finally:
            if engine.hold:
                engine.hold.set()
            await adapter.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with opened() as bench:
        yield bench


async def test_a_healthy_system_is_asked_once(bench: Bench) -> None:
    assert await bench.ask() is MISSING
    assert bench.engine.calls == 1


async def test_a_reset_or_5xx_is_asked_again_and_opens_in_the_end(bench: Bench) -> None:
    bench.engine.status = 502
    assert (await bench.ask()).detail == "HTTP 502"
    assert bench.engine.calls == SETTINGS.retry.attempts
    assert isinstance(await bench.ask(), HeldBack)
    assert bench.engine.calls == SETTINGS.breaker.minimum_calls
    assert isinstance(await bench.ask(), HeldBack)
    assert bench.engine.calls == SETTINGS.breaker.minimum_calls
    assert bench.told.breakers == [(CONTRACTS, State.OPEN)]


async def test_an_in_band_error_under_200_counts(bench: Bench) -> None:
    bench.engine.text = '{"status": "ERROR", "error_text": "Внутренняя ошибка расчетного модуля"}'
    for _ in range(3):
        await bench.ask()
    assert bench.engine.calls == SETTINGS.breaker.minimum_calls
    assert bench.told.breakers == [(CONTRACTS, State.OPEN)]


async def test_garbage_is_not_asked_again_but_counts(bench: Bench) -> None:
    bench.engine.text = "<html>"
    for _ in range(6):
        await bench.ask()
    assert bench.engine.calls == SETTINGS.breaker.minimum_calls
    assert bench.told.retries == 0


async def test_in_band_maintenance_closes_every_operation(bench: Bench) -> None:
    bench.engine.text = '{"status": "ERROR", "error_text": "Технический перерыв до 01.01.2099 06:00"}'
    closed = await bench.ask()
    (other,) = await bench.adapter.life_orders([NUMBER], bench.call())
    assert isinstance(closed, SourceInMaintenance)
    assert isinstance(other, SourceInMaintenance)
    assert closed.until == other.until
    assert closed.until is not None
    assert bench.engine.calls == 1


async def test_a_429_is_known_to_every_caller(bench: Bench) -> None:
    bench.engine.status, bench.engine.headers, bench.engine.text = 429, {"Retry-After": "40"}, ""
    assert isinstance(await bench.ask(), SourceThrottled)
    (other,) = await bench.adapter.life_orders([NUMBER], bench.call())
    assert isinstance(other, HeldBack)
    assert other.retry_after_s == 40
    assert bench.engine.calls == 1


async def test_a_caller_who_leaves_hangs_up_upstream(bench: Bench) -> None:
    bench.engine.hold = asyncio.Event()
    asking = asyncio.create_task(bench.ask())
    await bench.engine.asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(bench.engine.hung_up.wait(), 5)
    assert bench.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}
    assert bench.told.breakers == []


async def test_a_deadline_hangs_up_upstream(bench: Bench) -> None:
    bench.engine.hold = asyncio.Event()
    late = await bench.ask(seconds=0.2)
    assert isinstance(late, SourceTimeout)
    assert not isinstance(late, TooLate)
    await asyncio.wait_for(bench.engine.hung_up.wait(), 5)
    assert bench.engine.calls == 1


async def test_a_hanging_system_costs_its_queue_no_more_than_the_deadline() -> None:
    async with opened(changed(queue=10), concurrency=1) as bench:
        bench.engine.hold = asyncio.Event()
        together = bench.call(0.2)
        outcomes = await asyncio.gather(*(bench.ask(call=together) for _ in range(5)))
        assert [isinstance(each, SourceTimeout) for each in outcomes] == [True] * 5
        assert bench.engine.calls == 1
        assert bench.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}


async def test_a_client_that_disconnects_hangs_up_upstream(bench: Bench, world: World) -> None:
    bench.engine.hold = asyncio.Event()
    world.answer("life_contracts_of_holder", Resilient(bench.adapter.life_contracts_of_holder, "held", bench.guard))
    query = b'{"query": "{ viewer { client { lifeContracts { number } } } }"}'
    headers = {"content_type": "application/json", "authorization": world.bearer()}
    gone = asyncio.Event()
    async with world.gateway() as client:
        request = asyncio.create_task(client.send("POST", "/graphql", [query], headers=headers, gone=gone))
        await bench.engine.asked.wait()
        gone.set()
        reply = await request
        await asyncio.wait_for(bench.engine.hung_up.wait(), 5)
    assert (reply.status, bench.engine.calls) == (0, 1)
    assert bench.guard.snapshot()["lanes"]["common"] == {"underWay": 0, "waiting": 0}

"""The route of callbacks: 204 once the news is kept, and refusals that tell the acquirer whether to come again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from domain.errors import StoreUnavailable
from gateway.app import create_app
from gateway.settings import AcquirerSettings
from gateway.settings.declaring import Secret
from tests.fakes.acquirer import FakeNotices
from tests.unit.gateway.asgi import Client, Reply, running
from tests.unit.gateway.world import KEY, World, settings

PATH = "/payments/callback"
PRIVATE = "4200000000000000"
SAID = {
    "order": "o-1",
    "state": "PAID",
    "amount": 1,
    "paidAt": None,
    "event": "6f1c1d0e-93d0-4b6f-8b0e-0b8b3f6b7a11",
    "card": PRIVATE,
}
SET = AcquirerSettings(
    address="http://bank.test",
    merchant_secret=Secret(f"merchant {KEY}".replace(" ", "-")),
    callback_secrets=(Secret(KEY),),
    return_url="http://cabinet.test",
    payment_hosts=("bank.test",),
)


@asynccontextmanager
async def gateway(world: World, told: FakeNotices | None, acquirer: AcquirerSettings = SET) -> AsyncIterator[Client]:
    app = create_app(
        settings(world.jwks, acquirer=acquirer),
        clock=world.clock,
        connect=world.connect,
        open_notices=lambda _: told,
    )
    async with running(app) as client:
        yield client


async def call(client: Client, world: World, body: bytes | None = None, **headers: str) -> Reply:
    body = orjson.dumps(SAID) if body is None else body
    stamp = str(int(world.clock.now().timestamp()))
    signature = hmac.new(KEY.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return await client.post(body, path=PATH, **{"x_timestamp": stamp, "x_signature": signature} | headers)


async def counted(client: Client) -> dict[str, str]:
    lines = (await client.get("/metrics")).body.decode().splitlines()
    name = 'gateway_acquirer_callbacks_total{outcome="'
    return dict(each.removeprefix(name).split('"} ') for each in lines if each.startswith(name))


async def test_news_is_kept_and_answered_with_nothing(world: World) -> None:
    told = FakeNotices()
    async with gateway(world, told) as client:
        for _ in range(2):
            reply = await call(client, world)
            assert (reply.status, reply.body, reply.complete) == (204, b"", True)
        assert await counted(client) == {"taken": "2.0"}
    assert told.orders == ["o-1", "o-1"]
    line, _ = world.lines("acquirer callback")
    assert (line["order"], line["event_id"]) == ("o-1", SAID["event"])
    assert {each["route"] for each in world.lines("request")} == {PATH, "/metrics"}


@pytest.mark.parametrize(
    "body, headers, status, code, outcome",
    [
        (None, {"x_signature": "0" * 64}, 403, "CALLBACK_FORGED", "forged"),
        (None, {"x_signature": ""}, 403, "CALLBACK_FORGED", "forged"),
        (None, {"x_timestamp": "1"}, 403, "CALLBACK_FORGED", "forged"),
        (b"{}", {}, 400, "CALLBACK_MALFORMED", "malformed"),
        (b"[" * 16_384, {}, 400, "CALLBACK_MALFORMED", "malformed"),
        (b" " * 16_385, {}, 413, "BODY_TOO_LARGE", "malformed"),
    ],
)
async def test_what_is_not_the_acquirers_news_is_refused(
    world: World, body: bytes | None, headers: dict[str, Any], status: int, code: str, outcome: str
) -> None:
    told = FakeNotices()
    async with gateway(world, told) as client:
        reply = await call(client, world, body, **headers)
        assert (reply.status, reply.codes) == (status, [code])
        assert await counted(client) == {outcome: "1.0"}
    assert told.orders == []
    assert len(world.lines("error told")) == 1


@pytest.mark.parametrize("told", [None, FakeNotices(failure=StoreUnavailable("57P01"))])
async def test_news_that_cannot_be_kept_is_to_be_sent_again(world: World, told: FakeNotices | None) -> None:
    async with gateway(world, told) as client:
        reply = await call(client, world)
        assert (reply.status, reply.codes) == (503, ["STORE_UNAVAILABLE"])
        assert await counted(client) == {"not_kept": "1.0"}


async def test_a_fault_of_ours_is_to_be_sent_again_too(world: World) -> None:
    async with gateway(world, FakeNotices(failure=ZeroDivisionError("o-1"))) as client:
        assert (await call(client, world)).status == 500


async def test_it_is_only_posted_to(world: World) -> None:
    async with gateway(world, FakeNotices()) as client:
        reply = await client.get(PATH)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


async def test_without_an_acquirer_there_is_no_route_and_without_a_database_it_is_asked_to_come_again(
    world: World,
) -> None:
    async with gateway(world, FakeNotices(), AcquirerSettings()) as client:
        assert (await call(client, world)).status == 404
    async with world.gateway(acquirer=SET) as client:
        assert (await call(client, world)).status == 503


async def test_nothing_of_the_body_is_written_down(world: World) -> None:
    async with gateway(world, FakeNotices()) as client:
        await call(client, world)
        await call(client, world, x_signature="0" * 64)
        await call(client, world, orjson.dumps({"order": PRIVATE * 10}))
    assert PRIVATE not in world.log
    assert KEY not in world.log

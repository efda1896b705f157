"""Health, keys, metrics and the GraphQL page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from domain.errors import Source, SourceInMaintenance, SourceUnavailable
from domain.ports import Call
from gateway.app import create_app
from gateway.settings import Page, SettingsError
from gateway.wiring import Connected
from tests.unit.gateway.asgi import running
from tests.unit.gateway.world import World, settings


async def test_the_gateway_is_ready_whatever_the_systems_do(world: World) -> None:
    async def down(_call: Call) -> None:
        raise SourceUnavailable(Source.LIFE_VALUATION, "ping", "refused")

    world.pings[Source.LIFE_VALUATION] = down
    async with world.gateway() as client:
        alive = await client.get("/healthz")
        ready = await client.get("/readyz")
        verbose = await client.get("/readyz", {"verbose": ""})
        waiting = await client.get("/readyz", {"sources": "1"})
    sources = {"policy_core": "UP", "claims_core": "UP", "life_valuation": "SOURCE_UNAVAILABLE"}
    assert (alive.status, alive.json) == (200, {"status": "UP"})
    assert (ready.status, ready.json) == (200, {"status": "UP"})
    assert (verbose.status, verbose.json) == (200, {"status": "UP", "sources": sources, "guards": {}})
    assert (waiting.status, waiting.json) == (503, {"status": "WAITING", "sources": sources})
    assert ready.headers["cache-control"] == "no-store"


async def test_systems_are_pinged_once_a_second_whoever_asks(world: World) -> None:
    pinged: list[float] = []

    async def ping(call: Call) -> None:
        pinged.append(call.deadline.remaining_s())
        await asyncio.sleep(0)

    world.pings = {Source.POLICY_CORE: ping}
    async with world.gateway() as client:
        await asyncio.gather(*(client.get("/readyz", {"verbose": ""}) for _ in range(10)))
        assert pinged == [2.0]
        world.clock.advance(1)
        await client.get("/readyz", {"sources": "1"})
    assert len(pinged) == 2


async def test_one_systems_ping_does_not_hide_the_others(world: World) -> None:
    async def broken(_call: Call) -> None:
        raise ZeroDivisionError("personal")

    async def closed(_call: Call) -> None:
        raise SourceInMaintenance(Source.CLAIMS_CORE, "ping", None)

    world.pings |= {Source.POLICY_CORE: broken, Source.CLAIMS_CORE: closed}
    async with world.gateway() as client:
        reply = await client.get("/readyz", {"verbose": ""})
    assert reply.json["sources"] == {
        "policy_core": "INTERNAL_SERVER_ERROR",
        "claims_core": "SOURCE_IN_MAINTENANCE",
        "life_valuation": "UP",
    }
    assert "personal" not in world.log


async def test_the_systems_live_as_long_as_the_application(world: World) -> None:
    async with world.gateway():
        assert (world.opened, world.closed) == (1, 0)
    assert (world.opened, world.closed) == (1, 1)


async def test_the_public_keys_are_published_and_nothing_else(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.get("/.well-known/jwks.json")
    assert reply.headers["content-type"] == "application/jwk-set+json"
    assert reply.headers["cache-control"] == "public, max-age=300"
    [key] = reply.json["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "alg", "use"}
    assert key["kid"] == world.issuer.key.kid


async def test_metrics_count_requests_operations_and_errors(world: World) -> None:
    world.reads.fail("repair_stations", SourceUnavailable(Source.CLAIMS_CORE, "op", "503"))
    async with world.gateway() as client:
        await client.post({"query": "{ __typename }"})
        await client.post({"query": '{ repairStations(city: "Тверь") { name } }'}, authorization=world.bearer())
        await client.post({"query": "{"})
        await client.get("/made/up/by/a/client")
        reply = await client.get("/metrics")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(reply.body.decode())
        for sample in family.samples
    }
    assert samples["gateway_requests_total", "/graphql", "200", "POST"] == 3
    assert samples["gateway_requests_total", "404", "GET", "unmatched"] == 1
    assert samples["gateway_operations_total", "ok", "query"] == 1
    assert samples["gateway_operations_total", "partial", "query"] == 1
    assert samples["gateway_operations_total", "refused", "unknown"] == 1
    assert samples["gateway_errors_total", "SOURCE_UNAVAILABLE"] == 1
    assert samples["gateway_errors_total", "GRAPHQL_PARSE_FAILED"] == 1
    assert samples["gateway_request_seconds_count", "/graphql"] == 3
    assert "made" not in reply.body.decode()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (folder / "graphiql.js").write_text("1", encoding="utf-8")
    return folder


async def test_the_page_is_not_served_unless_enabled(world: World) -> None:
    async with world.gateway() as client:
        statuses = [(await client.get(path)).status for path in ("/", "/graphiql/", "/graphiql/graphiql-config.json")]
    assert statuses == [404, 404, 404]


async def test_the_page_is_served_from_its_folder(world: World, page: Path) -> None:
    async with world.gateway(page=Page(enabled=True, directory=page)) as client:
        start = await client.get("/")
        html = await client.get("/graphiql/")
        script = await client.get("/graphiql/graphiql.js")
        config = await client.get("/graphiql/graphiql-config.json")
        outside = await client.get("/graphiql/../jwks.json")
    assert (start.status, start.headers["location"]) == (307, "/graphiql/")
    assert (html.status, html.body) == (200, b"<!doctype html>")
    assert "default-src 'none'" in html.headers["content-security-policy"]
    assert "http" not in html.headers["content-security-policy"]
    assert (script.status, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert config.json == {"endpoint": "/graphql", "tabs": [], "tokens": []}
    assert outside.status == 404
    assert {line["route"] for line in world.lines("request")} == {"/graphiql", "/graphiql/graphiql-config.json"}


async def test_the_page_offers_what_its_file_says(world: World, page: Path, tmp_path: Path) -> None:
    offered = tmp_path / "offered.json"
    offered.write_text(
        '{"endpoint": "/graphql", "tabs": [{"query": "{ __typename }"}], "tokens": []}', encoding="utf-8"
    )
    async with world.gateway(page=Page(enabled=True, directory=page, config=offered)) as client:
        reply = await client.get("/graphiql/graphiql-config.json")
    assert reply.json["tabs"] == [{"query": "{ __typename }"}]
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"directory": Path("no/such/folder")}, "page.directory: no page in no/such/folder; build it with `make page`"),
        ({"config": Path("no/such/file")}, "page.config: no/such/file cannot be read (No such file or directory)"),
        ({"config": Path(__file__)}, f"page.config: {__file__} is not JSON"),
    ],
)
def test_a_page_that_cannot_be_served_is_told_at_start(
    world: World, page: Path, changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        create_app(settings(world.jwks, page=replace(Page(enabled=True, directory=page), **changed)))
    assert refused.value.problems == (problem,)


def test_keys_that_cannot_be_used_are_told_at_start(world: World) -> None:
    world.jwks.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        create_app(settings(world.jwks))
    assert refused.value.problems == (f"access.jwks: {world.jwks} is not a JSON Web Key Set",)


async def test_a_system_that_cannot_be_opened_stops_the_start(world: World) -> None:
    @asynccontextmanager
    async def broken(*_: Any) -> AsyncIterator[Connected]:
        raise ConnectionError
        yield  # type: ignore[unreachable]  # makes it a generator

    app = create_app(settings(world.jwks), connect=broken)
    with pytest.raises(AssertionError, match=r"lifespan\.startup\.failed"):
        async with running(app):
            pass

"""The peers in Python over the data in memory: same schema, same answers. The bench itself asks those in Node."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, parse, validate
from starlette.applications import Starlette
from starlette.routing import Mount

from dev.bench.peers.inprocess import core
from dev.bench.peers.memory import ariadne_peer, ours, plain, world
from dev.tokens import DemoIssuer
from gateway.app import create_app
from tests.unit.gateway.asgi import Client, running
from tests.unit.gateway.world import CLIENT, settings

SCHEMAS = {"ours": core(ours.build()), "strawberry": core(plain.schema()), "ariadne": ariadne_peer.schema()}
ISSUER = DemoIssuer()
PEERS = sorted(SCHEMAS)


@asynccontextmanager
async def peer(name: str, folder: Path) -> AsyncIterator[Client]:
    if name == "ours":
        ISSUER.write_jwks(folder / "jwks.json")
        app: Any = create_app(settings(folder / "jwks.json"), connect=ours.connect, build=ours.build)
    else:
        # Neither of the others has a lifespan of its own to start.
        app = Starlette(routes=[Mount("/", plain.app() if name == "strawberry" else ariadne_peer.app())])
    async with running(app) as client:
        yield client


async def asked(client: Client, rows: int) -> Any:
    body = {"query": world.DOCUMENT, "operationName": world.OPERATION, "variables": {"first": rows}}
    return (await client.post(body, authorization=f"Bearer {ISSUER.token(CLIENT)}")).json


@pytest.mark.parametrize("name", PEERS)
async def test_each_gives_the_same_answer_every_time(name: str, tmp_path: Path) -> None:
    async with peer(name, tmp_path) as client:
        for rows in (1, 100, 1):
            assert await asked(client, rows) == world.expected(rows)


def fields(schema: GraphQLSchema) -> dict[str, dict[str, str]]:
    objects = {name: kind for name, kind in schema.type_map.items() if isinstance(kind, GraphQLObjectType)}
    return {
        name: {field: str(declared.type) for field, declared in kind.fields.items()}
        for name, kind in objects.items()
        if not name.startswith("__")
    }


@pytest.mark.parametrize("name", PEERS)
def test_each_has_the_same_schema(name: str) -> None:
    written = build_schema(world.SDL)
    assert fields(SCHEMAS[name]) == fields(written)
    assert not validate(SCHEMAS[name], parse(world.DOCUMENT))


def test_there_is_a_client_behind_every_policy_and_a_missing_phone_among_them() -> None:
    rows = world.expected(100)["data"]["policies"]
    assert len({each["id"] for each in rows}) == 100
    assert {each["holder"]["phone"] is None for each in rows} == {True, False}
    assert all(len(each) == 11 for each in rows)

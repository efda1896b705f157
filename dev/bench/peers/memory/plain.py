"""Plain Strawberry over the data in memory: its ASGI application, both of its document caches, its DataLoader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import strawberry
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from dev.bench.peers.memory import world

__all__ = ["app", "context", "schema"]

for each in (world.Line, world.PolicyStatus):
    strawberry.enum(each)


@strawberry.type
class Client:
    """Client."""

    id: strawberry.ID
    first_name: str
    last_name: str
    phone: str | None


@strawberry.type
class Policy:
    """Policy."""

    id: strawberry.ID
    number: str
    line: world.Line
    status: world.PolicyStatus
    product: str
    starts_on: date
    ends_on: date
    premium: Decimal
    instalments: int
    renewable: bool
    holder_id: strawberry.Private[str]

    @strawberry.field
    async def holder(self, info: strawberry.Info[dict[str, Any]]) -> Client:
        """Return a policy's client, by batch."""
        found: Client = await info.context["clients"].load(self.holder_id)
        return found


@strawberry.type
class Query:
    """Entry points."""

    @strawberry.field
    def policies(self, first: int) -> list[Policy]:
        """Return the first policies."""
        return POLICIES[:first]


def shown_client(row: world.Client) -> Client:
    """Make the object that Strawberry shows."""
    return Client(id=strawberry.ID(row.id), first_name=row.first_name, last_name=row.last_name, phone=row.phone)


def shown_policy(row: world.Policy) -> Policy:
    """Make the object that Strawberry shows."""
    return Policy(
        id=strawberry.ID(row.id),
        number=row.number,
        line=row.line,
        status=row.status,
        product=row.product,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        premium=row.premium,
        instalments=row.instalments,
        renewable=row.renewable,
        holder_id=row.holder_id,
    )


CLIENTS = {key: shown_client(row) for key, row in world.CLIENTS.items()}
POLICIES = [shown_policy(row) for row in world.POLICIES]


async def clients(keys: list[str]) -> Sequence[Client]:
    """Load clients."""
    return [CLIENTS[key] for key in keys]


def context() -> dict[str, Any]:
    """Make the context of one request; to be called inside the loop that serves it."""
    return {"clients": DataLoader(load_fn=clients)}


def schema() -> strawberry.Schema:
    """Build the schema with both caches."""
    return strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])


class Server(GraphQL[dict[str, Any], None]):
    """The application with the two hooks that its documentation names: the context, and another JSON encoder."""

    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
        """Make a request's context."""
        return context()

    def encode_json(self, data: object) -> bytes:
        """Write JSON."""
        return orjson.dumps(data)


def app() -> ASGIApp:
    """Make the application."""
    return Server(schema(), graphql_ide=None)

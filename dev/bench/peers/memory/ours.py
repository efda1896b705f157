"""The gateway over the data in memory: its own application, whole, with another schema and nothing to connect to.

The schema is declared as the product's is: objects of the domain shown by their attributes, a relation by batch.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any, cast

import strawberry
from strawberry.schema.config import StrawberryConfig

from dev.bench.peers.memory import world
from domain.ports import Call, Files, Reads
from gateway.wiring import Connected
from resolvers.context import Context
from schema.fields import batched, entry
from schema.marks import mark
from schema.scalars import SCALARS
from schema.shown import shown

__all__ = ["build", "connect"]

for each in (world.Line, world.PolicyStatus):
    strawberry.enum(each)


async def read_clients(keys: Sequence[str], call: Call) -> Sequence[world.Client]:
    """Answer every key, as reads do."""
    return [world.CLIENTS[key] for key in keys]


async def holders(parents: Sequence[world.Policy], ctx: Context) -> Sequence[Any]:
    """Return the client of each policy."""
    return await ctx.many(read_clients, [each.holder_id for each in parents])


@shown(world.Client, description="A client.")
class Client:
    """Client."""

    id: strawberry.ID = strawberry.field(description="Key.")
    first_name: str = strawberry.field(description="First name.")
    last_name: str = strawberry.field(description="Surname.")
    phone: str | None = strawberry.field(description="Phone.")


@shown(world.Policy, description="A policy.")
class Policy:
    """Policy."""

    id: strawberry.ID = strawberry.field(description="Key.")
    number: str = strawberry.field(description="Number.")
    line: world.Line = strawberry.field(description="Line.")
    status: world.PolicyStatus = strawberry.field(description="State.")
    product: str = strawberry.field(description="Product.")
    starts_on: date = strawberry.field(description="First day.")
    ends_on: date = strawberry.field(description="Last day.")
    premium: Decimal = strawberry.field(description="Premium.")
    instalments: int = strawberry.field(description="How many.")
    renewable: bool = strawberry.field(description="Whether it can be renewed.")
    holder = batched(holders, Client, description="Whose it is.")


async def policies(_ctx: Context, first: int) -> Sequence[world.Policy]:
    """Return the first policies."""
    return world.POLICIES[:first]


@strawberry.type(description="Entry points.")
class Query:
    """Entry points."""

    policies = entry(policies, list[Policy], description="The first policies.", arguments={"first": int})


def build() -> strawberry.Schema:
    """Build the schema as ``schema.root.build`` does."""
    return mark(strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS)))


@asynccontextmanager
async def connect(*_: object) -> AsyncIterator[Connected]:
    """Stand in for ``gateway.wiring.connect``: nobody is asked for anything."""
    reads, files = cast("Reads", None), cast("Files", None)
    yield Connected(reads, files, pings={})

"""Where queries enter, and the schema as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from resolvers import claims, root
from resolvers.context import Context
from schema.claim import Claim
from schema.client import Client, Viewer
from schema.life import LifeContract
from schema.node import Node
from schema.policy import Policy
from schema.repair import RepairStation
from schema.scalars import SCALARS

__all__ = ["Query", "build"]

Info = strawberry.Info[Context]


async def viewer(info: Info) -> Any:
    """Whoever is signed in."""
    return await root.viewer(info.context)


async def node(
    info: Info,
    global_id: Annotated[strawberry.ID, strawberry.argument(name="id", description="Global id of the object.")],
) -> Any:
    """Object by global id."""
    return await root.node(info.context, global_id)


async def nodes(
    info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 100.")]
) -> Any:
    """Objects by global id."""
    return await root.nodes_(info.context, ids)


async def policy(
    info: Info, number: Annotated[str, strawberry.argument(description="Number, in any spelling.")]
) -> Any:
    """Policy by number."""
    return await root.policy(info.context, number)


async def claim(info: Info, number: Annotated[str, strawberry.argument(description="Number of the case.")]) -> Any:
    """Claim by number."""
    return await root.claim(info.context, number)


@strawberry.input(one_of=True, description="What a client is known by: exactly one of these.")
class ClientLookup:
    """Ways to know a client."""

    policy_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="Number of any policy of theirs, in any spelling."
    )
    phone: str | None = strawberry.field(
        default=strawberry.UNSET, description="Phone; Russian unless it has a country code."
    )
    email: str | None = strawberry.field(default=strawberry.UNSET, description="E-mail address.")


async def find_client(
    info: Info, by: Annotated[ClientLookup, strawberry.argument(description="What the client is known by.")]
) -> Any:
    """Client by one of three."""
    return await root.find_client(info.context, by.policy_number or None, by.phone or None, by.email or None)


async def repair_stations(
    info: Info, city: Annotated[str, strawberry.argument(description="City, in Russian.")]
) -> Any:
    """Repair stations of a city."""
    return await claims.repair_stations(info.context, city)


@strawberry.type(description="Everything that can be read.")
class Query:
    """Entry points."""

    viewer = strawberry.field(
        resolver=viewer, graphql_type=Viewer | None, description="Whoever is signed in; null when nobody is."
    )
    node = strawberry.field(
        resolver=node,
        graphql_type=Node | None,
        description="Object by global id; null when there is none that the viewer may see.",
    )
    nodes = strawberry.field(
        resolver=nodes, graphql_type=list[Node | None] | None, description="Objects by global id, in their order."
    )
    policy = strawberry.field(
        resolver=policy,
        graphql_type=Policy | None,
        description="Policy by number; null when there is none that the viewer may see.",
    )
    claim = strawberry.field(
        resolver=claim,
        graphql_type=Claim | None,
        description="Claim by number; null when there is none that the viewer may see.",
    )
    find_client = strawberry.field(
        resolver=find_client,
        graphql_type=Client | None,
        description="Client by what is known of them, for employees; null for customers.",
    )
    repair_stations = strawberry.field(
        resolver=repair_stations,
        graphql_type=list[RepairStation] | None,
        description="Workshops of a city that repair for the insurer.",
    )


def build(extensions: Sequence[Any] = ()) -> strawberry.Schema:
    """Build the schema. ``extensions`` are Strawberry's, given by whoever runs operations."""
    return strawberry.Schema(
        Query,
        types=[Client, Policy, Claim, LifeContract],
        extensions=list(extensions),
        config=StrawberryConfig(scalar_map=SCALARS),
    )

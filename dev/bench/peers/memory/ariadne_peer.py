"""Ariadne over the data in memory: its ASGI application, parsed and validated documents kept, an aiodataloader.

Its documentation leaves caching to ``query_parser`` and ``query_validator``, which are given the standard library's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, cast

from aiodataloader import DataLoader
from ariadne import EnumType, ObjectType, QueryType, ScalarType, make_executable_schema
from ariadne.asgi import GraphQL
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate
from starlette.types import ASGIApp

from dev.bench.peers.memory import world

__all__ = ["app", "schema"]

KEPT: Final = 128

query: Final = QueryType()
policy: Final = ObjectType("Policy")


@query.field("policies")
def policies(_root: object, _info: Any, first: int) -> Sequence[world.Policy]:
    """Return the first policies."""
    return world.POLICIES[:first]


@policy.field("holder")
def holder(root: world.Policy, info: Any) -> Any:
    """Return a policy's client, by batch."""
    return info.context["clients"].load(root.holder_id)


async def clients(keys: list[str]) -> list[world.Client]:
    """Load clients."""
    return [world.CLIENTS[key] for key in keys]


def schema() -> GraphQLSchema:
    """Bind the resolvers."""
    return make_executable_schema(
        world.SDL,
        query,
        policy,
        EnumType("Line", world.Line),
        EnumType("PolicyStatus", world.PolicyStatus),
        ScalarType("Date", serializer=lambda day: day.isoformat()),
        ScalarType("Decimal", serializer=lambda number: format(number, "f")),
        convert_names_case=True,
    )


@lru_cache(maxsize=KEPT)
def parsed(text: str) -> DocumentNode:
    """Parse a text once."""
    return parse(text)


@lru_cache(maxsize=KEPT)
def errors(of: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """Validate a document once."""
    return validate(of, document)


def validated(of: GraphQLSchema, document_ast: DocumentNode, *_rules: object, **_options: object) -> list[GraphQLError]:
    """Return what is wrong with a document."""
    return errors(of, document_ast)


def app() -> ASGIApp:
    """Make the application."""
    return GraphQL(
        schema(),
        context_value=lambda request, _data: {"request": request, "clients": DataLoader(clients)},
        query_parser=lambda _context, data: parsed(data["query"]),
        query_validator=cast("Any", validated),
    )

"""Objects with a global id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from resolvers import ids
from schema.fields import computed

__all__ = ["Node", "global_id", "part_id"]


@strawberry.interface(description="An object that can be fetched again by its global id.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = strawberry.field(description="Global id, opaque and the same for ever.")


def global_id(type_name: str, attribute: str) -> Any:
    """Declare the id field of a type whose internal id is an attribute of its domain object."""
    return computed(
        lambda root, _ctx: ids.encode(type_name, getattr(root, attribute)),
        strawberry.ID,
        description="Global id, opaque and the same for ever.",
    )


def part_id(type_name: str, internal: Callable[[Any], str]) -> Any:
    """Declare the id of something that is only fetched with what it belongs to."""
    return computed(
        lambda root, _ctx: ids.encode(type_name, internal(root)),
        strawberry.ID,
        description="Opaque, the same on every reading; for caches and lists, not for `node`.",
    )

"""Objects with a global id."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers import ids
from schema.fields import computed

__all__ = ["Node", "global_id"]


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

"""Relay connections."""

from __future__ import annotations

from typing import Generic, TypeVar

import strawberry

from resolvers import pages
from schema.caching import PART
from schema.shown import part_of, shown

__all__ = ["Connection", "Edge", "PageInfo"]

T = TypeVar("T")


@shown(pages.PageInfo, description="What lies around a page.", keep=PART)
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether edges follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether edges precede this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge.")


@part_of(pages.Edge)
@strawberry.type(description="An item of a connection with its place.", directives=[PART])
class Edge(Generic[T]):
    """Relay's Edge."""

    node: T | None = strawberry.field(description="The item; null, with an error, when it could not be read.")
    cursor: str = strawberry.field(description="Place of the item, for `after` and `before`.")


@part_of(pages.Page)
@strawberry.type(
    description="A slice of a collection, by the Relay cursor connections specification.", directives=[PART]
)
class Connection(Generic[T]):
    """Relay's Connection."""

    edges: list[Edge[T]] = strawberry.field(description="Items of the slice with their places.")
    page_info: PageInfo = strawberry.field(description="What lies around the slice.")
    total_count: int = strawberry.field(description="Length of the whole collection after filtering.")

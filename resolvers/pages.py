"""Relay connections over collections that are loaded whole, with keyset cursors."""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from domain.errors import InvalidInput, SourceGarbled
from resolvers.outcomes import garbled, readable

__all__ = ["Edge", "Page", "PageInfo", "Slice", "page"]

T = TypeVar("T")
SortKey = tuple[int | str, ...]

DEFAULT: Final = 50
MOST: Final = 200

READ, GARBLED = 0, 1
"""First element of every key that a cursor holds."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a collection is asked for, by the Relay cursor specification."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """An item, or what stands for one that could not be read, with its place."""

    node: T | SourceGarbled
    cursor: str


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What lies around a page."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One slice of a collection; ``total_count`` is that of the whole collection after filtering."""

    edges: tuple[Edge[T], ...]
    page_info: PageInfo
    total_count: int


def page(items: Sequence[T | SourceGarbled], key_of: Callable[[T], SortKey], part: Slice) -> Page[T]:
    """Sort and slice a collection; rows that could not be read come last, in the order in which they are given.

    A cursor holds its item's sort key, not a position: an item that comes or goes between two pages neither repeats
    nor hides another. ``key_of`` must be unique. A row that could not be read has no key; its cursor holds its place
    among its like. Raises: ``InvalidInput`` for a bad count or cursor.
    """
    good, bad = sorted(readable(items), key=key_of), garbled(items)
    ordered: list[T | SourceGarbled] = [*good, *bad]
    keys = [*((READ, *key_of(item)) for item in good), *((GARBLED, place) for place in range(len(bad)))]
    low = bisect_right(keys, decoded("after", part.after, keys)) if part.after is not None else 0
    high = bisect_left(keys, decoded("before", part.before, keys)) if part.before is not None else len(keys)
    high = max(low, high)
    first = checked("first", part.first, DEFAULT if part.last is None else None)
    last = checked("last", part.last, None)
    if first is not None:
        high = min(high, low + first)
    if last is not None:
        low = max(low, high - last)
    edges = tuple(Edge(item, encoded(key)) for item, key in zip(ordered[low:high], keys[low:high], strict=True))
    info = PageInfo(
        has_next_page=high < len(keys),
        has_previous_page=low > 0,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info, len(ordered))


def checked(argument: str, count: int | None, default: int | None) -> int | None:
    """Return a count in bounds."""
    if count is None:
        return default
    if not 0 <= count <= MOST:
        raise InvalidInput(argument, "page_size")
    return count


def encoded(key: SortKey) -> str:
    """Write a sort key as an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decoded(argument: str, cursor: str, keys: Sequence[SortKey]) -> SortKey:
    """Read a cursor. Raises: ``InvalidInput`` for one that this collection cannot have made."""
    try:
        raw = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as broken:
        raise InvalidInput(argument, "cursor") from broken
    if not isinstance(raw, list) or not fits(raw, keys):
        raise InvalidInput(argument, "cursor")
    return tuple(raw)


def fits(raw: list[Any], keys: Sequence[SortKey]) -> bool:
    """Return whether what a cursor held can be compared with every key."""
    kinds = list(map(type, raw))
    if raw[:1] != [READ]:
        return raw[:1] == [GARBLED] and kinds == [int, int]
    return not keys or keys[0][0] == GARBLED or kinds == list(map(type, keys[0]))

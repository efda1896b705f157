"""Request headers, read once a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import Scope

__all__ = ["by_name", "header", "is_given", "values"]

KEPT: Final = "gateway.headers"
"""Key under which a request's scope keeps its headers by name."""


def by_name(scope: Scope) -> Mapping[bytes, bytes]:
    """Return the first header of each name, by names in lower case."""
    kept: Mapping[bytes, bytes] | None = scope.get(KEPT)
    if kept is None:
        # The first counts, so it has to be written last.
        kept = scope[KEPT] = dict(reversed(scope["headers"]))
    return kept


def header(scope: Scope, name: bytes) -> str | None:
    """Return the first header of a name, which is given in lower case."""
    found = by_name(scope).get(name)
    return None if found is None else found.decode("latin-1")


def is_given(scope: Scope, name: bytes) -> bool:
    """Return whether there is a header of a name."""
    return name in by_name(scope)


def values(scope: Scope, name: bytes) -> list[str]:
    """Return all headers of a name."""
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]

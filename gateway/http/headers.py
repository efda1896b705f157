"""Request headers, read once a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import Scope

__all__ = ["header", "is_given", "values"]

KEPT: Final = "gateway.headers"
"""Key under which a request's scope keeps its headers by name."""


def header(scope: Scope, name: bytes) -> str | None:
    """Return the first header of a name, which is given in lower case."""
    found = (scope.get(KEPT) or _by_name(scope)).get(name)
    return None if found is None else found.decode("latin-1")


def is_given(scope: Scope, name: bytes) -> bool:
    """Return whether there is a header of a name."""
    return name in (scope.get(KEPT) or _by_name(scope))


def values(scope: Scope, name: bytes) -> list[str]:
    """Return all headers of a name."""
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]


def _by_name(scope: Scope) -> Mapping[bytes, bytes]:
    # Of two with one name the first counts, so it has to be written last.
    kept: Mapping[bytes, bytes] = dict(reversed(scope["headers"]))
    scope[KEPT] = kept
    return kept

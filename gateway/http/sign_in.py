"""Who sent a request, by its ``Authorization`` header."""

from __future__ import annotations

from starlette.types import Scope

from domain.viewer import Viewer
from gateway.access.errors import TokenInvalid
from gateway.access.remembered import RememberedTokens
from gateway.http.headers import is_given, values
from gateway.observability import facts

__all__ = ["viewer_of"]


def viewer_of(scope: Scope, tokens: RememberedTokens) -> Viewer | None:
    """Return the viewer, None when nobody claims to be anybody. Raises: ``TokenExpired``, ``TokenInvalid``."""
    viewer = _viewer(values(scope, b"authorization"), tokens) if is_given(scope, b"authorization") else None
    facts.note(viewer=viewer.kind.value.lower() if viewer else "anonymous")
    return viewer


def _viewer(given: list[str], tokens: RememberedTokens) -> Viewer:
    if len(given) > 1:
        raise TokenInvalid("several headers")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        raise TokenInvalid("another scheme")
    return tokens.viewer(token.strip())

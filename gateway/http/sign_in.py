"""Who sent a request, by its ``Authorization`` header."""

from __future__ import annotations

import structlog
from starlette.datastructures import Headers
from starlette.types import Scope

from domain.viewer import Viewer
from gateway.access.errors import TokenInvalid
from gateway.access.tokens import Tokens

__all__ = ["viewer_of"]


def viewer_of(scope: Scope, tokens: Tokens) -> Viewer | None:
    """Return the viewer, None when nobody claims to be anybody. Raises: ``TokenExpired``, ``TokenInvalid``."""
    given = Headers(scope=scope).getlist("Authorization")
    viewer = _viewer(given, tokens) if given else None
    structlog.contextvars.bind_contextvars(viewer=viewer.kind.value.lower() if viewer else "anonymous")
    return viewer


def _viewer(given: list[str], tokens: Tokens) -> Viewer:
    if len(given) > 1:
        raise TokenInvalid("several headers")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        raise TokenInvalid("another scheme")
    return tokens.viewer(token.strip())

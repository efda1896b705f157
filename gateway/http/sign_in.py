"""Who sent a request, by its ``Authorization`` header or its cookie."""

from __future__ import annotations

from starlette.types import Scope

from domain.viewer import Viewer
from gateway.access.errors import TokenInvalid
from gateway.access.remembered import RememberedTokens
from gateway.http.cookies import Cookies
from gateway.http.headers import is_given, values
from gateway.observability import facts
from gateway.observability.logs import logger

__all__ = ["viewer_of"]


def viewer_of(scope: Scope, tokens: RememberedTokens, cookies: Cookies) -> Viewer | None:
    """Return the viewer, None when nobody claims to be anybody. Raises: ``TokenExpired``, ``TokenInvalid``.

    A token in the header is what counts, good or bad, whatever cookie comes with it. A cookie is sent without being
    asked, with the request for a new one too: one that is no longer good stands for nobody and refuses nothing.
    """
    if is_given(scope, b"authorization"):
        viewer: Viewer | None = _named(values(scope, b"authorization"), tokens)
    else:
        viewer = _carried(cookies.access(scope), tokens)
    facts.note(viewer=viewer.kind.value.lower() if viewer else "anonymous")
    return viewer


def _named(given: list[str], tokens: RememberedTokens) -> Viewer:
    if len(given) > 1:
        raise TokenInvalid("several headers")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        raise TokenInvalid("another scheme")
    return tokens.viewer(token.strip())


def _carried(token: str | None, tokens: RememberedTokens) -> Viewer | None:
    if token is None:
        return None
    try:
        return tokens.viewer(token)
    except TokenInvalid as invalid:
        logger().info("access cookie not good", reason=invalid.reason)
        return None

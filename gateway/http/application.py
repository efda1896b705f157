"""Which application a request says it is from."""

from __future__ import annotations

from starlette.types import Scope

from gateway.documents.library import Application
from gateway.http.headers import header
from gateway.observability.requests import CLIENT_HEADERS

__all__ = ["application_of"]


def application_of(scope: Scope) -> Application:
    """Return what the headers say, however odd: a name that is on no list must not count as none."""
    return Application(*(header(scope, CLIENT_HEADERS[field]) or None for field in ("client", "client_version")))

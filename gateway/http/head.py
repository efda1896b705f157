"""What a GraphQL request's headers say, read once for all requests that say the same."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from starlette.types import Scope

from domain.money import Locale
from gateway.documents.library import Application
from gateway.http.headers import by_name
from gateway.http.language import language
from gateway.http.media_type import MediaType, negotiated
from gateway.observability.requests import CLIENT_HEADERS

__all__ = ["Head", "head_of"]


class Head(NamedTuple):
    """What a request wants and is; ``media_type`` is None when the client takes none of ours."""

    media_type: MediaType | None
    locale: Locale
    sends_json: bool
    application: Application


def head_of(scope: Scope) -> Head:
    """Read a request's headers."""
    given = by_name(scope).get
    return _head(
        given(b"accept"),
        given(b"accept-language"),
        given(b"content-type"),
        given(b"content-encoding"),
        given(CLIENT_HEADERS["client"]),
        given(CLIENT_HEADERS["client_version"]),
    )


@lru_cache(maxsize=1024)
def _head(*given: bytes | None) -> Head:
    accept, accept_language, content_type, content_encoding, client, version = map(_text, given)
    return Head(
        negotiated(accept),
        language(accept_language),
        _is_json(content_type or "", content_encoding or "identity"),
        # As they are, however odd: a name that is on no list must not count as none.
        Application(client or None, version or None),
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _is_json(content_type: str, content_encoding: str) -> bool:
    """Whether the body is said to be JSON in UTF-8, uncompressed."""
    media_type, *attributes = (part.strip().lower() for part in content_type.split(";"))
    charsets = {part.partition("=")[2].strip('" ') for part in attributes if part.startswith("charset=")}
    return media_type == "application/json" and charsets <= {"utf-8"} and content_encoding.lower() == "identity"

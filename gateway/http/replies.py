"""Answers in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send

from domain.errors import SourceUnavailable, TooBusy
from domain.money import Locale
from gateway.access.errors import TokenInvalid
from gateway.documents.errors import DocumentRefused
from gateway.http.errors import Told, told
from gateway.http.graphql_errors import write
from gateway.http.media_type import MediaType
from gateway.http.refusals import BodyTimeout, BodyTooLarge
from gateway.observability.metrics import Metrics

__all__ = ["Reply", "json_reply", "refused"]

VARY: Final = "Accept, Accept-Language, Authorization, Cookie, X-Client-Name, X-Client-Version"


@dataclass(slots=True)
class Reply:
    """A whole answer, as ASGI wants it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> str:
        """Return a header that it has."""
        return next(value for each, value in self.headers if each == name).decode("latin-1")

    def saying(self, **headers: str) -> Reply:
        """Return it with headers set anew; ``_`` stands for ``-`` in their names."""
        new = {name.replace("_", "-").encode(): value.encode("latin-1") for name, value in headers.items()}
        return replace(self, headers=[*(each for each in self.headers if each[0] not in new), *new.items()])

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def json_reply(
    payload: Any,
    locale: Locale,
    *,
    status: int = 200,
    media_type: str = MediaType.JSON,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Answer with JSON that nobody may keep, in the reader's language."""
    body = orjson.dumps(payload)
    own = [*_common(locale, media_type), (b"content-length", str(len(body)).encode())]
    for name, value in (headers or {}).items():
        key = name.lower().encode("latin-1")
        own = [*(each for each in own if each[0] != key), (key, value.encode("latin-1"))]
    return Reply(status, own, body)


@cache
def _common(locale: Locale, media_type: str) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"content-language", locale.value.encode()),
        (b"vary", VARY.encode()),
        (b"cache-control", b"no-store"),
    )


def refused(
    error: BaseException,
    locale: Locale,
    metrics: Metrics,
    *,
    media_type: MediaType = MediaType.JSON,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Answer with an error in the form that GraphQL errors have, write it down and count it."""
    said = told(error, locale)
    write(said, error)
    metrics.errors.labels(said.code).inc()
    payload = {"errors": [{"message": said.message, "extensions": said.extensions}]}
    own = {**_headers(error, said), **(headers or {})}
    # The request was well formed, so its status is that of an operation that could not be run.
    status = media_type.request_error_status if isinstance(error, DocumentRefused) else said.status
    return json_reply(payload, locale, status=status, media_type=media_type, headers=own)


def _headers(error: BaseException, said: Told) -> dict[str, str]:
    if isinstance(error, TokenInvalid):
        return {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{said.code}"'}
    if isinstance(error, BodyTooLarge | BodyTimeout):
        # What is left of the body may never be read.
        return {"Connection": "close"}
    if isinstance(error, SourceUnavailable | TooBusy) and error.retry_after_s is not None:
        return {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return {}

"""Answers in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from domain.errors import SourceUnavailable
from domain.money import Locale
from gateway.access.errors import TokenInvalid
from gateway.documents.errors import DocumentRefused
from gateway.http.errors import Told, told
from gateway.http.graphql_errors import write
from gateway.http.media_type import MediaType
from gateway.http.refusals import BodyTimeout, BodyTooLarge
from gateway.observability.metrics import Metrics

__all__ = ["json_reply", "refused"]

VARY: Final = "Accept, Accept-Language, Authorization"


def json_reply(
    payload: Any,
    locale: Locale,
    *,
    status: int = 200,
    media_type: str = MediaType.JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with JSON that nobody may keep, in the reader's language."""
    return Response(
        orjson.dumps(payload),
        status,
        {
            "Content-Type": f"{media_type}; charset=utf-8",
            "Content-Language": locale.value,
            "Vary": VARY,
            "Cache-Control": "no-store",
            **(headers or {}),
        },
    )


def refused(
    error: BaseException,
    locale: Locale,
    metrics: Metrics,
    *,
    media_type: MediaType = MediaType.JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
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
    if isinstance(error, SourceUnavailable) and error.retry_after_s is not None:
        return {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return {}

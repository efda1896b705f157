"""The GraphQL route, by the GraphQL-over-HTTP draft: POST with JSON, GET for queries, two response types."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from domain.errors import GatewayError
from domain.money import Locale
from gateway.access.remembered import RememberedTokens
from gateway.documents.admission import Admission
from gateway.http import parameters
from gateway.http.application import application_of
from gateway.http.body import read_body
from gateway.http.conditional import kept
from gateway.http.connection import while_connected
from gateway.http.explaining import Explaining
from gateway.http.headers import header
from gateway.http.language import language_of
from gateway.http.media_type import MediaType, negotiated
from gateway.http.operations import Operations, Run
from gateway.http.parameters import Asked
from gateway.http.refusals import BodyTooLarge, MethodNotAllowed, MutationOverGet, NotAcceptable, UnsupportedMediaType
from gateway.http.replies import Reply, json_reply, refused
from gateway.http.sign_in import viewer_of
from gateway.http.state import Contexts, connected
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.settings import Limits

__all__ = ["GraphQLRoute"]

METHODS: Final = ("GET", "POST")


class GraphQLRoute:
    """ASGI endpoint."""

    def __init__(
        self,
        operations: Operations,
        admission: Admission,
        contexts: Contexts,
        tokens: RememberedTokens,
        limits: Limits,
        metrics: Metrics,
    ) -> None:
        self._operations = operations
        self._admission = admission
        self._contexts = contexts
        self._tokens = tokens
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; one whose client is gone gets no answer."""
        locale = language_of(scope)
        media_type = negotiated(header(scope, b"accept"))
        try:
            if media_type is None:
                raise NotAcceptable
            response = await self._answer(scope, receive, locale, media_type)
        except ClientDisconnect:
            logger().info("client gone")
            return
        except GatewayError as error:
            response = refused(
                error,
                locale,
                self._metrics,
                media_type=media_type or MediaType.JSON,
                headers={"Allow": ", ".join(_allowed(error))} if _allowed(error) else None,
            )
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, locale: Locale, media_type: MediaType) -> Reply:
        if scope["method"] not in METHODS:
            raise MethodNotAllowed
        viewer = viewer_of(scope, self._tokens)
        asked = await self._parameters(scope, receive)
        given = asked.running(self._admission.text(asked.query, asked.document_id, application_of(scope)))
        explaining = Explaining(connected(scope).reads) if self._operations.explains(given, viewer) else None
        context = self._contexts.make(scope, viewer, locale, explaining=explaining)
        is_get = scope["method"] == "GET"
        with context.loaders, while_connected(receive):
            answer = await self._operations.run(given, context, only_queries=is_get, explaining=explaining)
        status = 200 if answer.run is Run.EXECUTED else media_type.request_error_status
        reply = json_reply(answer.payload, locale, status=status, media_type=media_type)
        return reply if answer.keeping is None else kept(reply, scope, answer.keeping)

    async def _parameters(self, scope: Scope, receive: Receive) -> Asked:
        if scope["method"] == "GET":
            if len(scope["query_string"]) > self._limits.max_body_bytes:
                raise BodyTooLarge(self._limits.max_body_bytes)
            # A body has no meaning here, but must be read before the wait for a disconnect.
            await read_body(scope, receive, self._limits.max_body_bytes, self._limits.body_timeout_s)
            return parameters.from_url(QueryParams(scope["query_string"]))
        if not _is_json(header(scope, b"content-type") or "", header(scope, b"content-encoding") or "identity"):
            raise UnsupportedMediaType
        body = await read_body(scope, receive, self._limits.max_body_bytes, self._limits.body_timeout_s)
        return parameters.from_body(body)


@lru_cache(maxsize=256)
def _is_json(content_type: str, content_encoding: str) -> bool:
    """Whether the body is said to be JSON in UTF-8, uncompressed."""
    media_type, *attributes = (part.strip().lower() for part in content_type.split(";"))
    charsets = {part.partition("=")[2].strip('" ') for part in attributes if part.startswith("charset=")}
    return media_type == "application/json" and charsets <= {"utf-8"} and content_encoding.lower() == "identity"


def _allowed(error: GatewayError) -> tuple[str, ...]:
    if isinstance(error, MethodNotAllowed):
        return METHODS
    return ("POST",) if isinstance(error, MutationOverGet) else ()

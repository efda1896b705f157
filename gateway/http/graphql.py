"""The GraphQL route, by the GraphQL-over-HTTP draft: POST with JSON, GET for queries, two response types."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from domain.errors import GatewayError
from gateway.access.remembered import RememberedTokens
from gateway.documents.admission import Admission
from gateway.http import parameters
from gateway.http.body import read_body
from gateway.http.conditional import kept
from gateway.http.connection import while_connected
from gateway.http.cookies import Cookies
from gateway.http.disclosing import Disclosing
from gateway.http.explaining import Explaining
from gateway.http.head import Head, head_of
from gateway.http.media_type import MediaType
from gateway.http.operations import Operations, Run
from gateway.http.parameters import Asked
from gateway.http.refusals import BodyTooLarge, MethodNotAllowed, MutationOverGet, NotAcceptable, UnsupportedMediaType
from gateway.http.replies import Reply, json_reply, refused
from gateway.http.sign_in import viewer_of
from gateway.http.state import Contexts, connected
from gateway.http.visitor import Visit
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
        cookies: Cookies,
        limits: Limits,
        metrics: Metrics,
    ) -> None:
        self._operations = operations
        self._admission = admission
        self._contexts = contexts
        self._tokens = tokens
        self._cookies = cookies
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; one whose client is gone gets no answer."""
        head = head_of(scope)
        try:
            response = await self._answer(scope, receive, head)
        except ClientDisconnect:
            logger().info("client gone")
            return
        except GatewayError as error:
            response = refused(
                error,
                head.locale,
                self._metrics,
                media_type=head.media_type or MediaType.JSON,
                headers={"Allow": ", ".join(_allowed(error))} if _allowed(error) else None,
            )
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, head: Head) -> Reply:
        media_type = head.media_type
        if media_type is None:
            raise NotAcceptable
        method = scope["method"]
        if method not in METHODS:
            raise MethodNotAllowed
        self._cookies.refuse_foreign(scope)
        viewer = viewer_of(scope, self._tokens, self._cookies)
        asked = await self._parameters(scope, receive, head)
        given = asked.running(self._admission.text(asked.query, asked.document_id, head.application))
        explaining = Explaining(connected(scope).reads) if self._operations.explains(given, viewer) else None
        is_get = method == "GET"
        disclosing = Disclosing.of(given, viewer, scope["state"]["audit"], in_address=is_get)
        context = self._contexts.make(scope, viewer, head.locale, explaining=explaining)
        with context.loaders, while_connected(receive):
            answer = await self._operations.run(
                given, context, only_queries=is_get, explaining=explaining, disclosing=disclosing
            )
        status = 200 if answer.run is Run.EXECUTED else media_type.request_error_status
        reply = json_reply(answer.payload, head.locale, status=status, media_type=media_type)
        if isinstance(context.visit, Visit):
            reply.headers += context.visit.headers
        if answer.keeping is None:
            return reply
        return kept(reply, scope, answer.keeping, signed_in=viewer is not None)

    async def _parameters(self, scope: Scope, receive: Receive, head: Head) -> Asked:
        limits = self._limits
        if scope["method"] == "GET":
            if len(scope["query_string"]) > limits.max_body_bytes:
                raise BodyTooLarge(limits.max_body_bytes)
            # A body has no meaning here, but must be read before the wait for a disconnect.
            await read_body(scope, receive, limits.max_body_bytes, limits.body_timeout_s)
            return parameters.from_url(QueryParams(scope["query_string"]))
        if not head.sends_json:
            raise UnsupportedMediaType
        return parameters.from_body(await read_body(scope, receive, limits.max_body_bytes, limits.body_timeout_s))


def _allowed(error: GatewayError) -> tuple[str, ...]:
    if isinstance(error, MethodNotAllowed):
        return METHODS
    return ("POST",) if isinstance(error, MutationOverGet) else ()

"""Callbacks of the acquirer. Whoever calls is believed by the signature alone, and only that there is news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from domain.clock import Clock
from domain.errors import GatewayError, StoreUnavailable
from gateway.acquirer.callbacks import Notice, notice
from gateway.acquirer.errors import CallbackForged, CallbackMalformed
from gateway.http.body import read_body
from gateway.http.headers import header
from gateway.http.language import language_of
from gateway.http.refusals import BodyTooLarge, MethodNotAllowed
from gateway.http.replies import Reply, refused
from gateway.http.state import notices
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.settings import AcquirerSettings, Limits

__all__ = ["PATH", "AcquirerCallback"]

PATH: Final = "/payments/callback"
MOST_BYTES: Final = 16 * 1024
OUTCOMES: Final[Mapping[type[GatewayError], str]] = {
    CallbackForged: "forged",
    CallbackMalformed: "malformed",
    BodyTooLarge: "malformed",
    StoreUnavailable: "not_kept",
}


class AcquirerCallback:
    """ASGI endpoint of ``/payments/callback``.

    204 once the news is kept; 403 and 400 for what is not the acquirer's or no notice; 503 when it cannot be kept, so
    that the acquirer sends it again.
    """

    def __init__(self, settings: AcquirerSettings, limits: Limits, clock: Clock, metrics: Metrics) -> None:
        self._settings = settings
        self._limits = limits
        self._clock = clock
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one callback."""
        try:
            if scope["method"] != "POST":
                raise MethodNotAllowed
            came = await self._read(scope, receive)
            told = notices(scope)
            if told is None:
                raise StoreUnavailable("nobody is told")
            await told.came(came.order)
        except ClientDisconnect:
            logger().info("client gone")
        except GatewayError as error:
            if type(error) in OUTCOMES:
                self._metrics.acquirer_callbacks.labels(OUTCOMES[type(error)]).inc()
            allow = {"Allow": "POST"} if isinstance(error, MethodNotAllowed) else None
            await refused(error, language_of(scope), self._metrics, headers=allow)(scope, receive, send)
        else:
            self._metrics.acquirer_callbacks.labels("taken").inc()
            logger().info("acquirer callback", order=came.order, event_id=str(came.event))
            await Reply(204, [(b"cache-control", b"no-store")], b"")(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive) -> Notice:
        body = await read_body(scope, receive, MOST_BYTES, self._limits.body_timeout_s)
        return notice(
            body,
            header(scope, b"x-timestamp"),
            header(scope, b"x-signature"),
            self._settings.callback_secrets,
            self._clock.now(),
            self._settings.callback_window_s,
        )

"""The outermost layer of every request: its id, its line in the log, its numbers, and the last net under it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["CLIENT_HEADERS", "REQUEST_ID", "RequestLayer"]

REQUEST_ID: Final = "X-Request-Id"
CLIENT_HEADERS: Final = {"client": "X-Client-Name", "client_version": "X-Client-Version"}
PLAIN: Final = re.compile(r"[\w.:/+-]{1,64}", re.ASCII)
UNMATCHED: Final = "unmatched"


@dataclass(slots=True)
class _Outcome:
    status: int = 0
    complete: bool = False


class RequestLayer:
    """ASGI middleware. ``failed`` makes the answer to an error that nothing inside expected."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        templates: Mapping[Any, str],
        failed: Callable[[Scope, BaseException], ASGIApp],
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._templates = templates
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other kinds of scope pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _plain(headers.get(REQUEST_ID)) or uuid4().hex
        clients = {field: _plain(headers.get(name)) for field, name in CLIENT_HEADERS.items()}
        outcome = _Outcome()
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(
            request_id=request_id, **{field: value for field, value in clients.items() if value}
        ):
            try:
                await self._guarded(scope, receive, _watched(send, request_id, outcome), outcome)
            finally:
                self._record(scope, outcome, time.perf_counter() - started)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, outcome: _Outcome) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError as stopped:
            # Only a server that stops cancels whole requests; there is nobody above to hear of it but the client.
            await self._tell(scope, receive, send, outcome, stopped)
        except Exception as error:  # noqa: BLE001 - the last net: nothing may reach the server's own log in full
            await self._tell(scope, receive, send, outcome, error)

    async def _tell(self, scope: Scope, receive: Receive, send: Send, outcome: _Outcome, error: BaseException) -> None:
        answer = self._failed(scope, error)
        if not outcome.status:
            await answer(scope, receive, send)

    def _record(self, scope: Scope, outcome: _Outcome, seconds: float) -> None:
        route = self._templates.get(scope.get("endpoint"), UNMATCHED)
        # A method is whatever the client typed; a label may not be.
        method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST"} else "other"
        self._metrics.requests.labels(route, method, outcome.status).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        logger().info(
            "request",
            route=route,
            method=method,
            status=outcome.status,
            complete=outcome.complete,
            seconds=round(seconds, 4),
        )


def _watched(send: Send, request_id: str, outcome: _Outcome) -> Send:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            outcome.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = request_id
            headers.setdefault("X-Content-Type-Options", "nosniff")
        elif message["type"] == "http.response.body":
            outcome.complete = not message.get("more_body", False)
        await send(message)

    return watched


def _plain(value: str | None) -> str | None:
    """Return a header's value if it may stand in a log line as it is."""
    return value if value is not None and PLAIN.fullmatch(value) else None

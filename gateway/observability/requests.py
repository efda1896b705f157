"""The outermost layer of every request: its id, its line in the log, its numbers, and the last net under it."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.headers import header
from gateway.observability import access_log, facts
from gateway.observability.metrics import Metrics

__all__ = ["CLIENT_HEADERS", "REQUEST_ID", "RequestLayer"]

REQUEST_ID: Final = "X-Request-Id"
CLIENT_HEADERS: Final = {"client": b"x-client-name", "client_version": b"x-client-version"}
PLAIN: Final = re.compile(r"[\w.:/+-]{1,64}", re.ASCII)
UNMATCHED: Final = "unmatched"
METHODS: Final = frozenset({"GET", "HEAD", "POST"})
NOSNIFF: Final = (b"x-content-type-options", b"nosniff")


@dataclass(slots=True)
class _Outcome:
    status: int = 0
    complete: bool = False


@dataclass
class RequestLayer:
    """The application as the server sees it.

    ``direct`` are paths whose endpoint is called without routing; all others go to ``app``. ``templates`` name each
    endpoint in logs and metrics; ``failed`` makes the answer to an error that nothing inside expected.
    """

    app: ASGIApp
    metrics: Metrics
    templates: Mapping[Any, str]
    failed: Callable[[Scope, BaseException], ASGIApp]
    direct: Mapping[str, ASGIApp] = field(default_factory=dict)

    def __post_init__(self) -> None:
        metrics = self.metrics

        @cache
        def counted(route: str, method: str, status: int) -> tuple[Counter, Histogram]:
            return metrics.requests.labels(route, method, status), metrics.request_seconds.labels(route)

        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other kinds of scope pass through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _plain(header(scope, b"x-request-id")) or os.urandom(16).hex()
        known: dict[str, Any] = {"request_id": request_id}
        for name, header_name in CLIENT_HEADERS.items():
            if (value := _plain(header(scope, header_name))) is not None:
                known[name] = value
        outcome = _Outcome()
        started = time.perf_counter()
        begun = facts.begin(known)
        try:
            await self._guarded(scope, receive, _watched(send, request_id.encode(), outcome), outcome)
        finally:
            self._record(scope, outcome, known, time.perf_counter() - started)
            facts.end(begun)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, outcome: _Outcome) -> None:
        endpoint = self.direct.get(scope["path"])
        if endpoint is not None:
            scope["endpoint"] = endpoint
        try:
            await (endpoint or self.app)(scope, receive, send)
        except asyncio.CancelledError as stopped:
            # Only a server that stops cancels whole requests; there is nobody above to hear of it but the client.
            await self._tell(scope, receive, send, outcome, stopped)
        except Exception as error:  # noqa: BLE001 - the last net: nothing may reach the server's own log in full
            await self._tell(scope, receive, send, outcome, error)

    async def _tell(self, scope: Scope, receive: Receive, send: Send, outcome: _Outcome, error: BaseException) -> None:
        answer = self.failed(scope, error)
        if not outcome.status:
            await answer(scope, receive, send)

    def _record(self, scope: Scope, outcome: _Outcome, known: Mapping[str, Any], seconds: float) -> None:
        route = self.templates.get(scope.get("endpoint"), UNMATCHED)
        # A method is whatever the client typed; a label may not be.
        method = scope["method"] if scope["method"] in METHODS else "other"
        requests, request_seconds = self._counted(route, method, outcome.status)
        requests.inc()
        request_seconds.observe(seconds)
        access_log.current().write(
            known,
            route=route,
            method=method,
            status=outcome.status,
            complete=outcome.complete,
            seconds=round(seconds, 4),
        )


def _watched(send: Send, request_id: bytes, outcome: _Outcome) -> Send:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            outcome.status = message["status"]
            headers = [*message["headers"], (b"x-request-id", request_id)]
            if NOSNIFF not in headers:
                headers.append(NOSNIFF)
            message["headers"] = headers
        elif message["type"] == "http.response.body":
            outcome.complete = not message.get("more_body", False)
        await send(message)

    return watched


def _plain(value: str | None) -> str | None:
    """Return a header's value if it may stand in a log line as it is."""
    return value if value is not None and PLAIN.fullmatch(value) else None

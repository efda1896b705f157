"""The outermost layer of every request: its id, its line in the log, its numbers, and the last net under it."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.headers import by_name
from gateway.observability import access_log, facts
from gateway.observability.metrics import Metrics

__all__ = ["CLIENT_HEADERS", "REQUEST_ID", "RequestLayer"]

REQUEST_ID: Final = "X-Request-Id"
CLIENT_HEADERS: Final = {"client": b"x-client-name", "client_version": b"x-client-version"}
PLAIN: Final = re.compile(rb"[\w.:/+-]{1,64}")
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other kinds of scope pass through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known, outcome = _known(scope), _Outcome()
        started = time.perf_counter()
        begun = facts.begin(known)
        watched = _watched(send, known["request_id"].encode(), outcome)
        endpoint = self.direct.get(scope["path"])
        if endpoint is not None:
            scope["endpoint"] = endpoint
        try:
            await (endpoint or self.app)(scope, receive, watched)
        except asyncio.CancelledError as stopped:
            # Only a server that stops cancels whole requests; there is nobody above to hear of it but the client.
            await self._tell(scope, receive, watched, outcome, stopped)
        except Exception as error:  # noqa: BLE001 - the last net: nothing may reach the server's own log in full
            await self._tell(scope, receive, watched, outcome, error)
        finally:
            self._record(scope, outcome, known, time.perf_counter() - started)
            facts.end(begun)

    async def _tell(self, scope: Scope, receive: Receive, send: Send, outcome: _Outcome, error: BaseException) -> None:
        answer = self.failed(scope, error)
        if not outcome.status:
            await answer(scope, receive, send)

    def _record(self, scope: Scope, outcome: _Outcome, known: Mapping[str, Any], seconds: float) -> None:
        route = self.templates.get(scope.get("endpoint"), UNMATCHED)
        # A method is whatever the client typed; a label may not be.
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.requests.inc(route, method, str(outcome.status))
        self.metrics.request_seconds.observe(route, seconds)
        access_log.current().write(
            known,
            route=route,
            method=method,
            status=outcome.status,
            complete=outcome.complete,
            seconds=round(seconds, 4),
        )


def _known(scope: Scope) -> dict[str, Any]:
    """Return what a request's headers say for its line in the log."""
    given = by_name(scope).get
    known: dict[str, Any] = {"request_id": _plain(given(b"x-request-id")) or os.urandom(16).hex()}
    for name, header_name in CLIENT_HEADERS.items():
        if (value := _plain(given(header_name))) is not None:
            known[name] = value
    return known


def _watched(send: Send, request_id: bytes, outcome: _Outcome) -> Send:
    def watched(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            outcome.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", request_id), NOSNIFF]
        elif message["type"] == "http.response.body":
            outcome.complete = not message.get("more_body", False)
        return send(message)

    return watched


def _plain(value: bytes | None) -> str | None:
    """Return a header's value if it may stand in a log line as it is."""
    return value.decode() if value is not None and PLAIN.fullmatch(value) else None

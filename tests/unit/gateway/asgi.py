"""Speaks ASGI to an application, with nothing between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope

__all__ = ["Client", "Reply", "running"]


@dataclass(slots=True)
class Reply:
    """What came back; ``complete`` only if the application finished the body."""

    status: int = 0
    headers: Headers = field(default_factory=lambda: Headers({}))
    body: bytes = b""
    complete: bool = False

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json["errors"]]


class Client:
    """Sends requests to a started application. ``state`` is its lifespan state."""

    def __init__(self, app: ASGIApp, state: Mapping[str, Any]) -> None:
        self._app = app
        self._state = state

    async def post(self, payload: Any, *, path: str = "/graphql", **headers: str) -> Reply:
        body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        return await self.send("POST", path, [body], headers={"content_type": "application/json", **headers})

    async def get(self, path: str, parameters: Mapping[str, str] | None = None, **headers: str) -> Reply:
        return await self.send("GET", path, [], query=urlencode(parameters or {}), headers=headers)

    async def send(
        self,
        method: str,
        path: str,
        pieces: Sequence[bytes],
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        gone: asyncio.Event | None = None,
    ) -> Reply:
        """Send a body in pieces; the client leaves when ``gone`` is set, or else stays."""
        leaves = gone or asyncio.Event()
        waiting = [*pieces] or [b""]

        async def receive() -> Message:
            if waiting:
                return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}
            await leaves.wait()
            return {"type": "http.disconnect"}

        reply = Reply()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = Headers(raw=[(name.lower(), value) for name, value in message["headers"]])
            else:
                reply.body += message.get("body", b"")
                reply.complete = not message.get("more_body", False)

        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in (headers or {}).items() if value]
        await self._app(self._scope(method, path, query, given), receive, send)
        return reply

    def _scope(self, method: str, path: str, query: str, headers: list[tuple[bytes, bytes]]) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": dict(self._state),
        }


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[Client]:
    """Start the application's lifespan and stop it at the end."""
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    state: dict[str, Any] = {}
    scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    lifespan = asyncio.create_task(_lifespan(app, scope, inbox, outbox))
    await inbox.put({"type": "lifespan.startup"})
    started = await outbox.get()
    assert started["type"] == "lifespan.startup.complete", started
    try:
        yield Client(app, state)
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        stopped = await outbox.get()
        await lifespan
        assert stopped["type"] == "lifespan.shutdown.complete", stopped


async def _lifespan(app: ASGIApp, scope: Scope, inbox: asyncio.Queue[Message], outbox: asyncio.Queue[Message]) -> None:
    await app(scope, inbox.get, outbox.put)

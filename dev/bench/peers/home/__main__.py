"""Serve the home screen in plain Strawberry: ``python -m dev.bench.peers.home CONFIG.json PORT``."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import uvicorn
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.asgi import GraphQL

from dev.bench.peers.home.fields import JOBS, Asker, schema
from dev.bench.reference.upstream import Upstream

logger = logging.getLogger("access")


class Guard:
    """Checks the token, sets a deadline and writes a line for every request, as the others do."""

    def __init__(self, app: ASGIApp, config: dict[str, Any]) -> None:
        self._app = app
        self._keys = KeySet.import_key_set(config["jwks"])
        self._deadline_s = config["deadline_ms"] / 1000
        self._claims = jwt.JWTClaimsRegistry(
            leeway=30,
            iss={"essential": True, "value": config["issuer"]},
            aud={"essential": True, "value": config["audience"]},
            exp={"essential": True},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            scope["viewer"] = self._viewer(Request(scope).headers.get("authorization", ""))
            async with asyncio.timeout(self._deadline_s):
                await self._app(scope, receive, watched)
        except JoseError:
            await JSONResponse({"errors": [{"message": "TOKEN_INVALID"}]}, 401)(scope, receive, watched)
        finally:
            seconds = round(time.perf_counter() - started_s, 4)
            logger.info(json.dumps({"event": "request", "status": status, "seconds": seconds}))

    def _viewer(self, header: str) -> dict[str, Any]:
        decoded = jwt.decode(header.removeprefix("Bearer "), self._keys, algorithms=["Ed25519"])
        self._claims.validate(decoded.claims)
        return decoded.claims


class Server(GraphQL[Asker, None]):
    """Strawberry's application with a context that asks the systems."""

    upstream: Upstream
    jobs: asyncio.Semaphore

    async def get_context(self, request: Any, response: Any) -> Asker:
        """Make a request's context."""
        return Asker(self.upstream, request.scope["viewer"]["client_isn"], self.jobs)

    def encode_json(self, data: object) -> bytes:
        """Write JSON."""
        return orjson.dumps(data)


def app(config: dict[str, Any]) -> ASGIApp:
    """Make the application; it signs in to the systems as it starts."""
    server = Server(schema(), graphql_ide=None)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            server.upstream, server.jobs = Upstream(http, config["systems"]), asyncio.Semaphore(JOBS)
            await server.upstream.sign_in()
            yield

    return Starlette(
        routes=[Route("/graphql", server)], middleware=[Middleware(Guard, config=config)], lifespan=lifespan
    )


def main() -> None:
    """Serve as the other peers in Python are served."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    uvicorn.run(
        app(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()

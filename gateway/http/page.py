"""The GraphQL page: built files from a folder of ours, nothing from any other host."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import orjson
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from gateway.settings import Page

__all__ = ["PATH", "PageUnfit", "page_routes"]

PATH: Final = "/graphiql"
NOTHING_OFFERED: Final = {"endpoint": "/graphql", "tabs": [], "tokens": []}
HEADERS: Final = {
    # The editor writes styles of its own and starts its language service from a blob.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PageUnfit(ValueError):
    """The page cannot be served as it is set; the text says why."""


def page_routes(settings: Page) -> list[BaseRoute]:
    """Make the page's routes, none when it is not enabled. Raises: ``PageUnfit``."""
    if not settings.enabled:
        return []
    if not (settings.directory / "index.html").is_file():
        raise PageUnfit(f"directory: no page in {settings.directory}; build it with `make page`")
    offered = _offered(settings.config)

    async def to_page(_request: Request) -> Response:
        return RedirectResponse(f"{PATH}/")

    async def config(_request: Request) -> Response:
        return Response(offered, media_type="application/json", headers={"Cache-Control": "no-store"})

    return [
        Route("/", to_page),
        Route(PATH, to_page),
        Route(f"{PATH}/graphiql-config.json", config),
        Mount(PATH, _WithHeaders(StaticFiles(directory=settings.directory, html=True))),
    ]


def _offered(file: Path | None) -> bytes:
    if file is None:
        return orjson.dumps(NOTHING_OFFERED)
    try:
        return orjson.dumps(orjson.loads(file.read_bytes()))
    except OSError as missing:
        raise PageUnfit(f"config: {file} cannot be read ({missing.strerror})") from None
    except orjson.JSONDecodeError:
        raise PageUnfit(f"config: {file} is not JSON") from None


class _WithHeaders:
    def __init__(self, files: StaticFiles) -> None:
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._files(scope, receive, with_headers)

"""The built page on a server of our own: its files, a configuration and a small graph that records what it is asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import graphql
import pytest
from aiohttp import web

from gateway.http.page import HEADERS
from tests.page import chromium
from tests.page.editor import QUERY, READY

DIST = Path(__file__).parents[2] / "web" / "graphiql" / "dist"
SDL = 'type Query { "Who asks, and in which language." greeting(name: String!): String! }'
CONFIG: dict[str, Any] = {
    "endpoint": "/graphql",
    "tabs": [
        {
            "title": "Greeting",
            "query": "query Greeting($name: String!) {\n  greeting(name: $name)\n}\n",
            "variables": {"name": "Анна"},
        },
        {"title": "Another", "query": 'query Another {\n  greeting(name: "another")\n}\n'},
    ],
    "tokens": [
        {"label": "First client", "token": "token-of-first"},
        {"label": "Employee", "token": "token-of-employee"},
    ],
}


@pytest.fixture(scope="session", autouse=True)
def _browser_and_page() -> None:
    """Says once what is missing, instead of once per test."""
    try:
        chromium.find()
    except FileNotFoundError as missing:
        pytest.exit(str(missing), returncode=1)
    if not (DIST / "index.html").exists():
        pytest.exit("The page has not been built: make page", returncode=1)


@dataclass
class Site:
    """``explains`` is what it says of an operation that asks for it; None is of a gateway that says nothing."""

    origin: str = ""
    config: dict[str, Any] = field(default_factory=lambda: dict(CONFIG))
    explains: dict[str, Any] | None = None
    asked: list[tuple[str | None, str, dict[str, Any]]] = field(default_factory=list)

    def operations(self, name: str) -> list[tuple[str | None, str, dict[str, Any]]]:
        """(Authorization, Accept-Language, body) of each call of the named operation."""
        return [call for call in self.asked if call[2].get("operationName") == name]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    schema = graphql.build_schema(SDL)

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        headers = request.headers
        site.asked.append((headers.get("Authorization"), headers["Accept-Language"], body))
        root = {"greeting": lambda _info, name: f"Здравствуйте, {name}"}
        result = graphql.graphql_sync(
            schema, body["query"], root, variable_values=body.get("variables"), operation_name=body.get("operationName")
        )
        answered: dict[str, Any] = {**result.formatted}
        if site.explains is not None and body.get("extensions", {}).get("explain") is True:
            answered["extensions"] = {"explain": site.explains, "other": "stays"}
        return web.json_response(answered)

    async def config(_request: web.Request) -> web.Response:
        return web.json_response(site.config) if site.config else web.Response(status=404)

    async def index(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(DIST / "index.html", headers=HEADERS)

    app = web.Application()
    app.router.add_post("/graphql", answer)
    app.router.add_get("/graphiql/", index)
    app.router.add_get("/graphiql/graphiql-config.json", config)
    app.router.add_static("/graphiql", DIST)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def page(site: Site, tmp_path: Path) -> AsyncIterator[chromium.Page]:
    """The page, opened and ready: the editor shows its first tab."""
    async with chromium.launched(tmp_path / "profile") as page:
        await page.open(f"{site.origin}/graphiql/")
        await page.until(f"{READY} && {QUERY}")
        yield page

"""Nobody is sent to a place that a client named: addresses that go out are made of paths and of settings alone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.settings import Page
from tests.unit.gateway.asgi import Reply
from tests.unit.gateway.http.test_cookies import OWN, access
from tests.unit.gateway.world import World

EVIL = "evil.example"
HEADERS = {
    "host": EVIL,
    "x_forwarded_host": EVIL,
    "x_forwarded_proto": "https",
    "forwarded": f"host={EVIL}",
    "x_original_url": f"https://{EVIL}/",
    "referer": f"https://{EVIL}/",
}
ROUTES = [
    "/graphql",
    "/documents/token",
    "/.well-known/jwks.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/payments/callback",
    "/graphiql",
    "/",
]
PATHS = [
    *ROUTES,
    *(f"{route}/" for route in ROUTES),
    *(f"/{each}" for each in (f"/{EVIL}", f"/{EVIL}/", f"\\{EVIL}/", f"graphiql//{EVIL}/", f"%2f%2f{EVIL}/")),
]
NAMES = ("next", "url", "returnUrl", "return_url", "redirect", "redirect_uri", "callback", "to")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
async def test_no_redirect_leads_to_a_place_that_the_request_named(
    world: World, tmp_path: Path, path: str, method: str
) -> None:
    (tmp_path / "index.html").write_text("the page")
    page = Page(enabled=True, directory=tmp_path)
    query = "&".join(f"{name}=https://{EVIL}/" for name in NAMES)
    async with world.gateway(page=page) as client:
        reply = await client.send(method, path, [b""], query=query, headers=HEADERS)
    assert EVIL not in reply.body.decode("latin-1")
    assert not [value for value in reply.headers.values() if EVIL in value]
    if "location" in reply.headers:
        to = urlsplit(reply.headers["location"])
        assert (to.scheme, to.netloc, to.path) == ("", "", "/graphiql/")


async def test_a_slash_too_many_is_no_address_of_ours(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.post({"query": "{ __typename }"}, path="/graphql/", authorization=world.bearer())
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])


async def test_links_to_documents_lead_to_our_own_address_whatever_host_was_asked(world: World) -> None:
    query = "{ viewer { client { policies { edges { node { documents { download { url } } } } } } } }"
    async with world.gateway() as client:
        asked = [
            await client.post({"query": query}, authorization=world.bearer(), **HEADERS),
            await client.post({"query": query}, cookie=access(world.token()), **OWN, **HEADERS),
        ]
    assert {urlsplit(url).netloc for reply in asked for url in urls(reply)} == {"gateway.test"}


def urls(reply: Reply) -> list[str]:
    edges = reply.json["data"]["viewer"]["client"]["policies"]["edges"]
    return [each["download"]["url"] for edge in edges for each in edge["node"]["documents"]]

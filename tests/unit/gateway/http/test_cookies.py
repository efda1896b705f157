"""A browser's tokens: cookies that scripts cannot read, and that other sites' pages cannot make use of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from dev.tokens import DemoIssuer
from domain.accounts.models import SessionId
from domain.accounts.ports import Issued
from gateway.http.cookies import Cookies
from gateway.http.visitor import Visit
from gateway.settings import Environment, Server
from tests.fakes.clock import NOW, StillClock
from tests.unit.gateway.asgi import Reply
from tests.unit.gateway.world import CLIENT, EMPLOYEE, STRANGER, World

WHO = {"query": "{ viewer { kind client { id } } }"}
MUTATION = {"query": "mutation { __typename }"}
KEY = b"cookies" * 5
OWN = {"x_requested_by": "account", "origin": "http://gateway.test", "sec_fetch_site": "same-origin"}
ISSUED = Issued("access", 600, "refresh", NOW + timedelta(days=30), SessionId(UUID(int=1)))
HTTPS = Server(environment=Environment.DEVELOPMENT, public_url="https://Gateway.test:443/")


def scope(cookie: str | None = None, method: str = "POST", **headers: str) -> dict[str, Any]:
    given = {**headers, **({} if cookie is None else {"cookie": cookie})}
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {"type": "http", "method": method, "headers": pairs}


def access(token: str) -> str:
    return f"gateway-access={token}"


def seen(reply: Reply) -> Any:
    """Whom the gateway took the sender for."""
    return reply.json["data"]["viewer"] and reply.json["data"]["viewer"]["kind"]


def test_over_https_cookies_are_for_this_host_alone() -> None:
    headers = Cookies("https://my.insurer.example", KEY).issued(ISSUED, NOW)
    [(_, refresh)] = headers[1:]
    mark = refresh.partition(b"; ")[0].removeprefix(b"__Host-refresh=refresh.")
    assert len(mark) == 43
    assert headers == [
        (b"set-cookie", b"__Host-access=access; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax"),
        (
            b"set-cookie",
            b"__Host-refresh=refresh." + mark + b"; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
    ]


def test_without_https_they_have_other_names() -> None:
    headers = Cookies("http://127.0.0.1:8000", KEY).issued(ISSUED, NOW)
    assert headers[0] == (b"set-cookie", b"gateway-access=access; Max-Age=600; Path=/; HttpOnly; SameSite=Lax")
    assert [value.split(b"=")[0] for _, value in headers] == [b"gateway-access", b"gateway-refresh"]


def test_taken_away_they_are_empty_and_over() -> None:
    for _, value in Cookies("https://a.example", KEY).cleared():
        assert b"=; Max-Age=0; Path=/; HttpOnly; Secure" in value


def test_cookies_are_read_by_their_whole_names() -> None:
    cookies = Cookies("https://a.example", KEY)
    asked = scope("a=1; __Host-access=x.y-z_; x__Host-refresh=no; __Host-refresh=r=1;bare")
    assert (cookies.access(asked), cookies.refresh(asked)) == ("x.y-z_", "r=1")
    for cookie in (None, "", ";", "__Host-access=", "gateway-access=x", "__host-access=x", "access=x"):
        assert cookies.access(scope(cookie)) is None
    assert cookies.access(scope("__Host-access=one; __Host-access=two")) is None


def test_of_a_refresh_token_in_a_cookie_is_told_whether_we_gave_it_in_one() -> None:
    cookies = Cookies("http://gateway.test", KEY)
    [_, (_, given)] = cookies.issued(ISSUED, NOW)
    ours = given.partition(b"; ")[0].decode()
    mark = ours.partition(".")[2]

    assert (cookies.refresh(scope(ours)), cookies.is_refresh_ours(scope(ours))) == ("refresh", True)
    others = ("gateway-refresh=refresh", "gateway-refresh=refresh.", f"gateway-refresh=refresh.{mark[:-1]}")
    for each in (*others, f"gateway-refresh=another.{mark}", "gateway-refresh=refresh.\u044b", f"{ours}; {ours}", ""):
        assert not cookies.is_refresh_ours(scope(each))
    assert cookies.refresh(scope("gateway-refresh=refresh")) == "refresh"
    assert not Cookies("http://gateway.test", KEY + b"!").is_refresh_ours(scope(ours))


async def test_a_page_of_ours_signs_in_by_its_cookie(world: World) -> None:
    async with world.gateway() as client:
        reply = await client.post(WHO, cookie=access(world.token()), **OWN)
    assert (reply.status, seen(reply)) == (200, "CLIENT")
    assert world.lines("request")[-1]["viewer"] == "client"


@pytest.mark.parametrize(
    "headers",
    [
        {**OWN, "x_requested_by": ""},
        {**OWN, "origin": "https://evil.example"},
        {**OWN, "origin": "null"},
        {**OWN, "origin": "https://gateway.test"},
        {**OWN, "origin": "http://gateway.test:81"},
        {**OWN, "origin": "http://gateway.test.evil.example"},
        {**OWN, "origin": "http://evil.gateway.test"},
        {**OWN, "origin": "http://gateway.test@evil.example"},
        {**OWN, "sec_fetch_site": "cross-site"},
        {**OWN, "sec_fetch_site": "same-site"},
        {"origin": "http://gateway.test"},
        {"origin": "http://gateway.test", "sec_fetch_site": "same-origin"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("cookie", ["gateway-access", "gateway-refresh"])
@pytest.mark.parametrize("payload", [WHO, MUTATION], ids=["query", "mutation"])
async def test_what_another_site_may_have_sent_is_refused(
    world: World, headers: dict[str, str], cookie: str, payload: Any
) -> None:
    async with world.gateway() as client:
        reply = await client.post(payload, cookie=f"theme=dark; {cookie}={world.token()}", **headers)
    assert (reply.status, reply.codes) == (403, ["FOREIGN_REQUEST"])
    assert world.reads.calls == {}


@pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
async def test_a_second_header_hides_nothing(world: World, name: str) -> None:
    cookies = Cookies("http://gateway.test", KEY)
    asked = scope(access("x"), **OWN)
    for place in (0, len(asked["headers"])):
        pairs = [*asked["headers"]]
        pairs.insert(place, (name.encode(), b"https://evil.example"))
        assert not cookies.are_wanted({**asked, "headers": pairs})


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_form_is_no_request_of_ours(world: World, content_type: str) -> None:
    async with world.gateway() as client:
        forged = await client.post(WHO, cookie=access(world.token()), content_type=content_type)
        own = await client.post(WHO, cookie=access(world.token()), **{**OWN, "content_type": content_type})
    assert (forged.status, own.status) == (403, 415)


async def test_browsers_that_name_no_origin_and_requests_without_our_cookies_are_served(world: World) -> None:
    async with world.gateway() as client:
        bare = await client.post(WHO, cookie=access(world.token()), x_requested_by="account")
        other = await client.post(WHO, cookie="theme=dark; access=x", origin="https://evil.example")
    assert (seen(bare), other.status, seen(other)) == ("CLIENT", 200, None)


async def test_a_token_in_the_header_wins_good_or_bad(world: World) -> None:
    cookie = access(world.token(CLIENT))
    async with world.gateway() as client:
        both = await client.post(WHO, cookie=cookie, authorization=world.bearer(EMPLOYEE))
        bad = await client.post(WHO, cookie=cookie, authorization="Bearer x", **OWN)
        expired = await client.post(WHO, cookie=cookie, authorization=world.bearer(ttl_s=-100), **OWN)
        basic = await client.post(WHO, cookie=cookie, authorization="Basic eDp5", **OWN)
    assert seen(both) == "EMPLOYEE"
    assert [each.codes for each in (bad, expired, basic)] == [["TOKEN_INVALID"], ["TOKEN_EXPIRED"], ["TOKEN_INVALID"]]


async def test_a_cookie_that_is_no_longer_good_stands_for_nobody(world: World) -> None:
    forged = DemoIssuer().token(CLIENT, now_s=world.clock.now().timestamp())
    async with world.gateway() as client:
        for token in (world.token(ttl_s=-100), forged, "x", "a.b.c", world.token()[:-8]):
            reply = await client.post(WHO, cookie=access(token), **OWN)
            assert (reply.status, seen(reply)) == (200, None)
            assert token not in world.log or token == "x"
    twice = f"{access(world.token(CLIENT))}; {access(world.token(STRANGER))}"
    async with world.gateway() as client:
        assert seen(await client.post(WHO, cookie=twice, **OWN)) is None


async def test_get_with_a_cookie_runs_queries_and_nothing_else(world: World) -> None:
    cookie = access(world.token())
    foreign = {"origin": "https://evil.example", "sec_fetch_site": "cross-site"}
    async with world.gateway() as client:
        query = await client.get("/graphql", WHO, cookie=cookie, **foreign)
        mutation = await client.get("/graphql", MUTATION, cookie=cookie, **foreign)
    assert seen(query) == "CLIENT"
    assert "access-control-allow-origin" not in query.headers
    assert (mutation.status, mutation.codes) == (405, ["METHOD_NOT_ALLOWED"])


async def test_what_was_asked_with_a_cookie_is_kept_by_nobody_else(world: World) -> None:
    asked = {"query": '{ repairStations(city: "Тверь") { name } }'}
    async with world.gateway() as client:
        own = await client.get("/graphql", {"query": "{ __typename }"}, cookie=access(world.token()))
        anonymous = await client.get("/graphql", {"query": "{ __typename }"})
        stations = await client.get("/graphql", asked, cookie=access(world.token()))
    for reply in (own, stations):
        assert "public" not in reply.headers["cache-control"]
    for reply in (own, anonymous):
        assert "Cookie" in reply.headers["vary"].split(", ")


async def test_a_link_made_in_one_session_opens_in_another_and_for_nobody_else(world: World) -> None:
    query = "{ viewer { client { policies { edges { node { documents { download { url } } } } } } } }"
    async with world.gateway() as client:
        graph = await client.post({"query": query}, cookie=access(world.token(sid="telephone")), **OWN)
        [edge] = graph.json["data"]["viewer"]["client"]["policies"]["edges"]
        path = urlsplit(edge["node"]["documents"][0]["download"]["url"]).path
        same = await client.get(path, cookie=access(world.token(sid="laptop")))
        other = await client.get(path, cookie=access(world.token(STRANGER)))
        old = await client.get(path, cookie=access(world.token(ttl_s=-100)))
    assert [each.status for each in (same, other, old)] == [200, 404, 200]


async def test_over_https_the_cookie_of_development_is_none(world: World) -> None:
    own = {**OWN, "origin": "https://gateway.test"}
    async with world.gateway(server=HTTPS) as client:
        host = await client.post(WHO, cookie=f"__Host-access={world.token()}", **own)
        development = await client.post(WHO, cookie=access(world.token()), **own)
        forged = await client.post(WHO, cookie=f"__Host-access={world.token()}", **OWN)
    assert (seen(host), seen(development), forged.status) == ("CLIENT", None, 403)


async def test_tokens_are_given_in_cookies_to_pages_of_ours_alone(world: World) -> None:
    cookies = Cookies("http://gateway.test", KEY)
    assert cookies.are_wanted(scope(**OWN))
    assert cookies.are_wanted(scope(x_requested_by="account"))
    assert not cookies.are_wanted(scope(origin="http://gateway.test"))
    assert not cookies.are_wanted(scope(**{**OWN, "origin": "https://evil.example"}))
    assert not Cookies("nonsense", KEY).are_wanted(scope(x_requested_by="a", origin="null"))


@pytest.mark.parametrize(("headers", "is_ours"), [(OWN, True), ({}, False), ({**OWN, "origin": "null"}, False)])
def test_cookies_are_taken_away_from_pages_of_ours_alone(headers: dict[str, str], is_ours: bool) -> None:
    cookies = Cookies("http://gateway.test", KEY)
    visit = Visit(scope(**headers), cookies, 0, StillClock())
    visit.forget()
    assert visit.headers == (cookies.cleared() if is_ours else [])

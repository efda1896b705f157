"""What GET says of keeping its answers, and the short reply to those who have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Source, SourceTimeout
from gateway.http.conditional import entity_tag, matches
from gateway.http.media_type import MediaType
from gateway.http.replies import VARY
from tests.unit.gateway.world import EMPLOYEE, World

KIND = "{ viewer { kind } }"
POLICIES = "{ viewer { client { policies { totalCount } } } }"
STATIONS = '{ repairStations(city: "Тверь") { name } }'


@pytest.mark.parametrize(
    ("query", "cache_control"),
    [(KIND, "private, max-age=300"), (POLICIES, "private, no-cache"), ("{ __typename }", "no-store")],
)
async def test_get_says_how_long_and_gives_a_tag(world: World, query: str, cache_control: str) -> None:
    async with world.gateway() as client:
        reply = await client.get("/graphql", {"query": query}, authorization=world.bearer())
    assert "errors" not in reply.json
    assert reply.headers["cache-control"] == cache_control
    assert reply.headers["vary"] == VARY
    assert reply.headers["etag"].startswith('"')


async def test_post_says_nothing_of_the_kind(world: World) -> None:
    async with world.gateway() as client:
        first = await client.post({"query": KIND}, authorization=world.bearer())
        second = await client.post({"query": KIND}, authorization=world.bearer(), if_none_match="*")
    for reply in (first, second):
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in reply.headers


@pytest.mark.parametrize("said", ["{tag}", "W/{tag}", '"other", {tag}', '"a,b" , W/{tag}', "*"])
async def test_who_has_the_answer_is_told_so_without_it(world: World, said: str) -> None:
    async with world.gateway() as client:
        first = await client.get("/graphql", {"query": KIND}, authorization=world.bearer())
        again = await client.get(
            "/graphql",
            {"query": KIND},
            authorization=world.bearer(),
            if_none_match=said.format(tag=first.headers["etag"]),
        )
    assert (again.status, again.body, again.complete) == (304, b"", True)
    for name in ("etag", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]
    assert not {"content-type", "content-length", "content-language"} & set(again.headers)


async def test_another_answer_has_another_tag(world: World) -> None:
    async with world.gateway() as client:
        first = await client.get("/graphql", {"query": KIND}, authorization=world.bearer())
        tag = first.headers["etag"]
        others = [
            await client.get("/graphql", {"query": KIND}, authorization=bearer, if_none_match=tag, **headers)
            for bearer, headers in (
                (world.bearer(EMPLOYEE), {}),
                (world.bearer(), {"accept": MediaType.GRAPHQL}),
                (world.bearer(), {"accept_language": "en"}),
            )
        ]
    assert [reply.status for reply in others] == [200, 200, 200]
    assert len({tag, *(reply.headers["etag"] for reply in others)}) == 4


async def test_an_answer_with_errors_is_kept_by_nobody(world: World) -> None:
    async def down(keys: object, call: object) -> list[SourceTimeout]:
        return [SourceTimeout(Source.CLAIMS_CORE, "stations", "late")]

    world.answer("repair_stations", down)
    async with world.gateway() as client:
        failed = await client.get("/graphql", {"query": STATIONS}, authorization=world.bearer(), if_none_match="*")
        stranger = await client.get("/graphql", {"query": STATIONS}, if_none_match="*")
        invalid = await client.get("/graphql", {"query": "{ nothing }"}, if_none_match="*")
        malformed = await client.get("/graphql", {}, if_none_match="*")
    for reply in (failed, stranger, invalid, malformed):
        assert reply.json["errors"]
        assert reply.headers["cache-control"] == "no-store"
        assert "etag" not in reply.headers
    assert [reply.status for reply in (failed, stranger, invalid, malformed)] == [200, 200, 200, 400]


async def test_what_is_the_same_for_all_is_still_private_when_asked_with_a_token(world: World) -> None:
    world.answer("repair_stations", none)
    async with world.gateway() as client:
        reply = await client.get("/graphql", {"query": STATIONS}, authorization=world.bearer())
    assert reply.json == {"data": {"repairStations": []}}
    assert reply.headers["cache-control"] == "private, max-age=3600"


async def none(keys: list[object], call: object) -> list[tuple[()]]:
    return [() for _ in keys]


@pytest.mark.parametrize(
    ("given_", "same"),
    [
        ([], False),
        ([""], False),
        (['"tag"'], True),
        (['W/"tag"'], True),
        (["*"], True),
        ([" * "], True),
        (['"*"'], False),
        (["tag"], False),
        (['"other"', '"tag"'], True),
        (['"a, "tag", b"'], True),
        (['"tag'], False),
    ],
)
def test_which_tags_match(given_: list[str], same: bool) -> None:
    assert matches(given_, '"tag"') is same


@given(st.binary(), st.binary())
def test_tags_differ_where_answers_do(one: bytes, other: bytes) -> None:
    assert (entity_tag(one, "a") == entity_tag(other, "a")) is (one == other)
    assert entity_tag(one, "a") != entity_tag(one, "b")

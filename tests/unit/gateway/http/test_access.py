"""Operations that are not for a viewer: refused as a whole, before anything is asked, however they are executed."""

from __future__ import annotations

from typing import Any

import pytest

from dev.tokens import Person
from gateway.settings import ExecutionSettings
from tests.unit.gateway.world import CLIENT, EMPLOYEE, World

WITHOUT = Person("employee-2")
FIND = 'findClient(by: {policyNumber: "P100"}) { id profile { number } }'
EVERY_WAY = pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "interpreted"])


async def reply_to(world: World, person: Person | None, query: str, compiled: bool, **more: Any) -> Any:
    headers = {} if person is None else {"authorization": world.bearer(person)}
    language = more.pop("language", "ru")
    async with world.gateway(execution=ExecutionSettings(compiled=compiled)) as client:
        return await client.post({"query": query, **more}, accept_language=language, **headers)


@EVERY_WAY
@pytest.mark.parametrize("person", [WITHOUT, CLIENT], ids=["an employee without scopes", "a customer"])
@pytest.mark.parametrize(
    "query",
    [
        f"{{ {FIND} }}",
        f"query {{ ...F }} fragment F on Query {{ {FIND} }}",
        f"query {{ ... {{ ... on Query {{ {FIND} }} }} }}",
    ],
)
async def test_who_lacks_a_scope_is_forbidden_and_nothing_is_asked(
    world: World, person: Person, query: str, compiled: bool
) -> None:
    reply = await reply_to(world, person, query, compiled)

    assert (reply.status, reply.json["data"]) == (200, {"findClient": None})
    [error] = reply.json["errors"]
    assert error["path"] == ["findClient"]
    assert error["extensions"] == {"code": "FORBIDDEN"}
    assert error["message"] == "На это нет прав."
    assert error["locations"]
    assert world.reads.calls == {}


@EVERY_WAY
async def test_what_stands_beside_it_is_not_asked_either(world: World, compiled: bool) -> None:
    reply = await reply_to(world, CLIENT, f'{{ policy(number: "P100") {{ id }} {FIND} }}', compiled, language="en")

    assert reply.json["data"] == {"policy": None, "findClient": None}
    assert [error["message"] for error in reply.json["errors"]] == ["You may not see or do this."]
    assert world.reads.calls == {}


@EVERY_WAY
@pytest.mark.parametrize(
    ("query", "paths"),
    [
        (f"{{ {FIND} }}", [["findClient"]]),
        ("{ viewer { kind client { policies { totalCount } } } }", [["viewer", "client"]]),
        ('{ node(id: "x") { id } a: claim(number: "1") { id } }', [["node"], ["a"]]),
        ("{ sessions { device } }", [["sessions"]]),
        ('{ repairStations(city: "Тверь") { name } }', [["repairStations"]]),
    ],
)
async def test_nobody_signed_in_is_asked_to_sign_in(
    world: World, query: str, paths: list[list[str]], compiled: bool
) -> None:
    reply = await reply_to(world, None, query, compiled)

    assert set(reply.json["data"].values()) == {None}
    assert [error["path"] for error in reply.json["errors"]] == paths
    assert set(reply.codes) == {"UNAUTHENTICATED"}
    assert world.reads.calls == {}


@EVERY_WAY
async def test_a_mutation_that_wants_a_viewer_changes_nothing_without_one(world: World, compiled: bool) -> None:
    reply = await reply_to(world, None, 'mutation { signOut endSession(id: "x") }', compiled)

    assert reply.json["data"] is None
    assert [error["path"] for error in reply.json["errors"]] == [["endSession"]]
    assert reply.codes == ["UNAUTHENTICATED"]


@EVERY_WAY
async def test_an_employee_with_the_scope_finds_a_client(world: World, compiled: bool) -> None:
    world.reads.by_name["client_lookups"].rows.update(lookup())

    reply = await reply_to(world, EMPLOYEE, f"{{ {FIND} }}", compiled)

    assert "errors" not in reply.json
    assert reply.json["data"]["findClient"]["profile"] == {"number": "К-1"} or reply.json["data"]["findClient"]["id"]


def lookup() -> dict[Any, Any]:
    from domain import models
    from tests.fakes import objects

    return {models.ClientLookup(policy=objects.number(100)): models.Isn(1)}


@EVERY_WAY
@pytest.mark.parametrize("wanted", [True, False])
async def test_what_is_not_selected_is_not_refused(world: World, wanted: bool, compiled: bool) -> None:
    query = f"query ($staff: Boolean!) {{ viewer {{ kind }} ... @include(if: $staff) {{ {FIND} }} }}"

    reply = await reply_to(world, CLIENT, query, compiled, variables={"staff": wanted})

    if wanted:
        assert reply.codes == ["FORBIDDEN"]
        assert reply.json["data"] == {"viewer": None, "findClient": None}
    else:
        assert reply.json == {"data": {"viewer": {"kind": "CLIENT"}}}
    assert world.reads.calls == {}


@EVERY_WAY
async def test_it_is_refused_over_get_and_kept_by_nobody(world: World, compiled: bool) -> None:
    async with world.gateway(execution=ExecutionSettings(compiled=compiled)) as client:
        reply = await client.get("/graphql", {"query": f"{{ {FIND} }}"}, authorization=world.bearer(CLIENT))

    assert reply.codes == ["FORBIDDEN"]
    assert "max-age" not in reply.headers.get("cache-control", "")


async def test_the_same_document_is_judged_for_each_viewer_anew(world: World) -> None:
    world.reads.by_name["client_lookups"].rows.update(lookup())
    codes = []
    async with world.gateway() as client:
        for person in (EMPLOYEE, WITHOUT, EMPLOYEE, CLIENT, None):
            headers = {} if person is None else {"authorization": world.bearer(person)}
            reply = await client.post({"query": f"{{ {FIND} }}"}, **headers)
            codes.append(reply.codes if "errors" in reply.json else [])
    assert codes == [[], ["FORBIDDEN"], [], ["FORBIDDEN"], ["UNAUTHENTICATED"]]

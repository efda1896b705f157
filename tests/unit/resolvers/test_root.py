"""Where a query enters the graph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import InvalidInput, SignInRequired, Source, SourceError
from domain.models import ClientLookup, ClientRef
from resolvers import ids, root
from tests.fakes import objects
from tests.fakes.objects import number
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, graph

PHONE = ClientLookup(phone="+79161234567")
BY: dict[str, tuple[dict[str, Any], ClientLookup]] = {
    "policy number": ({"policy_number": "№ р100"}, ClientLookup(policy=number(100))),
    "phone": ({"phone": "8 916 123-45-67"}, PHONE),
    "e-mail": ({"email": " Olga@Example.ru"}, ClientLookup(email="olga@example.ru")),
}


async def find(reads: FakeReads, viewer: Any, **by: Any) -> ClientRef | None:
    return await root.find_client(request(reads, viewer), **{"policy_number": None, "phone": None, "email": None, **by})


def directory() -> FakeReads:
    return FakeReads(client_lookups={lookup: CLIENT for _, lookup in BY.values()})


async def test_whoever_signed_in_is_the_viewer_and_leads_to_a_client() -> None:
    context = request(graph(), client(CLIENT))

    assert await root.viewer(context) == client(CLIENT)
    assert root.viewer_client(client(CLIENT), context) == ClientRef(CLIENT)
    assert root.viewer_client(EMPLOYEE, context) is None
    assert await root.viewer(request(graph(), None)) is None


@pytest.mark.parametrize("spelled", ["P100", "р 100", "№p-100"])
async def test_a_policy_is_found_in_any_spelling(spelled: str) -> None:
    assert await root.policy(request(graph(), client(CLIENT)), spelled) == objects.policy(100)


async def test_a_claim_is_found_by_number() -> None:
    assert await root.claim(request(graph(), client(CLIENT)), " N-c1 ") == objects.claim("c1")


async def test_an_object_is_found_by_global_id() -> None:
    assert await root.node(request(graph(), client(CLIENT)), ids.encode("Policy", 100)) == objects.policy(100)


async def test_a_single_failure_is_raised_and_one_of_many_stays_in_its_place() -> None:
    reads = graph()
    reads.fail_source(DOWN[Source.CLAIMS_CORE])
    context = request(reads, client(CLIENT))
    claim, policy = ids.encode("Claim", "c1"), ids.encode("Policy", 100)

    with pytest.raises(SourceError):
        await root.claim(context, "N-c1")
    with pytest.raises(SourceError):
        await root.node(context, claim)
    assert await root.nodes_(context, [claim, policy]) == [DOWN[Source.CLAIMS_CORE], objects.policy(100)]


async def test_a_hundred_nodes_may_be_asked_at_once() -> None:
    context = request(graph(), client(CLIENT))
    one = ids.encode("Policy", 100)

    assert await root.nodes_(context, [one] * 100) == [objects.policy(100)] * 100
    with pytest.raises(InvalidInput, match="ids: too_many"):
        await root.nodes_(context, [one] * 101)


@pytest.mark.parametrize("by", BY)
async def test_an_employee_finds_a_client_by_one_of_three_in_any_spelling(by: str) -> None:
    given, lookup = BY[by]
    reads = directory()

    assert await find(reads, EMPLOYEE, **given) == ClientRef(CLIENT)
    assert reads.keys == {"client_lookups": [lookup]}


async def test_whom_nobody_knows_is_not_found() -> None:
    assert await find(FakeReads(), EMPLOYEE, phone="+79161234567") is None


@pytest.mark.parametrize("by", BY)
async def test_a_client_finds_nobody_and_nothing_is_asked(by: str) -> None:
    reads = directory()

    assert await find(reads, client(CLIENT), **BY[by][0]) is None
    assert reads.calls == {}


async def test_an_employee_without_the_scope_finds_nobody_and_nothing_is_asked() -> None:
    reads, scopeless = directory(), replace(EMPLOYEE, scopes=EMPLOYEE.scopes - {"clients:find"})

    assert await find(reads, scopeless, **BY["phone"][0]) is None
    assert reads.calls == {}


@pytest.mark.parametrize(
    "given", [{}, {"phone": "+79161234567", "email": "olga@example.ru"}, {**BY["phone"][0], **BY["policy number"][0]}]
)
@pytest.mark.parametrize("viewer", [EMPLOYEE, client(CLIENT)])
async def test_exactly_one_is_to_be_given(viewer: Any, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="by: exactly_one"):
        await find(FakeReads(), viewer, **given)


@pytest.mark.parametrize(("argument", "broken"), [("phone", "call me"), ("email", "olga")])
async def test_what_cannot_be_searched_by_is_refused_by_name(argument: str, broken: str) -> None:
    reads = FakeReads()

    with pytest.raises(InvalidInput, match=argument):
        await find(reads, EMPLOYEE, **{argument: broken})
    assert reads.calls == {}


async def test_a_search_that_fails_is_a_failure_and_nobody_unknown() -> None:
    reads = directory()
    reads.fail("client_lookups", DOWN[Source.POLICY_CORE])

    with pytest.raises(SourceError):
        await find(reads, EMPLOYEE, phone="+79161234567")


@pytest.mark.parametrize(
    "enter",
    [
        lambda context: root.node(context, "x"),
        lambda context: root.nodes_(context, ["x"]),
        lambda context: root.policy(context, "P100"),
        lambda context: root.claim(context, "N-c1"),
        lambda context: root.find_client(context, "P100", None, None),
    ],
)
async def test_nobody_enters_without_signing_in(enter: Any) -> None:
    reads = graph()

    with pytest.raises(SignInRequired):
        await enter(request(reads, None))
    assert reads.calls == {}

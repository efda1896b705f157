"""A client finds objects in its own holdings alone; a stranger's object is one that does not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from domain.errors import SignInRequired, Source, SourceGarbled
from domain.models import ClaimId, ClientRef, Isn
from resolvers import lookup
from tests.fakes import objects
from tests.fakes.objects import number
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, GARBLED, STRANGER, graph


@dataclass(frozen=True)
class Kind:
    """One way to look objects up, with a key of the client's own, a stranger's, and one that leads nowhere."""

    look_up: Callable[..., Awaitable[Sequence[Any]]]
    own: Any
    strangers: Any
    missing: Any
    found: Any


KINDS = {
    "client": Kind(lookup.clients, CLIENT, STRANGER, Isn(9), ClientRef(CLIENT)),
    "policy": Kind(lookup.policies, Isn(100), Isn(300), Isn(999), objects.policy(100)),
    "policy by number": Kind(lookup.policies_by_number, number(100), number(300), number(999), objects.policy(100)),
    "claim": Kind(lookup.claims, ClaimId("c1"), ClaimId("c9"), ClaimId("c0"), objects.claim("c1")),
    "claim by number": Kind(lookup.claims_by_number, "N-c1", "N-c9", "N-c0", objects.claim("c1")),
    "life contract": Kind(lookup.life_contracts, Isn(200), Isn(400), Isn(999), objects.contract(200)),
}
OWNERS = {
    "client": (),
    "policy": (Source.POLICY_CORE,),
    "policy by number": (Source.POLICY_CORE,),
    "claim": (Source.POLICY_CORE, Source.CLAIMS_CORE),
    "claim by number": (Source.POLICY_CORE, Source.CLAIMS_CORE),
    "life contract": (Source.LIFE_VALUATION,),
}
"""The systems that a client's look-up asks."""


@pytest.fixture(params=KINDS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kind(name: str) -> Kind:
    return KINDS[name]


async def asked_for(kind: Kind, key: Any) -> tuple[Any, dict[str, list[Any]]]:
    """Look one key up as the client; return the answer and all that was asked upstream."""
    reads = graph()
    [answer] = await kind.look_up(request(reads, client(CLIENT)), [key])
    return answer, reads.keys


async def test_a_client_finds_its_own(kind: Kind) -> None:
    answer, _ = await asked_for(kind, kind.own)

    assert answer == kind.found


async def test_a_strangers_object_is_missing_by_the_very_same_calls(kind: Kind) -> None:
    strangers, asked_for_strangers = await asked_for(kind, kind.strangers)
    missing, asked_for_missing = await asked_for(kind, kind.missing)

    assert strangers is missing is None
    assert asked_for_strangers == asked_for_missing


async def test_a_strangers_key_never_leaves_the_gateway(kind: Kind) -> None:
    _, asked = await asked_for(kind, kind.strangers)

    assert kind.strangers not in [key for keys in asked.values() for key in keys]


async def test_answers_come_in_the_order_of_keys_and_keys_may_repeat(kind: Kind) -> None:
    context = request(graph(), client(CLIENT))

    answers = await kind.look_up(context, [kind.missing, kind.own, kind.strangers, kind.own])

    assert answers == [None, kind.found, None, kind.found]


async def test_no_keys_have_no_answers(kind: Kind) -> None:
    assert list(await kind.look_up(request(graph(), client(CLIENT)), [])) == []


async def test_an_employee_finds_everybodys_and_asks_once(kind: Kind, name: str) -> None:
    reads = graph()

    answers = await kind.look_up(request(reads, EMPLOYEE), [kind.missing, kind.own, kind.strangers])

    assert answers[0] is None
    assert answers[1] == kind.found
    assert answers[2] is not None
    assert set(reads.calls.values()) == {1}
    assert len(reads.calls) == (2 if name == "life contract" else 1)


async def test_nobody_finds_nothing_without_signing_in(kind: Kind) -> None:
    reads = graph()

    with pytest.raises(SignInRequired):
        await kind.look_up(request(reads, None), [kind.own])
    assert reads.calls == {}


async def test_a_failure_is_told_of_each_key_and_looks_the_same_for_a_strangers(name: str, kind: Kind) -> None:
    for source in OWNERS[name]:
        reads = graph()
        reads.fail_source(DOWN[source])

        answers = await kind.look_up(request(reads, client(CLIENT)), [kind.own, kind.strangers, kind.missing])

        assert answers == [DOWN[source]] * 3


async def test_a_system_that_is_not_asked_may_fail(name: str, kind: Kind) -> None:
    reads = graph()
    for source in set(Source) - set(OWNERS[name]):
        reads.fail_source(DOWN[source])

    assert await kind.look_up(request(reads, client(CLIENT)), [kind.own]) == [kind.found]


async def test_an_employees_failure_concerns_its_key_alone() -> None:
    reads = graph()
    reads.fail("policies", DOWN[Source.POLICY_CORE], [Isn(100)])

    answers = await lookup.policies(request(reads, EMPLOYEE), [Isn(100), Isn(300)])

    assert answers == [DOWN[Source.POLICY_CORE], objects.policy(300, holder_isn=STRANGER)]


async def test_two_look_ups_of_one_request_ask_once() -> None:
    reads = graph()
    context = request(reads, client(CLIENT))

    await lookup.claims(context, [ClaimId("c1")])
    await lookup.claims_by_number(context, ["N-c2"])
    await lookup.policies(context, [Isn(100)])

    assert reads.calls == {"policies_of_holder": 1, "claims_of_policy": 1}


async def test_what_the_core_mixes_up_is_shown_to_nobody() -> None:
    reads = graph()
    strangers = objects.policy(300, holder_isn=STRANGER)
    reads.by_name["policies_of_holder"].rows[CLIENT] = (objects.policy(100), strangers)
    context = request(reads, client(CLIENT))

    assert await lookup.policies(context, [Isn(300)]) == [None]
    assert await lookup.claims(context, [ClaimId("c9")]) == [None]


async def test_a_client_account_without_a_person_holds_nothing(kind: Kind) -> None:
    reads: FakeReads = graph()
    viewer = client(CLIENT)
    nobody = type(viewer)(viewer.kind, viewer.subject, client_isn=None)

    assert await kind.look_up(request(reads, nobody), [kind.own]) == [None]
    assert reads.calls == {}


async def test_a_row_that_could_not_be_read_answers_every_key_that_no_other_does_and_hides_none(kind: Kind) -> None:
    reads = graph()
    for name, source in (
        ("policies_of_holder", Source.POLICY_CORE),
        ("claims_of_policy", Source.CLAIMS_CORE),
        ("life_contracts_of_holder", Source.LIFE_VALUATION),
    ):
        for key in reads.by_name[name].rows:
            reads.garble(name, key, GARBLED[source])

    answers = await kind.look_up(request(reads, client(CLIENT)), [kind.own, kind.strangers, kind.missing])

    own, strangers, missing = answers
    assert own == kind.found
    assert strangers is missing
    assert isinstance(missing, SourceGarbled) or isinstance(own, ClientRef)  # a client is in no list

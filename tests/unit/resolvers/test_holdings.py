"""What a client holds: whole, capped, its own, and remembered for later look-ups."""

from __future__ import annotations

import pytest

from domain.errors import Refused, Source
from domain.models import ClientRef, Isn
from domain.ports import MISSING
from resolvers import clients, holdings, lookup
from resolvers.outcomes import readable
from resolvers.pages import Page, Slice
from tests.fakes import objects
from tests.fakes.holdings import rows
from tests.fakes.objects import number
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, GARBLED, STRANGER, contract_of, graph, nodes


def crowded(count: int) -> FakeReads:
    """A client with that many policies, claims on its first and life contracts; beside it one with a policy of each."""
    return FakeReads(
        **rows(
            clients=(objects.client(CLIENT), objects.client(STRANGER)),
            policies=(
                *(objects.policy(1000 + n) for n in range(count)),
                objects.policy(300, holder_isn=STRANGER),
            ),
            claims=(*(objects.claim(f"c{n}", 1000) for n in range(count)), objects.claim("s1", 300)),
            contracts=(*(objects.contract(5000 + n) for n in range(count)), contract_of(STRANGER, 400)),
        )
    )


async def test_five_hundred_are_loaded_whole() -> None:
    context = request(crowded(holdings.CAP), client(CLIENT))

    [policies] = await holdings.policies_of(context, [CLIENT])
    [contracts] = await holdings.contracts_of(context, [CLIENT])

    assert isinstance(policies, tuple)
    assert isinstance(contracts, tuple)
    assert len(policies) == len(contracts) == len(await holdings.claims_of(context, policies)) == holdings.CAP == 500


async def test_one_more_is_refused_with_a_code_and_the_others_of_the_batch_are_not() -> None:
    context = request(crowded(holdings.CAP + 1), EMPLOYEE)
    parents = [ClientRef(CLIENT), ClientRef(STRANGER)]

    policies, strangers_policies = await clients.policies(parents, context, part=Slice())
    contracts, strangers_contracts = await clients.life_contracts(parents, context)
    claims, strangers_claims = await clients.claims(parents, context, part=Slice())

    for refused in (policies, contracts, claims):
        assert isinstance(refused, Refused)
        assert refused.code == "COLLECTION_TOO_LARGE"
    assert isinstance(strangers_policies, Page)
    assert isinstance(strangers_claims, Page)
    assert [node.isn for node in nodes(strangers_policies)] == [300]
    assert [node.id for node in nodes(strangers_claims)] == ["s1"]
    assert strangers_contracts == (contract_of(STRANGER, 400),)


async def test_too_many_claims_are_refused() -> None:
    reads = crowded(1)
    reads.by_name["claims_of_policy"].rows[number(1000)] = tuple(objects.claim(f"c{n}", 1000) for n in range(501))

    with pytest.raises(Refused, match="COLLECTION_TOO_LARGE"):
        await holdings.claims_of(request(reads, client(CLIENT)), (objects.policy(1000),))


async def test_outcomes_come_per_holder_in_order() -> None:
    reads = graph()
    reads.fail("policies_of_holder", DOWN[Source.POLICY_CORE], [STRANGER])

    of_nobody, of_stranger, of_client = await holdings.policies_of(request(reads, EMPLOYEE), [Isn(9), STRANGER, CLIENT])

    assert of_nobody is MISSING
    assert of_stranger is DOWN[Source.POLICY_CORE]
    assert isinstance(of_client, tuple)
    assert [policy.isn for policy in readable(of_client)] == [100, 101, 200]


async def test_what_names_another_holder_is_left_out() -> None:
    reads = graph()
    reads.by_name["policies_of_holder"].rows[CLIENT] = (objects.policy(300, holder_isn=STRANGER), objects.policy(100))
    reads.by_name["life_contracts_of_holder"].rows[CLIENT] = (contract_of(STRANGER, 400), objects.contract(200))
    context = request(reads, client(CLIENT))

    assert await holdings.policies_of(context, [CLIENT]) == [(objects.policy(100),)]
    assert await holdings.contracts_of(context, [CLIENT]) == [(objects.contract(200),)]


async def test_what_was_loaded_is_not_asked_for_again() -> None:
    reads = graph()
    context = request(reads, EMPLOYEE)
    [policies] = await holdings.policies_of(context, [CLIENT])
    assert isinstance(policies, tuple)
    await holdings.claims_of(context, policies)
    await holdings.contracts_of(context, [CLIENT])
    before = reads.calls

    await lookup.policies(context, [Isn(100)])
    await lookup.policies_by_number(context, [number(101)])
    await lookup.claims(context, [objects.claim("c1").id])
    await lookup.life_contracts(context, [Isn(200)])

    assert reads.calls == before


async def test_life_policies_are_not_asked_for_claims() -> None:
    reads = graph()
    context = request(reads, client(CLIENT))

    await lookup.claims_by_number(context, ["N-c1"])

    assert reads.keys["claims_of_policy"] == [number(100), number(101)]


async def test_a_row_that_could_not_be_read_stands_behind_its_neighbours_and_is_not_counted() -> None:
    reads = crowded(holdings.CAP)
    for name, key in (
        ("policies_of_holder", CLIENT),
        ("claims_of_policy", number(1000)),
        ("life_contracts_of_holder", CLIENT),
    ):
        reads.garble(name, key, GARBLED[Source.POLICY_CORE])
    context = request(reads, client(CLIENT))

    [policies] = await holdings.policies_of(context, [CLIENT])
    [contracts] = await holdings.contracts_of(context, [CLIENT])

    assert isinstance(policies, tuple)
    assert isinstance(contracts, tuple)
    assert len(readable(policies)) == len(readable(contracts)) == holdings.CAP
    assert policies[-1] is contracts[-1] is GARBLED[Source.POLICY_CORE]


async def test_claims_of_a_policy_that_could_not_be_read_are_not_known() -> None:
    broken, reads = GARBLED[Source.POLICY_CORE], graph()

    claims = await holdings.claims_of(request(reads, client(CLIENT)), (objects.policy(100), broken))

    assert claims == (objects.claim("c1"), objects.claim("c2"), broken)
    assert reads.keys["claims_of_policy"] == [number(100)]

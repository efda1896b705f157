"""Objects of any type by global id, each type in one batch."""

from __future__ import annotations

import pytest

from domain.errors import Source
from domain.models import ClientRef
from resolvers import ids, nodes
from tests.fakes import objects
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, STRANGER, graph

OWN = {
    "Client": (1, ClientRef(CLIENT)),
    "Policy": (100, objects.policy(100)),
    "Claim": ("c1", objects.claim("c1")),
    "LifeContract": (200, objects.contract(200)),
}
STRANGERS = {"Client": 2, "Policy": 300, "Claim": "c9", "LifeContract": 400}
BROKEN = (
    "",
    "not an id",
    "\ud800",
    ids.encode("Nonsense", 1),
    ids.encode("Money", 1),
    ids.encode("policy", 100),
    ids.encode("Policy", "P100"),
    ids.encode("Policy", "-100"),
    ids.encode("Policy", "100.0"),
    ids.encode("Policy", " 100"),
    ids.encode("Policy", "١٠٠"),  # digits, but not ours
    ids.encode("Policy", "9" * 40),
    ids.encode("Claim", "c1 "),
)


async def test_objects_of_mixed_types_come_in_the_order_of_ids() -> None:
    asked = [ids.encode(name, internal) for name, (internal, _) in OWN.items()]
    context = request(graph(), client(CLIENT))

    assert await nodes.nodes(context, asked) == [found for _, found in OWN.values()]
    assert await nodes.nodes(context, asked[::-1]) == [found for _, found in OWN.values()][::-1]


async def test_broken_ids_and_a_strangers_leave_gaps_and_nothing_else() -> None:
    own = ids.encode("Policy", 100)
    strangers = [ids.encode(name, internal) for name, internal in STRANGERS.items()]
    asked = [*BROKEN, own, *strangers, own]

    answers = await nodes.nodes(request(graph(), client(CLIENT)), asked)

    policy = objects.policy(100)
    assert answers == [*[None] * len(BROKEN), policy, *[None] * len(strangers), policy]


@pytest.mark.parametrize("name", ["Client", "Policy", "Claim"])  # a life contract bears its policy's ISN by design
async def test_an_id_of_one_type_finds_no_object_of_another(name: str) -> None:
    internal, _ = OWN[name]
    others = [ids.encode(other, internal) for other in OWN if other != name]

    assert await nodes.nodes(request(graph(), client(CLIENT)), others) == [None] * len(others)


async def test_ids_that_are_broken_ask_nothing() -> None:
    reads = graph()

    await nodes.nodes(request(reads, client(CLIENT)), BROKEN[:-1])

    assert reads.calls == {}


async def test_however_many_ids_each_read_is_asked_once() -> None:
    reads = graph()
    asked = [ids.encode(name, internal) for name, (internal, _) in OWN.items()] * 25

    await nodes.nodes(request(reads, client(CLIENT)), asked)

    assert reads.calls == {"policies_of_holder": 1, "claims_of_policy": 1, "life_contracts_of_holder": 1}


async def test_an_employee_reads_each_type_in_one_batch() -> None:
    reads = graph()
    asked = [ids.encode(name, OWN[name][0]) for name in OWN] + [ids.encode(name, STRANGERS[name]) for name in OWN]

    answers = await nodes.nodes(request(reads, EMPLOYEE), asked)

    assert None not in answers
    assert answers[4] == ClientRef(STRANGER)
    # Life contracts are found through their headers, which join the batch of policies.
    assert reads.calls == {"clients": 1, "policies": 1, "claims": 1, "life_contracts": 1}


async def test_a_system_that_fails_takes_its_own_objects_alone() -> None:
    reads = graph()
    reads.fail_source(DOWN[Source.CLAIMS_CORE])
    asked = [ids.encode(name, internal) for name, (internal, _) in OWN.items()]

    answers = await nodes.nodes(request(reads, client(CLIENT)), asked)

    assert answers == [DOWN[Source.CLAIMS_CORE] if name == "Claim" else found for name, (_, found) in OWN.items()]

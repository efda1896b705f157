"""How little the consumers' own operations ask: each read they need once, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.objects import number
from tests.fakes.requests import EMPLOYEE, client
from tests.unit.schema.account import CLIENT, account
from tests.unit.schema.asking import OPERATIONS, asked, hundred

LEAST: dict[str, dict[str, int]] = {
    "home_screen": {
        "clients": 1,
        "policies_of_holder": 1,
        "instalments": 1,
        "claims_of_policy": 1,
        "renewals": 1,
        "life_contracts_of_holder": 1,
        "life_valuations": 1,
    },
    "policy_page": {
        "policies_of_holder": 1,
        "instalments": 1,
        "documents": 1,
        "renewals": 1,
        "product_rules": 1,
        "claims_of_policy": 1,
    },
    "claim_list": {"policies_of_holder": 1, "claims_of_policy": 1},
    "life_page": {
        "policies_of_holder": 1,
        "life_contracts": 1,
        "life_valuations": 1,
        "life_surrender_tables": 1,
        "life_operations": 1,
        "life_orders": 1,
    },
    "hundred_policies": {"policies_of_holder": 1, "clients": 1},
    "mobile_home": {
        "clients": 1,
        "policies_of_holder": 1,
        "instalments": 1,
        "claims_of_policy": 1,
        "renewals": 1,
        "life_contracts_of_holder": 1,
        "life_valuations": 1,
    },
    "client_card": {"client_lookups": 1, "clients": 1, "policies_of_holder": 1, "claims_of_policy": 1},
}
"""The reads that an operation cannot do without: one call of each, whatever is in the account."""

VARIABLES: dict[str, dict[str, Any]] = {
    "policy_page": {"number": number(100)},
    "life_page": {"number": number(200)},
    "client_card": {"policyNumber": number(100)},
}


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_asks_each_read_it_needs_once_and_no_other(name: str) -> None:
    reads = account()
    viewer = EMPLOYEE if name == "client_card" else client(CLIENT)

    data, errors = await asked(OPERATIONS[name].query, reads, viewer, **VARIABLES.get(name, {}))

    assert errors == ()
    assert None not in data.values()
    assert reads.calls == LEAST[name]


async def test_a_hundred_policies_with_their_holder_are_two_calls() -> None:
    reads = hundred()

    data, errors = await asked(OPERATIONS["hundred_policies"].query, reads)

    assert errors == ()
    edges = data["viewer"]["client"]["policies"]["edges"]
    assert [edge["node"]["number"] for edge in edges] == [number(1000 + n) for n in range(100)]
    assert {edge["node"]["holder"]["profile"]["name"]["full"] for edge in edges} == {"Калинина Ольга Петровна"}
    assert reads.calls == {"policies_of_holder": 1, "clients": 1}
    assert reads.keys["clients"] == [CLIENT]


NESTED = """
{
  viewer { client { policies(first: 100) { edges { node {
    instalments { number } documents { title } renewal { eligible } rules { title }
    claims { policy { claims { messages { sentAt } deadlines { dueOn } } } }
  } } } lifeContracts { valuation { asOf } orders { id: kind } policy { instalments { number } } } } }
}
"""


async def test_relations_of_a_hundred_parents_nested_four_deep_are_one_call_each() -> None:
    reads = hundred()

    _, errors = await asked(NESTED, reads)

    assert errors == ()
    assert set(reads.calls.values()) == {1}
    for read, keys in reads.keys.items():
        assert len(keys) == len(set(keys)), read

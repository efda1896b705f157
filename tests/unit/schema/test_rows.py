"""A row that could not be read is null with an error at its place, and its neighbours are all there."""

from __future__ import annotations

from typing import Any

from domain import models
from domain.errors import Source, SourceGarbled
from domain.models import Isn
from tests.fakes.objects import number
from tests.fakes.requests import client, request
from tests.unit.schema.account import CLIENT, account
from tests.unit.schema.asking import EXECUTION

BREACHES = {source: SourceGarbled(source, "anything", "unknown code") for source in Source}

LISTS = """
{ viewer { client {
  policies { totalCount edges { node { number claims { number } } cursor } pageInfo { endCursor } }
  claims { totalCount edges { node { number } } }
  lifeContracts { number }
  reminders { items { kind } unavailable { source retryable } }
} } }
"""


async def shown(*spoilt: tuple[str, Any, Source]) -> tuple[Any, list[tuple[list[Any], Any]]]:
    """The client's lists, some with an unreadable row, and each error with its path below the client."""
    reads = account()
    for name, key, source in spoilt:
        reads.garble(name, key, BREACHES[source])
    result = await EXECUTION.run(LISTS, context=request(reads, client(CLIENT)))
    assert result.data is not None
    return result.data["viewer"]["client"], [
        ((error.path or [])[2:], error.original_error) for error in result.errors or ()
    ]


def unavailable(source: Source) -> list[dict[str, Any]]:
    return [{"source": source.name, "retryable": False}]


async def test_a_policy_that_could_not_be_read_is_the_last_edge_and_hides_its_claims_alone() -> None:
    whole, _ = await shown()

    data, errors = await shown(("policies_of_holder", CLIENT, Source.POLICY_CORE))

    policies, claims, breach = data["policies"], data["claims"], BREACHES[Source.POLICY_CORE]
    assert [edge["node"] for edge in policies["edges"]] == [
        *(each["node"] for each in whole["policies"]["edges"]),
        None,
    ]
    assert claims["edges"] == [*whole["claims"]["edges"], {"node": None}]
    assert (policies["totalCount"], claims["totalCount"]) == (5, 4)
    assert policies["pageInfo"]["endCursor"] == policies["edges"][-1]["cursor"]
    assert sorted(errors, key=str) == [
        (["claims", "edges", 3, "node"], breach),
        (["policies", "edges", 4, "node"], breach),
    ]
    assert data["lifeContracts"] == whole["lifeContracts"]
    assert data["reminders"] == {**whole["reminders"], "unavailable": unavailable(Source.POLICY_CORE)}


async def test_a_claim_that_could_not_be_read_is_null_in_every_list() -> None:
    whole, _ = await shown()

    data, errors = await shown(("claims_of_policy", number(100), Source.CLAIMS_CORE))

    place = next(index for index, edge in enumerate(data["policies"]["edges"]) if edge["node"]["number"] == number(100))
    breach = BREACHES[Source.CLAIMS_CORE]
    assert data["claims"]["edges"] == [*whole["claims"]["edges"], {"node": None}]
    assert data["policies"]["edges"][place]["node"]["claims"] == [
        *whole["policies"]["edges"][place]["node"]["claims"],
        None,
    ]
    assert sorted(errors, key=str) == [
        (["claims", "edges", 3, "node"], breach),
        (["policies", "edges", place, "node", "claims", 3], breach),
    ]
    assert data["reminders"] == {**whole["reminders"], "unavailable": unavailable(Source.CLAIMS_CORE)}


async def test_a_life_contract_that_could_not_be_read_is_null_at_the_end() -> None:
    whole, _ = await shown()

    data, errors = await shown(("life_contracts_of_holder", CLIENT, Source.LIFE_VALUATION))

    assert data["lifeContracts"] == [*whole["lifeContracts"], None]
    assert errors == [(["lifeContracts", 1], BREACHES[Source.LIFE_VALUATION])]
    assert data["reminders"] == {**whole["reminders"], "unavailable": unavailable(Source.LIFE_VALUATION)}


async def test_relations_of_the_neighbours_are_asked_as_ever() -> None:
    reads = account()
    reads.garble("life_contracts_of_holder", CLIENT, BREACHES[Source.LIFE_VALUATION])

    result = await EXECUTION.run(
        "{ viewer { client { lifeContracts { valuation { stale } policy { number } } } } }",
        context=request(reads, client(CLIENT)),
    )

    assert result.data == {
        "viewer": {
            "client": {"lifeContracts": [{"valuation": {"stale": False}, "policy": {"number": number(200)}}, None]}
        }
    }
    assert reads.keys["life_valuations"] == [models.PolicyNumber(number(200))]
    assert Isn(1) in reads.keys["policies_of_holder"]

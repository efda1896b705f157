"""Collections of a client: filtered, sorted, paged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import models
from domain.errors import InvalidInput, Source
from domain.models import ClientRef
from resolvers import clients
from resolvers.outcomes import readable
from resolvers.pages import Page, Slice
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.holdings import rows
from tests.fakes.objects import in_days
from tests.fakes.reads import FakeReads
from tests.fakes.requests import client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, GARBLED, STRANGER, graph, nodes

STATUSES = models.PolicyStatus
LINES = models.Line


def policy(isn: int, start: int, line: models.Line, status: models.PolicyStatus) -> models.Policy:
    return objects.policy(isn, period=models.Period(in_days(start), in_days(start + 365)), line=line, status=status)


def claim(claim_id: str, minutes_ago: int, status: models.ClaimStatus) -> models.Claim:
    event = models.ClaimEvent(NOW - timedelta(minutes=minutes_ago), "Казань", "Скол")
    return objects.claim(claim_id, event=event, status=status)


def world() -> FakeReads:
    return FakeReads(
        **rows(
            clients=(objects.client(CLIENT),),
            policies=(
                policy(101, -500, LINES.KASKO, STATUSES.EXPIRED),
                policy(100, -10, LINES.OSAGO, STATUSES.ACTIVE),
                policy(103, -10, LINES.KASKO, STATUSES.ACTIVE),
                policy(102, 20, LINES.KASKO, STATUSES.FUTURE),
            ),
            claims=(
                claim("c3", 10, models.ClaimStatus.CLOSED),
                claim("c1", 30, models.ClaimStatus.REGISTERED),
                claim("c2", 10, models.ClaimStatus.REGISTERED),
            ),
            contracts=(
                objects.contract(202, period=models.Period(in_days(0), in_days(50))),
                objects.contract(201, period=models.Period(in_days(0), in_days(50))),
                objects.contract(203, period=models.Period(in_days(0), in_days(10))),
            ),
        )
    )


async def policies(**arguments: Any) -> list[int]:
    [found] = await clients.policies(
        [ClientRef(CLIENT)], request(world(), client(CLIENT)), **{"part": Slice(), **arguments}
    )
    assert isinstance(found, Page)
    return [node.isn for node in nodes(found)]


async def claims(**arguments: Any) -> list[str]:
    [found] = await clients.claims(
        [ClientRef(CLIENT)], request(world(), client(CLIENT)), **{"part": Slice(), **arguments}
    )
    assert isinstance(found, Page)
    return [node.id for node in nodes(found)]


async def test_policies_come_the_latest_to_start_first() -> None:
    assert await policies() == [102, 100, 103, 101]


@pytest.mark.parametrize(
    ("filters", "isns"),
    [
        ({"lines": [LINES.KASKO]}, [102, 103, 101]),
        ({"statuses": [STATUSES.ACTIVE]}, [100, 103]),
        ({"statuses": [STATUSES.ACTIVE, STATUSES.FUTURE], "lines": [LINES.KASKO, LINES.LIFE]}, [102, 103]),
        ({"lines": [LINES.TRAVEL]}, []),
        ({"lines": []}, []),
        ({"statuses": []}, []),
        ({"lines": None, "statuses": None}, [102, 100, 103, 101]),
    ],
)
async def test_policies_are_filtered_by_line_and_status(filters: dict[str, Any], isns: list[int]) -> None:
    assert await policies(**filters) == isns


async def test_pages_are_cut_after_filtering_and_count_what_was_left() -> None:
    [found] = await clients.policies(
        [ClientRef(CLIENT)], request(world(), client(CLIENT)), part=Slice(first=1), lines=[LINES.KASKO]
    )

    assert isinstance(found, Page)
    assert [node.isn for node in nodes(found)] == [102]
    assert (found.total_count, found.page_info.has_next_page) == (3, True)


async def test_claims_come_the_latest_event_first() -> None:
    assert await claims() == ["c2", "c3", "c1"]


async def test_claims_are_filtered_by_status() -> None:
    assert await claims(statuses=[models.ClaimStatus.REGISTERED]) == ["c2", "c1"]
    assert await claims(statuses=[]) == []


async def test_a_cursor_of_policies_is_none_of_claims() -> None:
    context = request(world(), client(CLIENT))
    [found] = await clients.policies([ClientRef(CLIENT)], context, part=Slice())
    assert isinstance(found, Page)

    with pytest.raises(InvalidInput, match="after: cursor"):
        await clients.claims([ClientRef(CLIENT)], context, part=Slice(after=found.edges[0].cursor))


async def test_life_contracts_come_the_first_to_mature_first() -> None:
    [found] = await clients.life_contracts([ClientRef(CLIENT)], request(world(), client(CLIENT)))

    assert isinstance(found, tuple)
    assert [contract.policy_isn for contract in readable(found)] == [203, 201, 202]


async def test_claims_of_many_clients_are_one_call_of_each_read() -> None:
    reads = graph()

    answers = await clients.claims(
        [ClientRef(CLIENT), ClientRef(STRANGER)] * 50, request(reads, client(CLIENT)), part=Slice()
    )

    assert len(answers) == 100
    assert reads.calls == {"policies_of_holder": 1, "claims_of_policy": 1}


@pytest.mark.parametrize("source", [Source.POLICY_CORE, Source.CLAIMS_CORE])
async def test_claims_need_the_policy_core_and_the_claims_core(source: Source) -> None:
    reads = graph()
    reads.fail_source(DOWN[source])

    answers = await clients.claims([ClientRef(CLIENT)], request(reads, client(CLIENT)), part=Slice())

    assert answers == [DOWN[source]]


async def test_one_clients_failure_leaves_the_other_its_claims() -> None:
    reads = graph()
    reads.fail("claims_of_policy", DOWN[Source.CLAIMS_CORE], [objects.number(300)])

    of_client, of_stranger = await clients.claims(
        [ClientRef(CLIENT), ClientRef(STRANGER)], request(reads, client(CLIENT)), part=Slice()
    )

    assert isinstance(of_client, Page)
    assert of_stranger is DOWN[Source.CLAIMS_CORE]


# Rows that could not be read


def spoilt(name: str, key: Any, source: Source) -> FakeReads:
    """The world with a row of one list that could not be read, in front of the others."""
    reads = world()
    reads.garble(name, key, GARBLED[source])
    return reads


@pytest.mark.parametrize("filters", [{}, {"lines": [LINES.KASKO]}, {"statuses": [STATUSES.ACTIVE]}])
async def test_no_filter_leaves_out_a_policy_that_could_not_be_read(filters: dict[str, Any]) -> None:
    reads = spoilt("policies_of_holder", CLIENT, Source.POLICY_CORE)

    [found] = await clients.policies([ClientRef(CLIENT)], request(reads, client(CLIENT)), part=Slice(), **filters)

    assert isinstance(found, Page)
    assert [node.isn for node in nodes(found)] == await policies(**filters)
    assert found.edges[-1].node is GARBLED[Source.POLICY_CORE]
    assert found.total_count == len(await policies(**filters)) + 1


@pytest.mark.parametrize("statuses", [None, [models.ClaimStatus.REGISTERED]])
async def test_no_filter_leaves_out_a_claim_that_could_not_be_read(statuses: list[models.ClaimStatus] | None) -> None:
    reads = spoilt("claims_of_policy", objects.number(100), Source.CLAIMS_CORE)

    [found] = await clients.claims([ClientRef(CLIENT)], request(reads, client(CLIENT)), part=Slice(), statuses=statuses)

    assert isinstance(found, Page)
    assert [node.id for node in nodes(found)] == await claims(statuses=statuses)
    assert found.edges[-1].node is GARBLED[Source.CLAIMS_CORE]


async def test_claims_of_a_policy_that_could_not_be_read_are_told_by_the_policys_failure() -> None:
    reads = spoilt("policies_of_holder", CLIENT, Source.POLICY_CORE)

    [found] = await clients.claims([ClientRef(CLIENT)], request(reads, client(CLIENT)), part=Slice())

    assert isinstance(found, Page)
    assert [node.id for node in nodes(found)] == await claims()
    assert found.edges[-1].node is GARBLED[Source.POLICY_CORE]


async def test_a_life_contract_that_could_not_be_read_is_last() -> None:
    reads = spoilt("life_contracts_of_holder", CLIENT, Source.LIFE_VALUATION)

    [found] = await clients.life_contracts([ClientRef(CLIENT)], request(reads, client(CLIENT)))

    assert isinstance(found, tuple)
    assert [contract.policy_isn for contract in readable(found)] == [203, 201, 202]
    assert found[-1] is GARBLED[Source.LIFE_VALUATION]

"""The schema run over fakes: what comes back, and what a failure leaves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain import models
from domain.errors import InvalidInput, Source, SourceTimeout
from domain.models import Isn
from domain.money import Locale
from domain.viewer import Viewer
from resolvers import ids
from tests.fakes import objects
from tests.fakes.holdings import rows
from tests.fakes.objects import in_days, number, rub
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.schema.account import CLIENT, account
from tests.unit.schema.asking import EXECUTION, OPERATIONS, asked, hundred

LATE = SourceTimeout(Source.LIFE_VALUATION, "valuation.poll", "no whole answer in time")


async def test_the_life_page_shows_the_picture_of_the_account() -> None:
    data, _ = await asked(OPERATIONS["life_page"].query, account(), number="p 200")

    contract = data["policy"]["lifeContract"]
    assert contract["period"]["daysLeft"] == 142
    assert contract["valuation"]["payoutAtMaturity"] == {"formatted": "5\u00a0000\u00a0232,42\u00a0₽"}
    assert contract["operations"] == [
        {"kind": "FIX_INCOME", "available": False, "refusalText": "Пока рано: возможность откроется позже"}
    ]


async def test_one_systems_failure_is_null_with_an_error_at_its_place_and_nothing_else() -> None:
    reads = account()
    reads.fail_source(LATE)

    data, errors = await asked(OPERATIONS["home_screen"].query, reads)

    home = data["viewer"]["client"]
    assert [(error.path, error.original_error) for error in errors] == [(["viewer", "client", "lifeContracts"], LATE)]
    assert home["lifeContracts"] is None
    assert home["policies"]["totalCount"] == 4
    assert home["reminders"]["unavailable"] == [{"source": "LIFE_VALUATION", "retryable": True, "until": None}]
    assert {item["kind"] for item in home["reminders"]["items"]} >= {"INSTALMENT_OVERDUE", "DEDUCTIBLE_DUE"}


async def test_one_valuation_that_fails_leaves_the_others() -> None:
    reads = FakeReads(
        **rows(clients=(objects.client(CLIENT),), contracts=(objects.contract(200), objects.contract(201))),
        life_valuations={number(200): LATE, number(201): objects.valuation(201)},
    )

    data, errors = await asked("{ viewer { client { lifeContracts { valuation { stale } } } } }", reads)

    assert data["viewer"]["client"]["lifeContracts"] == [{"valuation": None}, {"valuation": {"stale": False}}]
    assert [error.path for error in errors] == [["viewer", "client", "lifeContracts", 0, "valuation"]]


REACHED = """
query Reached($ids: [ID!]!, $number: String!, $claim: String!) {
  nodes(ids: $ids) { __typename id }
  policy(number: $number) { id }
  claim(number: $claim) { id }
}
"""


@pytest.mark.parametrize(
    ("viewer", "reached"), [(client(CLIENT), True), (client(7), False), (EMPLOYEE, True)], ids=["own", "other", "staff"]
)
async def test_global_ids_lead_back_to_the_same_objects_for_whom_they_are(viewer: Viewer, reached: bool) -> None:
    found = [("Client", CLIENT), ("Policy", 100), ("Claim", "c1"), ("LifeContract", 200)]
    asked_ids = [ids.encode(*each) for each in found]

    data, errors = await asked(REACHED, account(), viewer, ids=asked_ids, number="P100", claim="N-c1")

    nodes = [{"__typename": name, "id": global_id} for (name, _), global_id in zip(found, asked_ids, strict=True)]
    assert errors == ()
    assert data == {
        "nodes": nodes if reached else [None] * 4,
        "policy": {"id": asked_ids[1]} if reached else None,
        "claim": {"id": asked_ids[2]} if reached else None,
    }


async def test_nobody_signed_in_is_no_viewer_and_no_error() -> None:
    result = await EXECUTION.run("{ viewer { kind } }", context=request(account(), None))

    assert (result.data, result.errors) == ({"viewer": None}, None)


async def test_an_employee_is_a_viewer_without_a_client_and_finds_one() -> None:
    query = '{ viewer { kind client { id } } findClient(by: {policyNumber: "P 100"}) { id } }'

    data, errors = await asked(query, account(), EMPLOYEE)

    assert errors == ()
    assert data == {
        "viewer": {"kind": "EMPLOYEE", "client": None},
        "findClient": {"id": ids.encode("Client", CLIENT)},
    }


async def test_a_bad_count_is_told_of_the_list_alone() -> None:
    query = "{ viewer { client { policies(first: 201) { totalCount } profile { number } } } }"

    data, errors = await asked(query, account())

    assert data["viewer"]["client"] == {"policies": None, "profile": {"number": "C1"}}
    assert isinstance(errors[0].original_error, InvalidInput)


async def test_texts_and_sums_come_in_the_readers_language_unless_the_query_names_one() -> None:
    query = """{ viewer { client { claims(first: 1) { edges { node {
      statusText deadlines { title } payouts { amount { formatted ru: formatted(locale: RU) } } } } } } } }"""

    data, _ = await asked(query, account(), locale=Locale.EN)

    [edge] = data["viewer"]["client"]["claims"]["edges"]
    assert edge["node"] == {
        "statusText": "Documents required",
        "deadlines": [{"title": "Settlement of a motor hull claim"}],
        "payouts": [{"amount": {"formatted": "RUB\u00a090,000.00", "ru": "90\u00a0000,00\u00a0₽"}}],
    }


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (Decimal("26.8354"), "26.8354"),
        (Decimal("0.00000000"), "0.00000000"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.0000001"), "-0.0000001"),
    ],
)
async def test_decimals_are_written_out_in_full(exact: Decimal, shown: str) -> None:
    reads = FakeReads(
        **rows(clients=(objects.client(CLIENT),), contracts=(objects.contract(200),)),
        life_valuations={number(200): objects.valuation(fx_rate=exact)},
    )

    data, _ = await asked("{ viewer { client { lifeContracts { valuation { fxRate } } } } }", reads)

    assert data["viewer"]["client"]["lifeContracts"] == [{"valuation": {"fxRate": shown}}]


async def test_a_sum_is_rounded_once_when_it_is_shown() -> None:
    reads = FakeReads(**rows(clients=(objects.client(CLIENT),), policies=(objects.policy(premium=rub("100.005")),)))

    data, _ = await asked(
        "{ viewer { client { policies { edges { node { premium { amount currency formatted } } } } } } }", reads
    )

    [edge] = data["viewer"]["client"]["policies"]["edges"]
    assert edge["node"]["premium"] == {"amount": "100.01", "currency": "RUB", "formatted": "100,01\u00a0₽"}


async def test_pages_follow_each_other_through_the_whole_list() -> None:
    query = """query Page($after: String) { viewer { client { policies(first: 40, after: $after) {
      edges { node { number } } pageInfo { hasNextPage endCursor } } } } }"""
    reads, gathered, after, more = hundred(), [], None, True

    while more:
        data, errors = await asked(query, reads, after=after)
        assert errors == ()
        page = data["viewer"]["client"]["policies"]
        gathered += [edge["node"]["number"] for edge in page["edges"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]

    assert gathered == [number(1000 + n) for n in range(100)]


async def test_an_ended_policy_has_no_days_left() -> None:
    ended = objects.policy(period=models.Period(in_days(-400), in_days(-35)), status=models.PolicyStatus.EXPIRED)
    reads = FakeReads(**rows(clients=(objects.client(Isn(1)),), policies=(ended,)))

    data, _ = await asked('{ policy(number: "P100") { period { daysLeft } actions } }', reads)

    assert data == {"policy": {"period": {"daysLeft": 0}, "actions": ["DOWNLOAD_DOCUMENTS"]}}

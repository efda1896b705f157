"""An answer counts only when it is free of errors and shows what its own viewer has."""

from datetime import date

import orjson
import pytest

from dev.bench.facts import FACTS
from dev.bench.load.asking import verdict
from dev.bench.load.job import GOOD
from dev.bench.people import DEMO_ISN, DEMO_POLICY, HUNDRED_ISN
from dev.simulators.population import population_on

POPULATION = population_on(1, date(2026, 1, 15))
SECOND_ISN = DEMO_ISN + 1


def answer(name: str) -> bytes:
    return orjson.dumps({"data": {"viewer": {"client": {"profile": {"name": {"first": name}}}}}})


def first_name(isn: int) -> str:
    client = POPULATION.client(isn)
    assert client is not None
    return client.name.first


def test_ones_own_data_are_good() -> None:
    known = FACTS["own_name"].known(POPULATION, DEMO_ISN)
    assert verdict(200, answer(first_name(DEMO_ISN)), "own_name", known) == GOOD


def test_good_data_under_a_bad_status_are_no_success() -> None:
    known = FACTS["own_name"].known(POPULATION, DEMO_ISN)
    assert verdict(500, answer(first_name(DEMO_ISN)), "own_name", known) == "HTTP 500"


def test_somebody_elses_data_are_never_a_success() -> None:
    assert first_name(SECOND_ISN) != first_name(DEMO_ISN)
    known = FACTS["own_name"].known(POPULATION, DEMO_ISN)
    assert verdict(200, answer(first_name(SECOND_ISN)), "own_name", known) == "wrong data"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "HTTP 502, not JSON"),
        (orjson.dumps({"data": None}), "incomplete data"),
        (orjson.dumps({"data": {"viewer": None}}), "incomplete data"),
        (orjson.dumps({"errors": [{"message": "?"}], "data": {}}), "error ?"),
        (
            orjson.dumps(
                {
                    "errors": [
                        {"extensions": {"code": "SOURCE_TIMEOUT", "source": "policy_core"}},
                        {"extensions": {"code": "SOURCE_TIMEOUT", "source": "policy_core"}},
                        {"extensions": {"code": "BAD_USER_INPUT"}},
                    ],
                    "data": {"viewer": {"client": {"profile": {"name": {"first": "Алёна"}}}}},
                }
            ),
            "error BAD_USER_INPUT, SOURCE_TIMEOUT of policy_core",
        ),
    ],
)
def test_what_is_wrong_is_said(body: bytes, said: str) -> None:
    assert verdict(502, body, "own_name", first_name(DEMO_ISN)) == said


def test_the_facts_of_the_demo_client_are_those_of_the_pictures() -> None:
    first = FACTS["life_page"].known(POPULATION, DEMO_ISN)
    assert isinstance(first, tuple)
    assert first[:2] == (DEMO_POLICY, "5\u00a0000\u00a0232,42\u00a0₽")
    contracts = FACTS["life_contracts"].known(POPULATION, DEMO_ISN)
    assert isinstance(contracts, dict)
    assert contracts[DEMO_POLICY] == "5000232.42"


@pytest.mark.parametrize(
    "operation", sorted(FACTS.keys() - {"hundred_policies", "policy_page", "life_page", "valuation"})
)
def test_the_facts_tell_clients_apart(operation: str) -> None:
    facts = FACTS[operation]
    assert facts.known(POPULATION, DEMO_ISN) != facts.known(POPULATION, SECOND_ISN)


def test_the_long_list_has_a_hundred() -> None:
    known = FACTS["hundred_policies"].known(POPULATION, HUNDRED_ISN)
    assert isinstance(known, tuple)
    assert len(set(known[0])) == 100

import pickle
import random
import sys
from datetime import date, timedelta

import phonenumbers
import pytest

from dev.simulators.population import Population, population_on
from dev.simulators.population.keys import BULK_CLIENT, CLIENT_ISN, MAX_CLIENTS
from dev.simulators.population.records import Client, Policy
from tests.unit.dev.simulators.population.conftest import TODAY

BULK_ISN = CLIENT_ISN + BULK_CLIENT


def everything(population: Population, isn: int) -> object:
    policies = population.policies_of(isn)
    return (
        population.client(isn),
        policies,
        [population.instalments(policy) for policy in policies],
        [population.documents(policy) for policy in policies],
        [population.claims_of(policy.number) for policy in policies],
        population.life_contracts_of(isn),
    )


def test_is_the_same_for_the_same_seed_and_day_in_any_order_of_looking() -> None:
    isns = [CLIENT_ISN + n for n in range(40)]
    shuffled = random.Random(3).sample(isns, len(isns))
    first, second = Population(5, TODAY), Population(5, TODAY)
    seen = {isn: everything(first, isn) for isn in isns}
    assert {isn: everything(second, isn) for isn in shuffled} == seen


def test_differs_by_seed() -> None:
    assert everything(Population(5, TODAY), CLIENT_ISN + 7) != everything(Population(6, TODAY), CLIENT_ISN + 7)


def test_persons_do_not_change_from_day_to_day_and_dates_move_along() -> None:
    today, tomorrow = Population(5, TODAY), Population(5, TODAY + timedelta(days=1))
    isn = CLIENT_ISN + 7
    one, other = today.client(isn), tomorrow.client(isn)
    assert one is not None
    assert other is not None
    assert (one.name, one.birth_date, one.phone, one.email) == (other.name, other.birth_date, other.phone, other.email)
    moved = [policy.end + timedelta(days=1) for policy in today.policies_of(isn)]
    assert [policy.end for policy in tomorrow.policies_of(isn)] == moved


def test_ten_million_clients_cost_nothing_until_looked_at() -> None:
    population = Population(1, TODAY)
    last = population.client(CLIENT_ISN + MAX_CLIENTS - 1)
    assert last is not None
    assert population.client_by_phone(last.phone) == last
    assert population.policies_of(last.isn)
    assert len(pickle.dumps((last, population.stations))) < 100_000
    assert sum(sys.getsizeof(value) for value in vars(population).values()) < 10_000


def test_a_client_is_found_by_everything_known(population: Population, clients: list[Client]) -> None:
    for client in clients:
        assert population.client_by_number(client.number) is client
        assert population.client_by_phone(client.phone) is client
        assert population.client_by_email(client.email.upper()) is client


def test_contacts_are_valid_unique_and_of_example_domains(clients: list[Client]) -> None:
    for client in clients:
        assert phonenumbers.is_valid_number(phonenumbers.parse(client.phone))
        assert client.email.rpartition("@")[2] in {"example.com", "example.org"}
        assert client.email.isascii()
    assert len({client.phone for client in clients}) == len({client.email for client in clients}) == len(clients)
    regions = {phonenumbers.region_code_for_number(phonenumbers.parse(client.phone)) for client in clients}
    assert regions == {"RU", "KZ"}


def test_consents_end_after_they_were_given(clients: list[Client]) -> None:
    for consent in (consent for client in clients for consent in client.consents):
        assert consent.expires_on is None or consent.given_on < consent.expires_on
        assert consent.revoked_on is None or consent.given_on < consent.revoked_on <= TODAY


def test_policies_are_found_by_isn_and_number(population: Population, policies: list[Policy]) -> None:
    for policy in policies:
        assert population.policy(policy.isn) is policy
        assert population.policy_by_number(policy.number) is policy
        assert population.policy_by_number(policy.number.lower().replace(" ", "-")) is policy
    assert len({policy.number for policy in policies}) == len(policies)


def test_a_number_of_another_line_or_series_finds_nothing(population: Population, policies: list[Policy]) -> None:
    for policy in policies:
        series, digits = policy.number[:-8], policy.number[-8:]
        other = "ТТТ 01" if series != "ТТТ 01" else "ХХХ 01"
        assert population.policy_by_number((other if " " in series else "Z") + digits) is None


def test_documents_are_found_with_their_policy(population: Population, policies: list[Policy]) -> None:
    for policy in policies[:300]:
        for document in population.documents(policy):
            assert population.document(document.isn) == (policy, document)


def test_two_to_seven_policies_and_once_a_hundred(population: Population, clients: list[Client]) -> None:
    assert {len(population.policies_of(client.isn)) for client in clients} == set(range(2, 8))
    bulk = population.policies_of(BULK_ISN)
    assert len(bulk) == len({policy.isn for policy in bulk}) == len({policy.number for policy in bulk}) == 100
    assert all(policy.holder_isn == BULK_ISN for policy in bulk)
    assert all(population.policy_by_number(policy.number) is policy for policy in bulk)
    claims = sum(len(population.claims_of(policy.number)) for policy in bulk)
    assert 50 < claims <= 100


@pytest.mark.parametrize("isn", [0, -1, CLIENT_ISN - 1, CLIENT_ISN + MAX_CLIENTS, 10**30])
def test_unknown_isns_lead_nowhere(population: Population, isn: int) -> None:
    assert population.client(isn) is None
    assert population.policy(isn) is None
    assert population.document(isn) is None
    assert population.policies_of(isn) == ()
    assert population.life_contracts_of(isn) == ()


@pytest.mark.parametrize(
    "text", ["", "P", "P99999999", "ХХХ 0199999999", "CL-999999999", "x@example.com", "+79990000000"]
)
def test_unknown_texts_lead_nowhere(population: Population, text: str) -> None:
    for look_up in (
        population.client_by_number,
        population.client_by_phone,
        population.client_by_email,
        population.policy_by_number,
        population.claim,
        population.claim_by_number,
        population.life_contract,
        population.product,
    ):
        assert look_up(text) is None
    assert population.claims_of(text) == ()


def test_a_smaller_population_ends_earlier() -> None:
    small = Population(1, TODAY, size=200)
    assert small.client(CLIENT_ISN + 199) is not None
    assert small.client(CLIENT_ISN + 200) is None
    beyond = Population(1, TODAY).policies_of(CLIENT_ISN + 200)[0]
    assert small.policy(beyond.isn) is None
    assert small.policy_by_number(beyond.number) is None
    isns = {
        person.isn for n in range(200) for policy in small.policies_of(CLIENT_ISN + n) for person in policy.participants
    }
    assert max(isns) < CLIENT_ISN + 200


@pytest.mark.parametrize("size", [BULK_CLIENT, MAX_CLIENTS + 1])
def test_impossible_sizes_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size must be above 98"):
        Population(1, TODAY, size)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 12, 31), date(2026, 2, 28), date(2027, 1, 1)])
def test_can_be_made_on_any_day(today: date) -> None:
    population = Population(2, today)
    for n in range(150):
        assert everything(population, CLIENT_ISN + n)


def test_the_population_of_a_day_is_kept() -> None:
    assert population_on(1, TODAY) is population_on(1, TODAY)
    assert population_on(1, TODAY) is not population_on(1, TODAY + timedelta(days=1))

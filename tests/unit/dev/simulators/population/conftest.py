"""A population of a pinned day, and a slice of it for looking at many records."""

from datetime import date

import pytest

from dev.simulators.population import Population
from dev.simulators.population.claim_records import Claim
from dev.simulators.population.keys import CLIENT_ISN
from dev.simulators.population.life_records import LifeContract
from dev.simulators.population.records import Client, Policy

TODAY = date(2026, 1, 15)
SLICE = range(100, 700)


@pytest.fixture(scope="session")
def population() -> Population:
    return Population(1, TODAY)


@pytest.fixture(scope="session")
def clients(population: Population) -> list[Client]:
    found = [population.client(CLIENT_ISN + n) for n in SLICE]
    return [client for client in found if client is not None]


@pytest.fixture(scope="session")
def policies(population: Population, clients: list[Client]) -> list[Policy]:
    return [policy for client in clients for policy in population.policies_of(client.isn)]


@pytest.fixture(scope="session")
def claims(population: Population, policies: list[Policy]) -> list[Claim]:
    return [claim for policy in policies for claim in population.claims_of(policy.number)]


@pytest.fixture(scope="session")
def contracts(population: Population, policies: list[Policy]) -> list[LifeContract]:
    found = [population.life_contract(policy.number) for policy in policies]
    return [contract for contract in found if contract is not None]

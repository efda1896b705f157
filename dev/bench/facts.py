"""What an answer must show of whose it is: known from the population, compared with every single answer.

Throughput with wrong data is worth nothing, so an answer counts as a success only when its facts are its own viewer's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from dev.simulators.population import Population
from dev.simulators.population.life_arithmetic import valuation
from dev.simulators.population.life_records import LifeContract
from dev.simulators.population.records import Line, Policy, PolicyStatus

__all__ = ["FACTS", "Facts"]

SHOWN_AT_HOME: Final = {PolicyStatus.ACTIVE, PolicyStatus.FUTURE, PolicyStatus.AWAITING_PAYMENT}
NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Facts:
    """``known`` reads the population for a client, ``shown`` the answer; both come to the same or it is wrong."""

    known: Callable[[Population, int], object]
    shown: Callable[[Mapping[str, Any]], object]


def payout(population: Population, contract: LifeContract) -> str:
    """Return the payout at maturity as the graph writes an amount."""
    value = valuation(contract, population.today, population.markets)
    due = value.payout_at_maturity if contract.start <= population.today else value.guaranteed
    return f"{contract.premiums_total if due is None else due:.2f}"


def payouts(population: Population, isn: int) -> dict[str, str]:
    """Return the payout of each contract that a client holds."""
    return {each.number: payout(population, each) for each in population.life_contracts_of(isn)}


def roubles(amount: str) -> str:
    """Write a sum as the graph formats it for a reader of Russian."""
    return f"{Decimal(amount):,.2f}".replace(",", NO_BREAK).replace(".", ",") + f"{NO_BREAK}₽"


def first_name(population: Population, isn: int) -> str:
    """Return what somebody is called."""
    client = population.client(isn)
    assert client is not None
    return client.name.first


def full_name(population: Population, isn: int) -> str:
    """Return somebody's whole name."""
    client = population.client(isn)
    assert client is not None
    return client.name.full


def life_policy(population: Population, isn: int) -> Policy:
    """Return the policy that the pages of one policy are opened with."""
    return next(each for each in population.policies_of(isn) if each.line is Line.LIFE)


def claims(population: Population, isn: int) -> list[tuple[str, str]]:
    """Return each claim with its policy's number; drafts have no number of their own."""
    policies = [each for each in population.policies_of(isn) if each.line is not Line.LIFE]
    return sorted((claim.number or "", each.number) for each in policies for claim in population.claims_of(each.number))


def known_at_home(population: Population, isn: int) -> object:
    """Return what the home screen must show."""
    held = [each.number for each in population.policies_of(isn) if each.status in SHOWN_AT_HOME]
    return first_name(population, isn), sorted(held), payouts(population, isn)


def shown_at_home(data: Mapping[str, Any]) -> object:
    """Return the same from an answer."""
    client = data["viewer"]["client"]
    return (
        client["profile"]["name"]["first"],
        sorted(edge["node"]["number"] for edge in client["policies"]["edges"]),
        shown_payouts(client["lifeContracts"]),
    )


def shown_payouts(contracts: list[dict[str, Any]]) -> dict[str, str]:
    """Return the payout of each contract that an answer shows."""
    return {each["number"]: each["valuation"]["payoutAtMaturity"]["amount"] for each in contracts}


def known_policy(population: Population, isn: int) -> object:
    """Return what the page of the life policy must show."""
    policy = life_policy(population, isn)
    instalments = len(population.instalments(policy))
    return policy.number, full_name(population, isn), instalments, len(population.documents(policy))


def shown_policy(data: Mapping[str, Any]) -> object:
    """Return the same from an answer."""
    policy = data["policy"]
    (holder,) = [each["name"]["full"] for each in policy["participants"] if each["role"] == "HOLDER"]
    return policy["number"], holder, len(policy["instalments"]), len(policy["documents"])


def known_life(population: Population, isn: int) -> object:
    """Return what the page of the life contract must show."""
    number = life_policy(population, isn).number
    contract = population.life_contract(number)
    assert contract is not None
    return number, roubles(payout(population, contract)), len(contract.operations), len(contract.surrender_table)


def shown_life(data: Mapping[str, Any]) -> object:
    """Return the same from an answer."""
    contract = data["policy"]["lifeContract"]
    sum_due = contract["valuation"]["payoutAtMaturity"]["formatted"]
    return data["policy"]["number"], sum_due, len(contract["operations"]), len(contract["surrenderTable"])


def shown_claims(data: Mapping[str, Any]) -> object:
    """Return each claim of an answer with its policy's number."""
    nodes = [edge["node"] for edge in data["viewer"]["client"]["claims"]["edges"]]
    return sorted((each["number"] or "", each["policy"]["number"]) for each in nodes)


def known_hundred(population: Population, isn: int) -> object:
    """Return what the long list must show."""
    return sorted(each.number for each in population.policies_of(isn)), {full_name(population, isn)}


def shown_hundred(data: Mapping[str, Any]) -> object:
    """Return the same from an answer."""
    nodes = [edge["node"] for edge in data["viewer"]["client"]["policies"]["edges"]]
    return sorted(each["number"] for each in nodes), {each["holder"]["profile"]["name"]["full"] for each in nodes}


def known_valuation(population: Population, isn: int) -> object:
    """Return the payout of the life policy."""
    contract = population.life_contract(life_policy(population, isn).number)
    assert contract is not None
    return payout(population, contract)


FACTS: Final[Mapping[str, Facts]] = {
    "home_screen": Facts(known_at_home, shown_at_home),
    "policy_page": Facts(known_policy, shown_policy),
    "claim_list": Facts(claims, shown_claims),
    "life_page": Facts(known_life, shown_life),
    "hundred_policies": Facts(known_hundred, shown_hundred),
    "own_name": Facts(first_name, lambda data: data["viewer"]["client"]["profile"]["name"]["first"]),
    "life_contracts": Facts(payouts, lambda data: shown_payouts(data["viewer"]["client"]["lifeContracts"])),
    "valuation": Facts(
        known_valuation, lambda data: data["policy"]["lifeContract"]["valuation"]["payoutAtMaturity"]["amount"]
    ),
}
"""Facts by operation."""

"""How often each system is asked for one screen, against the least that its contract allows.

Sessions and tokens are there already, the cache is empty. Each number is the least possible: one call an operation,
since every batch fits the limit of one call; where a system takes a single policy a call, one call a policy.
"""

import pytest

from dev.tokens import PEOPLE, Person
from tests.e2e.asking import HUNDRED_POLICIES, Gateway

FIRST, EMPLOYEE = PEOPLE["client"], PEOPLE["employee"]

Calls = dict[str, dict[str, int]]

LEAST: dict[str, tuple[Person, Calls]] = {
    "home_screen": (
        FIRST,
        {
            "policy_core": {
                "GetClients": 1,
                "FindPolicies": 1,
                "GetInstalments": 1,
                # Takes one policy a call, and two policies are due for renewal.
                "GetRenewalOptions": 2,
            },
            "claims_core": {"listClaims": 1},
            "life_valuation": {
                "contracts_by_client": 1,
                # One job for all three contracts; it is done at the first look.
                "valuation_submit": 1,
                "valuation_poll": 1,
            },
        },
    ),
    "policy_page": (
        FIRST,
        {
            "policy_core": {
                # Tells the policy and that it is the viewer's own.
                "FindPolicies": 1,
                "GetInstalments": 1,
                "GetDocumentList": 1,
                "GetRenewalOptions": 1,
                "GetProductRules": 1,
            },
            # Claims are reported under other lines: a life policy has none to ask for.
            "claims_core": {},
            "life_valuation": {},
        },
    ),
    "claim_list": (FIRST, {"policy_core": {"FindPolicies": 1}, "claims_core": {"listClaims": 1}, "life_valuation": {}}),
    "life_page": (
        FIRST,
        {
            "policy_core": {"FindPolicies": 1},
            "claims_core": {},
            "life_valuation": {
                "contracts_by_number": 1,
                "valuation_submit": 1,
                "valuation_poll": 1,
                "surrender_table": 1,
                "operations_on_offer": 1,
                "orders": 1,
            },
        },
    ),
    "hundred_policies": (
        HUNDRED_POLICIES,
        # All hundred on one page, their one holder once.
        {"policy_core": {"FindPolicies": 1, "GetClients": 1}, "claims_core": {}, "life_valuation": {}},
    ),
    "mobile_home": (
        FIRST,
        {
            # The person for consents that end; renewals because nobody is told to renew what the core will not renew.
            "policy_core": {"GetClients": 1, "FindPolicies": 1, "GetInstalments": 1, "GetRenewalOptions": 2},
            "claims_core": {"listClaims": 1},
            "life_valuation": {"contracts_by_client": 1, "valuation_submit": 1, "valuation_poll": 1},
        },
    ),
    "client_card": (
        EMPLOYEE,
        {
            "policy_core": {"FindClient": 1, "GetClients": 1, "FindPolicies": 1},
            "claims_core": {"listClaims": 1},
            "life_valuation": {},
        },
    ),
}


@pytest.mark.parametrize("file", LEAST)
def test_no_screen_asks_more_than_it_must(gateway: Gateway, file: str) -> None:
    person, least = LEAST[file]
    gateway.forget()
    gateway.ask(file, person)
    assert gateway.calls() == least


def test_the_page_of_a_motor_policy_asks_for_its_claims_besides(gateway: Gateway) -> None:
    held = gateway.ask("claim_list", FIRST)["viewer"]["client"]["claims"]["edges"]
    motor = next(edge["node"]["policy"] for edge in held if edge["node"]["policy"]["line"] == "KASKO")
    gateway.forget()
    page = gateway.ask("policy_page", FIRST, variables={"number": motor["number"]})
    assert page["policy"]["claims"]
    [_, least] = LEAST["policy_page"]
    assert gateway.calls() == least | {"claims_core": {"listClaims": 1}}


@pytest.mark.parametrize("file", ["home_screen", "life_page"])
def test_a_second_look_values_no_contract_again(gateway: Gateway, file: str) -> None:
    gateway.forget()
    before = gateway.ask(file)
    first = gateway.calls()["life_valuation"]
    assert gateway.ask(file) == before
    again = {operation: count * 2 for operation, count in first.items() if not operation.startswith("valuation_")}
    assert gateway.calls()["life_valuation"] == again | {"valuation_submit": 1, "valuation_poll": 1}


@pytest.mark.parametrize("file", ["home_screen", "policy_page", "mobile_home"])
def test_a_second_look_asks_for_no_offer_again(gateway: Gateway, file: str) -> None:
    gateway.forget()
    gateway.ask(file)
    first = gateway.calls()["policy_core"]
    gateway.ask(file)
    again = {operation: count * 2 for operation, count in first.items() if operation != "GetRenewalOptions"}
    assert gateway.calls()["policy_core"] == again | {"GetRenewalOptions": first["GetRenewalOptions"]}

"""A customer pays the deductible of a claim: the policy core bills it, the bank takes it, the claims core is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from resolvers import ids
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer, bill_of, order_of, until

# Not among the people of other tests: two claims with a deductible to pay, and others without.
BEARING: Final = Person("client-who-bears-a-part", 2596517061)
STRANGER: Final = Person("client-who-pries-into-claims", 2596517035)
REMINDED: Final = """{ viewer { client { reminders { items { kind amount { amount } action {
  ... on PayDeductible { claim { id } } } } } } } }"""
WAITING: Final = "SELECT count(*) FROM commands WHERE kind = 'RECORD_DEDUCTIBLE' AND state = 'WAITING'"


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    return Payer.registered(stack, BEARING)


@pytest.fixture(autouse=True)
def all_well(stack: Stack) -> Iterator[None]:
    """All switches are off in the end."""
    yield
    fetch("DELETE", f"{claims_core(stack)}/faults")


def claims_core(stack: Stack) -> str:
    return stack.systems["claims_core"].admin_url


def recorded(stack: Stack, claim: Any) -> list[str]:
    """The bills that the claims core was told were paid for a claim."""
    written = fetch("GET", f"{claims_core(stack)}/ledger")["deductibles"]
    return [each["bill"] for each in written if ids.encode("Claim", each["claim"]) == claim["id"]]


def claims(payer: Payer) -> list[Any]:
    return [claim for policy in payer.policies() for claim in policy["claims"]]


def owed(payer: Payer) -> Any:
    """A claim with a deductible to pay."""
    return next(
        each
        for each in claims(payer)
        if each["referral"] and each["referral"]["deductibleDue"] and each["referral"]["deductiblePaidOn"] is None
    )


def again(payer: Payer, claim: Any) -> Any:
    """The claim as it is shown now."""
    return next(each for each in claims(payer) if each["id"] == claim["id"])


def is_reminded(payer: Payer, claim: Any) -> bool:
    items = payer.person.ask(REMINDED)["viewer"]["client"]["reminders"]["items"]
    return any(each["action"].get("claim") == {"id": claim["id"]} for each in items if each["kind"] == "DEDUCTIBLE_DUE")


def problems(begun: Any) -> list[str]:
    assert begun["payment"] is None
    return [each["__typename"] for each in begun["errors"]]


def waiting(stack: Stack) -> int:
    """How many commands to the claims core wait."""
    assert stack.database is not None
    with psycopg.connect(stack.database.address()) as connection:
        [found] = connection.execute(WAITING).fetchall()
    return int(found[0])


def test_it_is_paid_at_the_bank_and_both_cores_know(payer: Payer, stack: Stack) -> None:
    claim = owed(payer)
    assert is_reminded(payer, claim)
    begun = payer.start_deductible("first-deductible", claim)
    assert begun["errors"] == []
    payment = payer.becomes(begun["payment"], "OPEN")
    assert payment["amount"] == claim["referral"]["deductibleDue"]
    assert payment["payable"] == {"__typename": "PaidDeductible", "claim": {"id": claim["id"]}}
    bill, order = bill_of(payment), order_of(payment)

    payer.press(payment, "decline")
    failed = payer.becomes(payment, "FAILED")
    assert (failed["failure"], recorded(stack, claim)) == ("DECLINED", [])
    assert is_reminded(payer, claim)
    assert again(payer, claim)["referral"]["deductiblePaidOn"] is None

    # The bill is the same, and another order.
    second = payer.becomes(payer.start_deductible("second-deductible", claim)["payment"], "OPEN")
    assert (bill_of(second), order_of(second) != order) == (bill, True)
    payer.press(second)
    paid = payer.becomes(second, "PAID")
    assert paid["paidAt"] is not None
    until(lambda: recorded(stack, claim) == [bill])
    ledger = fetch("GET", f"{stack.systems['policy_core'].admin_url}/ledger")
    assert [each["order"] for each in ledger["confirmations"] if each["order"] == order_of(second)] == [
        order_of(second)
    ]
    assert again(payer, claim)["referral"]["deductiblePaidOn"] is not None
    assert not is_reminded(payer, claim)
    assert problems(payer.start_deductible("third-deductible", claim)) == ["PaidAlready"]
    other = {"id": ids.encode("Claim", "another")}
    assert problems(payer.start_deductible("second-deductible", other)) == ["KeyReused"]


def test_while_the_claims_core_is_away_it_is_shown_as_paid_and_a_lost_answer_is_one_record(
    payer: Payer, stack: Stack
) -> None:
    claim = owed(payer)
    fetch("PUT", f"{claims_core(stack)}/faults", {"fault": "http_503", "operation": "recordDeductible"})
    payment = payer.becomes(payer.start_deductible("away-claims-core", claim)["payment"], "OPEN")
    payer.press(payment)
    payer.becomes(payment, "PAID")
    assert (recorded(stack, claim), waiting(stack)) == ([], 1)
    assert again(payer, claim)["referral"]["deductiblePaidOn"] is not None
    assert not is_reminded(payer, claim)
    assert problems(payer.start_deductible("while-it-is-away", claim)) == ["PaidAlready"]

    lost = {"fault": "timeout_after_commit", "operation": "recordDeductible", "next_calls": 1, "seconds": 1}
    fetch("PUT", f"{claims_core(stack)}/faults", lost)
    fetch("DELETE", f"{claims_core(stack)}/faults?fault=http_503&operation=recordDeductible")
    until(lambda: waiting(stack) == 0)
    assert recorded(stack, claim) == [bill_of(payment)]


def test_what_is_not_owed_or_not_the_viewers_is_not_begun(payer: Payer, stack: Stack) -> None:
    without = next(each for each in claims(payer) if not (each["referral"] and each["referral"]["deductibleDue"]))
    assert problems(payer.start_deductible("nothing-is-due", without)) == ["Unpayable"]
    stranger = Payer.registered(stack, STRANGER)
    theirs = owed(stranger)
    assert problems(payer.start_deductible("somebody-elses", theirs)) == ["NothingSuch"]
    assert problems(payer.start_deductible("there-is-none", {"id": "Q2xhaW06bm90LWEtY2xhaW0="})) == ["NothingSuch"]
    assert problems(payer.start_deductible("no-claim-at-all", payer.policies()[0])) == ["NothingSuch"]
    assert is_reminded(stranger, theirs)

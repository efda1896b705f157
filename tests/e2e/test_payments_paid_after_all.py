"""Orders that nobody waits for any more: one that is paid after all is found, and no money is taken note of twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer, order_of, until

LATE: Final = Person("client-whose-bank-is-late", 2596527630)
IN_VAIN: Final = Person("client-who-waits-in-vain", 2596527635)
WHO: Final = ("--by", "Ivanova", "--reason", "as the bank says")


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    return Payer.registered(stack, LATE)


@pytest.fixture(scope="module")
def card(payer: Payer) -> str:
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("remembering", policy, part)["payment"], "OPEN")
    payer.press(payment, "remember")
    payer.becomes(payment, "PAID")
    [kept] = payer.person.ask("{ paymentMeans { id } }")["paymentMeans"]
    return str(kept["id"])


@pytest.fixture(autouse=True)
def all_well(stack: Stack) -> Iterator[None]:
    """All switches are off in the end."""
    yield
    assert stack.acquirer is not None
    for address in (stack.systems["policy_core"].admin_url, stack.acquirer.admin_url):
        fetch("DELETE", f"{address}/faults")


def fault(stack: Stack, name: str, operation: str) -> None:
    assert stack.acquirer is not None
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": name, "operation": operation})


def ledger(stack: Stack) -> dict[str, Any]:
    """The bank's orders."""
    assert stack.acquirer is not None
    return {each["order"]: each for each in fetch("GET", f"{stack.acquirer.admin_url}/ledger")["orders"]}


def paid_late(stack: Stack, order: str) -> None:
    """Let the bank take the money for an order that it had called declined."""
    assert stack.acquirer is not None
    fetch("POST", f"{stack.acquirer.admin_url}/orders/{order}/pay-late", {})


def asked(stack: Stack, query: str, *values: Any) -> list[Any]:
    """Look at the database from beside."""
    assert stack.database is not None
    with psycopg.connect(stack.database.address(), autocommit=True) as connection:
        found = connection.execute(query, values)
        return [] if found.description is None else list(found.fetchall())


def run(stack: Stack, command: str, *action: str) -> str:
    """Run one of the operators' commands, and return what it prints."""
    line = [sys.executable, "-m", "gateway", command, "--config", str(stack.folder / "gateway.toml"), *action]
    return subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stdout


def listed(stack: Stack, payment: Any) -> list[str]:
    """Why a payment is among those that need a person."""
    lines = run(stack, "payments", "list").splitlines()[1:]
    return [each.split()[1] for each in lines if each.split()[0] == str(payment["number"])]


def alarms(stack: Stack, payment: Any, failure: str) -> int:
    """How often the worker has called a person for a payment."""
    lines = (stack.folder / "worker.log").read_text("utf-8").splitlines()
    named = [each for each in lines if "payment needs a person" in each and failure in each]
    return sum(str(payment["number"]) in each for each in named)


def declined(payer: Payer, card: str, key: str) -> tuple[Any, str]:
    """Pay with a card that is declined; return the payment, on its second order's page, and its first order."""
    before = ledger(payer.stack).keys()
    fault(payer.stack, "in_band_error", "chargeOrder")
    policy, part = payer.unpaid()
    payment = payer.has_address(payer.start(key, policy, part, card)["payment"])
    [first] = ledger(payer.stack).keys() - before
    assert first != order_of(payment)
    return payment, first


@pytest.mark.parametrize("is_called_back", [True, False], ids=["callback", "look"])
def test_a_declined_order_that_is_paid_after_all_is_the_payments(
    payer: Payer, stack: Stack, card: str, *, is_called_back: bool
) -> None:
    payment, first = declined(payer, card, f"paid-late-{is_called_back}")
    if not is_called_back:
        fault(stack, "callback_lost", "pay")
    paid_late(stack, first)
    paid = payer.becomes(payment, "PAID")
    assert (paid["address"], paid["failure"]) == (None, None)
    second = order_of(payment)
    until(lambda: ledger(stack).get(second, {"state": "UNKNOWN"})["state"] == "CANCELLED")
    assert (ledger(stack)[first]["taken"], ledger(stack)[second]["taken"]) == (1, 0)
    assert listed(stack, payment) == []


def test_a_second_order_that_is_paid_is_for_a_person_and_the_payment_stays_paid(
    payer: Payer, stack: Stack, card: str
) -> None:
    payment, first = declined(payer, card, "paid-twice")
    payer.press(payment)
    payer.becomes(payment, "PAID")
    paid_late(stack, first)
    until(lambda: alarms(stack, payment, "PAID_TWICE") == 1)
    assert payer.read(payment)["state"] == "PAID"
    assert listed(stack, payment) == ["PAID_TWICE"]
    run(stack, "payments", "close", str(payment["number"]), *WHO)
    assert listed(stack, payment) == []
    assert (payer.read(payment)["state"], payer.read(payment)["failure"]) == ("PAID", None)
    confirmed = "SELECT count(*) FROM commands JOIN payments ON payments.id = owner WHERE number = %s AND kind = %s"
    confirmed = confirmed.replace("number", "payments.number")
    assert asked(stack, confirmed, payment["number"], "CONFIRM_PAYMENT") == [(1,)]


def test_what_a_person_closed_unseen_and_is_paid_after_all_is_noticed_without_a_callback(
    payer: Payer, stack: Stack
) -> None:
    fault(stack, "callback_lost", "pay")
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("closed-unseen", policy, part)["payment"], "OPEN")
    # Twenty answers that are of no use take their time: here they have been given.
    asked(stack, "UPDATE payments SET in_vain = 20, checked_at = now() WHERE number = %s", payment["number"])
    payer.press(payment)
    assert "is closed" in run(stack, "payments", "close", str(payment["number"]), *WHO)
    until(lambda: alarms(stack, payment, "NOT_CONFIRMED") == 1)
    assert payer.read(payment)["state"] == "STOPPED"
    run(stack, "payments", "close", str(payment["number"]), *WHO)


def test_who_was_told_to_wait_for_what_failed_gets_one_letter(stack: Stack) -> None:
    payer = Payer.registered(stack, IN_VAIN)
    policy, part = payer.unpaid()
    core = stack.systems["policy_core"].admin_url
    # What is announced is believed by all who read it, until then.
    end = datetime.now(UTC) + timedelta(seconds=15)
    fetch("PUT", f"{core}/faults", {"fault": "maintenance", "operation": "CreateBill", "until": end.isoformat()})
    begun = payer.start("waits-in-vain", policy, part)["payment"]
    assert (begun["state"], begun["address"]) == ("WAITING", None)
    of_payment = "SELECT c.number FROM commands AS c JOIN payments AS p ON p.id = c.owner WHERE p.number = %s"
    [(number,)] = asked(stack, of_payment, begun["number"])
    run(stack, "outbox", "drop", str(number), *WHO)
    assert payer.read(begun)["failure"] == "NOT_PAYABLE"
    [letter] = payer.told(f"платёж № {begun['number']}")
    assert "не состоялся" in letter

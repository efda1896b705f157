"""The worker is killed while the bank charges a remembered card: whoever goes on finds the money, or takes it once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any, Final

import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch, started
from tests.e2e.paying import Payer, until

KILLED: Final = Person("client-whose-worker-dies", 2596516903)
RARELY_S: Final = 600.0
"""Between two looks at open payments: here the charge alone is to find out."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """One of our own, as its worker does not live."""
    with started({"outbox": {"stalled_s": 2.0}, "acquirer": {"check_every_s": RARELY_S}}) as stack:
        yield stack


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    return Payer.registered(stack, KILLED)


@pytest.fixture(scope="module")
def card(payer: Payer) -> str:
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("with-the-page", policy, part)["payment"], "OPEN")
    payer.press(payment, "remember")
    payer.becomes(payment, "PAID")
    [kept] = payer.person.ask("{ paymentMeans { id } }")["paymentMeans"]
    return str(kept["id"])


@pytest.mark.parametrize(("fault", "taken_before"), [("timeout_after_commit", [1]), ("hang", [])])
def test_what_was_under_way_when_it_was_killed_is_one_charge(
    payer: Payer, stack: Stack, card: str, fault: str, taken_before: list[int]
) -> None:
    assert stack.acquirer is not None
    acquirer = stack.acquirer.admin_url
    before = orders(acquirer)
    calls = charges(acquirer)
    fetch("PUT", f"{acquirer}/faults", {"fault": fault, "operation": "chargeOrder", "seconds": 30})
    fetch("PUT", f"{acquirer}/faults", {"fault": "callback_lost", "operation": "chargeOrder"})
    policy, part = payer.unpaid()
    payment = payer.start(f"killed-{fault}", policy, part, card)["payment"]
    until(lambda: charges(acquirer) > calls)
    until(lambda: new(before, orders(acquirer)) == taken_before)
    worker = stack.children["worker"]
    worker.signal(signal.SIGKILL)
    worker.process.wait()
    assert (payer.read(payment)["state"], payer.read(payment)["address"]) == ("OPEN", None)
    fetch("DELETE", f"{acquirer}/faults")
    stack.children["worker"] = stack.run_gateway("worker", stack.folder / "gateway.toml")
    payer.becomes(payment, "PAID")
    assert new(before, orders(acquirer)) == [1]
    assert charges(acquirer) > calls + 1


def charges(acquirer: str) -> int:
    """How often the bank was told to charge."""
    return int(fetch("GET", f"{acquirer}/calls")["operations"].get("chargeOrder", {"calls": 0})["calls"])


def orders(acquirer: str) -> dict[str, Any]:
    return {each["order"]: each["taken"] for each in fetch("GET", f"{acquirer}/ledger")["orders"]}


def new(before: dict[str, Any], after: dict[str, Any]) -> list[int]:
    """How often money was taken for each order that is new."""
    return [times for order, times in after.items() if order not in before]

"""A customer pays: through gateway, database, worker, policy core and the bank's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer

PAYING: Final = Person("client-who-pays", 2596516901)


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    return Payer.registered(stack, PAYING)


@pytest.fixture(autouse=True)
def all_well(stack: Stack) -> Iterator[None]:
    """All switches are off in the end."""
    yield
    assert stack.acquirer is not None
    for address in (stack.systems["policy_core"].admin_url, stack.acquirer.admin_url):
        fetch("DELETE", f"{address}/faults")


def ledger(stack: Stack) -> Any:
    return fetch("GET", f"{stack.systems['policy_core'].admin_url}/ledger")


def test_an_instalment_is_paid_without_entering_anything_again(payer: Payer) -> None:
    policy, part = payer.unpaid()
    begun = payer.start("first-payment", policy, part)
    assert begun["errors"] == []
    payment = payer.becomes(begun["payment"], "OPEN")
    assert payment["amount"] == part["amount"]
    payer.press(payment)
    paid = payer.becomes(payment, "PAID")
    assert paid["paidAt"] is not None
    shown = next(each for each in payer.policies() if each["id"] == policy["id"])
    assert next(each for each in shown["instalments"] if each["number"] == part["number"])["paidOn"] is not None
    assert "RECEIPT" in {each["kind"] for each in shown["documents"]}
    assert not payer.is_reminded(policy, part)
    again = payer.start("second-payment", policy, part)
    assert [each["__typename"] for each in again["errors"]] == ["PaidAlready"]

"""A payment that waited out a maintenance: its customer is told when it can be made, and has the whole time for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer, order_of, until

LATE: Final = Person("client-who-comes-back", 2596517063)
STATE: Final = "query($id: ID!) { payment(id: $id) { state failure } }"
"""What tells of a payment without showing where to pay it."""


def test_a_maintenance_takes_nothing_of_the_time_to_pay(stack: Stack) -> None:
    payer = Payer.registered(stack, LATE)
    policy, part = payer.unpaid()
    core = stack.systems["policy_core"].admin_url
    end = datetime.now(UTC) + timedelta(seconds=8)
    fetch("PUT", f"{core}/faults", {"fault": "maintenance", "operation": "CreateBill", "until": end.isoformat()})
    begun = payer.start("before-night", policy, part)["payment"]
    assert (begun["state"], begun["address"]) == ("WAITING", None)

    until(lambda: state(payer, begun) == {"state": "OPEN", "failure": None})
    assert len(payer.told(f"платёж № {begun['number']}")) == 1
    hours_pass(stack, begun, "opened_at")
    again = payer.start("in-the-morning", policy, part)["payment"]
    assert (again["id"], again["state"]) == (begun["id"], "OPEN")
    order = order_of(again)

    hours_pass(stack, begun, "shown_at")
    anew = payer.start("in-the-evening", policy, part)["payment"]
    assert anew["id"] != begun["id"]
    assert state(payer, begun) == {"state": "FAILED", "failure": "CANCELLED"}
    assert order_of(payer.becomes(anew, "OPEN")) != order
    payer.press(payer.read(anew))
    payer.becomes(anew, "PAID")
    assert payer.letters(f"платёж № {anew['number']}") == []


def state(payer: Payer, payment: Any) -> Any:
    return payer.person.ask(STATE, id=payment["id"])["payment"]


def hours_pass(stack: Stack, payment: Any, since: str) -> None:
    """Let the order have been made, or its address have been shown, eight hours sooner."""
    assert stack.database is not None
    with psycopg.connect(stack.database.address(), autocommit=True) as connection:
        changed = connection.execute(
            f"UPDATE payments SET {since} = {since} - interval '8 hours' WHERE number = %s AND {since} IS NOT NULL",  # noqa: S608 - of this file
            [payment["number"]],
        )
        assert changed.rowcount == 1

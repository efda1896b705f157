"""A signed-in customer with money to pay, on the bank's page too."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.registering import PATIENCE_S, Registrant

__all__ = ["PAYMENT", "Payer", "bill_of", "order_of", "until"]

PAYMENT: Final = """id number state address failure paidAt amount { amount }
  payable { __typename ... on PaidInstalment { number policy { id } } ... on PaidDeductible { claim { id } }
    ... on PaidRenewal { policyNumber policy { number status documents { kind } } } }"""
START: Final = f"""mutation($key: String!, $payable: PayableInput!, $means: ID) {{
  startPayment(key: $key, payable: $payable, means: $means) {{
    payment {{ {PAYMENT} }}
    errors {{ __typename ... on Problem {{ field message }} ... on PaidAlready {{ paymentId }} }} }} }}"""
READ: Final = f"query($id: ID!) {{ payment(id: $id) {{ {PAYMENT} }} }}"
OWED: Final = """{ viewer { client { policies(first: 100) { edges { node {
  id number status instalments { number amount { amount } paidOn } documents { kind }
  claims { id status referral { deductibleDue { amount } deductiblePaidOn } } } } }
  reminders { items { kind action {
    __typename ... on PayInstalment { policy { id } instalment { number } } } } } } } }"""


@dataclass
class Payer:
    """Somebody who has registered and owes something."""

    stack: Stack
    person: Registrant

    @classmethod
    def registered(cls, stack: Stack, who: Person) -> Self:
        """Register a customer by what the systems know."""
        found = Registrant(stack, who)
        known = found.known()
        phone, email = known["profile"]["phone"]["value"], known["profile"]["email"]["value"]
        found.start(known["policies"]["edges"][0]["node"]["number"], known["profile"]["name"]["full"])
        found.phone(phone)
        found.code(phone)
        found.email(email)
        found.code(email)
        done = found.finish()
        assert done["errors"] == []
        found.headers = {"authorization": f"Bearer {done['tokens']['accessToken']}"}
        return cls(stack, found)

    def owed(self) -> Any:
        """Policies with what is owed, and reminders."""
        return self.person.ask(OWED)["viewer"]["client"]

    def policies(self) -> list[Any]:
        return [each["node"] for each in self.owed()["policies"]["edges"]]

    def unpaid(self) -> tuple[Any, Any]:
        """A policy in force with an instalment to pay, and that instalment."""
        return next(
            (policy, part)
            for policy in self.policies()
            if policy["status"] in {"ACTIVE", "FUTURE", "AWAITING_PAYMENT"}
            for part in policy["instalments"]
            if part["paidOn"] is None
        )

    def start(self, key: str, policy: Any, part: Any, means: str | None = None) -> Any:
        payable = {"instalment": {"policyId": policy["id"], "number": part["number"]}}
        return self.person.ask(START, key=key, payable=payable, means=means)["startPayment"]

    def start_deductible(self, key: str, claim: Any) -> Any:
        return self.person.ask(START, key=key, payable={"deductibleOf": claim["id"]})["startPayment"]

    def read(self, payment: Any) -> Any:
        return self.person.ask(READ, id=payment["id"])["payment"]

    def becomes(self, payment: Any, state: str) -> Any:
        """Wait until a payment has come that far."""
        until(lambda: self.read(payment)["state"] == state, lambda: self.read(payment))
        return self.read(payment)

    def has_address(self, payment: Any) -> Any:
        """Wait until there is a page to pay on."""
        until(lambda: self.read(payment)["address"] is not None, lambda: self.read(payment))
        return self.read(payment)

    def press(self, payment: Any, action: str = "pay") -> None:
        """Open the bank's page and press a button on it."""
        order = order_of(payment)
        given = {"address": payment["address"], "action": action, "card": "titmouse"}
        assert self.stack.acquirer is not None
        with urlopen(payment["address"], timeout=PATIENCE_S) as page:  # noqa: S310 - of the simulator
            assert page.status == 200
        fetch("POST", f"{self.stack.acquirer.admin_url}/orders/{order}/pay", given)

    def told(self, words: str) -> list[str]:
        """Letters that came with these words in them, once there is one."""
        until(lambda: bool(self.letters(words)))
        return self.letters(words)

    def letters(self, words: str) -> list[str]:
        assert self.stack.messages is not None
        address = urlencode({"address": self.email})
        found = fetch("GET", f"{self.stack.messages.url}/messages.json?{address}")["messages"]
        return [each["text"] for each in found if words in each["text"]]

    @property
    def email(self) -> str:
        return next(each for each in self.person.seen if "@" in each)

    def is_reminded(self, policy: Any, part: Any) -> bool:
        return any(
            each["action"].get("policy") == {"id": policy["id"]}
            and each["action"]["instalment"] == {"number": part["number"]}
            for each in self.owed()["reminders"]["items"]
            if each["kind"] in {"INSTALMENT_DUE", "INSTALMENT_OVERDUE"}
        )


def until(holds: Callable[[], bool], shown: Callable[[], Any] = lambda: None) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, shown()
        time.sleep(0.1)


def order_of(payment: Any) -> str:
    """The acquirer's order, as the address of its page tells it."""
    return str(parse_qs(urlsplit(payment["address"]).query)["order"][0])


def bill_of(payment: Any) -> str:
    """Number of the bill, as the address tells it."""
    return str(parse_qs(urlsplit(payment["address"]).query)["bill"][0])

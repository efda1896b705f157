"""The device of a customer whose card the bank remembers: charges payments to it, and writes down what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.faults.storm.browser import SHOWN, TRIES, Browser
from tests.faults.storm.people import Keeping

__all__ = ["Keeper"]

CHARGE: Final = f"""mutation($key: String!, $payable: PayableInput!, $means: ID!) {{
  startPayment(key: $key, payable: $payable, means: $means) {{
    payment {{ {SHOWN} }} errors {{ __typename ... on PaidAlready {{ paymentId }} }} }} }}"""
MEANS: Final = "{ paymentMeans { id } }"
FORGET: Final = """mutation($key: String!, $means: ID!) {
  forgetPaymentMeans(key: $key, means: $means) { means { id } errors { __typename } } }"""


@dataclass(slots=True)
class Keeper(Browser):
    """One customer with a card that is remembered."""

    async def charge(self, tab: str, key: str, means: str, tries: int = TRIES) -> Any:
        """Have what is to be paid charged, again and again under one key; None if it is paid already or cannot be.

        Raises: ``Unanswered``.
        """
        assert self.payable is not None
        heard = self.heard.means
        heard.named.add(self.payable.subject)
        is_too_late = means in heard.forgotten
        given = {"key": key, "payable": self.payable.given, "means": means}
        payment = self._begun(tab, key, (await self._asked(CHARGE, given, tries))["startPayment"])
        if is_too_late and payment is not None:
            heard.too_late.add(payment["id"])
        return payment

    async def means(self) -> list[str]:
        """List the cards that are remembered. Raises: ``Unanswered``."""
        return [each["id"] for each in (await self._asked(MEANS, {}, TRIES))["paymentMeans"]]

    async def forget(self, key: str, means: str) -> None:
        """Have a card forgotten, again and again under one key. Raises: ``Unanswered``."""
        answer = await self._asked(FORGET, {"key": key, "means": means}, TRIES)
        if answer["forgetPaymentMeans"]["means"] is not None:
            self.heard.means.forgotten.add(means)

    async def is_forgotten_at_bank(self, order: str) -> None:
        """Let the bank forget the card that was remembered at an order."""
        self.heard.means.lost_at_bank.add(order)
        await self._at_bank(f"{order}/forget")

    async def is_blocked(self, order: str) -> None:
        """Let the bank decline every charge to the card that was remembered at an order."""
        await self._at_bank(f"{order}/block")

    async def declined(self, opened: Any) -> str | None:
        """Find the order that the bank declined to charge, of the payment that is to be paid on a page now."""
        assert isinstance(self.who, Keeping)
        [bill] = parse_qs(urlsplit(opened["address"]).query)["bill"]
        async with self.http.get(f"{self.who.bank}/ledger") as answer:
            orders = (await answer.json())["orders"]
        charged = (each for each in orders if each["bill"] == bill and each["charges"] and each["state"] == "DECLINED")
        return next((each["order"] for each in charged), None)

    async def pays_late(self, order: str) -> None:
        """Let the bank take the money for an order that it had declined."""
        await self._at_bank(f"{order}/pay-late")
        self.heard.means.paid_late.add(order)

    async def _at_bank(self, what: str) -> None:
        assert isinstance(self.who, Keeping)
        async with self.http.post(f"{self.who.bank}/orders/{what}") as answer:
            answer.raise_for_status()

    async def told_in_the_end(self) -> None:
        """Ask for all payments and cards of the account, when all is over. Raises: ``Unanswered``."""
        await Browser.told_in_the_end(self)
        self.heard.means.last = await self.means()

"""A customer's device: asks either gateway, asks again under the same key, and writes down all that it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import aiohttp

from tests.faults.storm.evidence import Customer, Told
from tests.faults.storm.people import Payable, Somebody

__all__ = ["Browser", "Unanswered"]

SHOWN: Final = "id state address failure amount { amount }"
START: Final = f"""mutation($key: String!, $payable: PayableInput!) {{ startPayment(key: $key, payable: $payable) {{
  payment {{ {SHOWN} }} errors {{ __typename ... on PaidAlready {{ paymentId }} }} }} }}"""
READ: Final = f"query($id: ID!) {{ payment(id: $id) {{ {SHOWN} }} }}"
ALL: Final = f"{{ payments {{ {SHOWN} }} }}"

ANSWER_S: Final = 6.0
PAGE_S: Final = 2.0
LOOK_S: Final = (0.2, 0.8)
"""Between two looks at a payment."""
TRIES: Final = 100
REST_S: Final = (0.1, 0.6)
"""Before the same is asked again."""
OVER: Final = frozenset({"PAID", "FAILED", "STOPPED"})


class Unanswered(Exception):
    """The customer has tried often enough."""


def told(payment: Any) -> Told:
    """Read a payment as the gateway tells of it."""
    return Told(payment["id"], payment["state"], payment["failure"], Decimal(payment["amount"]["amount"]))


@dataclass(slots=True)
class Browser:
    """One customer at work. ``heard`` is written as answers come; ``payable`` is what there is to pay, if anything."""

    who: Somebody
    gateways: Sequence[str]
    messages: str
    http: aiohttp.ClientSession
    random: Random
    payable: Payable | None = None
    heard: Customer = field(init=False)

    def __post_init__(self) -> None:
        self.heard = Customer(self.who.account)

    async def start(self, tab: str, key: str, tries: int = TRIES) -> Any:
        """Begin to pay, again and again under one key until there is an answer; None if it is paid already.

        Raises: ``Unanswered``.
        """
        payable = self.payable
        assert payable is not None
        payload = (await self._asked(START, {"key": key, "payable": payable.given}, tries))["startPayment"]
        return self._begun(tab, key, payload)

    async def read(self, tab: str, id_: str) -> Any:
        """Look at a payment. Raises: ``Unanswered``."""
        payment = (await self._asked(READ, {"id": id_}, TRIES))["payment"]
        assert payment is not None, id_
        self._noted(tab, payment)
        return payment

    async def until(self, tab: str, payment: Any, states: frozenset[str], looks: int = 30) -> Any:
        """Look at a payment until it is in one of some states, or is over, or it takes too long."""
        for _ in range(looks):
            if payment["state"] in states | OVER:
                break
            await asyncio.sleep(self.random.uniform(*LOOK_S))
            payment = await self.read(tab, payment["id"])
        return payment

    async def visit(self, address: str) -> bool:
        """Open the bank's page; whether it came."""
        return await self._bank("GET", address) is not None

    async def press(self, address: str, action: str, times: int = 8) -> bool:
        """Open the bank's page and press a button until the bank has an answer; whether it had one."""
        form = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
        for _ in range(times):
            if await self.visit(address):
                pay = address.partition("?")[0]
                if await self._bank("POST", pay, {**form, "action": action, "card": "titmouse"}) is not None:
                    return True
            await asyncio.sleep(self.random.uniform(*REST_S))
        return False

    async def told_in_the_end(self) -> None:
        """Ask for all payments of the account, when all is over. Raises: ``Unanswered``."""
        for each in (await self._asked(ALL, {}, TRIES))["payments"]:
            self.heard.last[each["id"]] = told(each)

    def _begun(self, tab: str, key: str, payload: Any) -> Any:
        payment = payload["payment"]
        if payment is not None:
            self.heard.granted.setdefault(key, set()).add(payment["id"])
            self._noted(tab, payment)
        elif "PaidAlready" in {each["__typename"] for each in payload["errors"]}:
            assert self.payable is not None
            self.heard.paid_already.add(self.payable.subject)
        return payment

    def _noted(self, tab: str, payment: Any) -> None:
        self.heard.tabs.setdefault(tab, []).append(told(payment))

    async def _asked(self, query: str, variables: Mapping[str, Any], tries: int) -> Any:
        for _ in range(tries):
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                answer = await self._posted(query, variables)
                if "errors" not in answer:
                    return answer["data"]
            await asyncio.sleep(self.random.uniform(*REST_S))
        raise Unanswered

    async def _posted(self, query: str, variables: Mapping[str, Any]) -> Any:
        url = f"{self.random.choice(self.gateways)}/graphql"
        headers = {"authorization": f"Bearer {self.who.token}", "accept-language": "en"}
        body = {"query": query, "variables": variables}
        async with asyncio.timeout(ANSWER_S), self.http.post(url, json=body, headers=headers) as answer:
            return await answer.json()

    async def _bank(self, method: str, url: str, form: Mapping[str, str] | None = None) -> int | None:
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with (
                asyncio.timeout(PAGE_S),
                self.http.request(method, url, data=form, allow_redirects=False) as page,
            ):
                await page.read()
                return page.status if page.status in {200, 303, 409} else None
        return None

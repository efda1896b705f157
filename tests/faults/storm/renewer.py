"""The device of a customer who renews: reads the codes that come, and writes down all that it is told."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import aiohttp

from resolvers import ids
from tests.e2e.renewing import plain
from tests.faults.storm.browser import ANSWER_S, LOOK_S, REST_S, TRIES, Browser, Unanswered
from tests.faults.storm.people import Holder
from tests.faults.storm.renewal_evidence import ToldOffer, choice, terms

__all__ = ["Renewer"]

CHOICE: Final = "coverages { riskCode sumInsured { amount } } deductible { amount } instalmentCount driverIds"
OFFER: Final = f"""id state premium {{ amount }} firstInstalment {{ amount }} newPolicyNumber newPolicy {{ id }}
  replacedBy choice {{ {CHOICE} }} startsOn endsOn"""
PROBLEMS: Final = "errors { __typename ... on RenewedAlready { renewedBy: offerId } }"
CHOICES: Final = f"""query($number: String!) {{ policy(number: $number) {{ id renewal {{ refusal choices {{
  coverages {{ riskCode sums {{ amount }} }} deductibles {{ amount }} instalmentCounts canLiftDriverLimit
  proposed {{ {CHOICE} }} }} }} }} }}"""
PRICE: Final = f"""mutation($key: String!, $policy: ID!, $choice: RenewalChoiceInput!) {{
  priceRenewal(key: $key, policyId: $policy, choice: $choice) {{ offer {{ {OFFER} }} {PROBLEMS} }} }}"""
ACCEPT: Final = f"""mutation($key: String!, $offer: ID!) {{
  acceptRenewal(key: $key, offerId: $offer) {{ offer {{ {OFFER} }} {PROBLEMS} }} }}"""
SIGN: Final = f"""mutation($key: String!, $offer: ID!, $code: String!) {{
  signRenewal(key: $key, offerId: $offer, code: $code) {{ offer {{ {OFFER} }} {PROBLEMS} }} }}"""
READ: Final = f"query($id: ID!) {{ renewalOffer(id: $id) {{ {OFFER} }} }}"
ALL: Final = f"{{ renewalOffers {{ {OFFER} }} }}"
RENEWED: Final = "ALREADY_RENEWED"
SIGNED: Final = frozenset({"SIGNED", "AGREED", "REPRICED", "REFUSED"})


@dataclass(slots=True)
class Renewer(Browser):
    """One customer who renews. ``seen``: number of the last message that was read."""

    seen: int = 0

    async def choices(self) -> Any:
        """Look at the policy until it says what can be chosen. Raises: ``Unanswered``."""
        assert isinstance(self.who, Holder)
        for _ in range(TRIES):
            policy = (await self._asked(CHOICES, {"number": self.who.policy}, TRIES))["policy"]
            if policy is not None and policy["renewal"] is not None and policy["renewal"]["refusal"] == RENEWED:
                self._told_renewed(self.who.policy)
            if policy is not None and policy["renewal"] is not None and policy["renewal"]["choices"] is not None:
                return policy
            await asyncio.sleep(self.random.uniform(*REST_S))
        raise Unanswered

    async def price(self, tab: str, key: str, policy: str, wanted: Any, tries: int = TRIES) -> Any:
        """Have a choice priced, again and again under one key; None if it cannot be. Raises: ``Unanswered``."""
        given = {"key": key, "policy": policy, "choice": wanted}
        payload = (await self._asked(PRICE, given, tries))["priceRenewal"]
        if payload["offer"] is not None:
            self.heard.offers.granted.setdefault(key, set()).add(payload["offer"]["id"])
            self.heard.offers.asked[payload["offer"]["id"]] = chosen(wanted)
        return self._offer_in(tab, payload)

    async def accept(self, tab: str, key: str, offer: Any) -> Any:
        """Have a code sent; None if the offer cannot be signed any more. Raises: ``Unanswered``."""
        payload = (await self._asked(ACCEPT, {"key": key, "offer": offer["id"]}, TRIES))["acceptRenewal"]
        return self._offer_in(tab, payload)

    async def code(self, looks: int = 20) -> str | None:
        """Wait for a message that was not read yet; the code in it, None if none comes."""
        for _ in range(looks):
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                given = {"address": self.who.phone, "since": str(self.seen)}
                async with asyncio.timeout(ANSWER_S), self.http.get(self.messages, params=given) as answer:
                    found = (await answer.json())["messages"]
                if found:
                    self.seen = found[0]["n"]
                    return str(re.findall(r"\b\d{6}\b", found[0]["text"])[0])
            await asyncio.sleep(self.random.uniform(*LOOK_S))
        return None

    async def sign(self, tab: str, key: str, offer: Any, code: str, *, meant: bool = True, tries: int = TRIES) -> Any:
        """Sign with a code; return the payload. ``meant``: it is the code that came. Raises: ``Unanswered``."""
        if meant:
            self.heard.offers.meant.add(offer["id"])
        payload = (await self._asked(SIGN, {"key": key, "offer": offer["id"], "code": code}, tries))["signRenewal"]
        found = self._offer_in(tab, payload)
        if found is not None and found["state"] in SIGNED:
            (self.heard.offers.signed if meant else self.heard.offers.forced).add(found["id"])
        return payload

    async def offer(self, tab: str, id_: str) -> Any:
        """Look at an offer. Raises: ``Unanswered``."""
        found = (await self._asked(READ, {"id": id_}, TRIES))["renewalOffer"]
        assert found is not None, id_
        self._note(tab, found)
        return found

    async def settled(self, tab: str, offer: Any, looks: int = 60) -> Any:
        """Look at an offer until the core has answered, or it takes too long."""
        for _ in range(looks):
            if offer["state"] != "SIGNED":
                break
            await asyncio.sleep(self.random.uniform(*LOOK_S))
            offer = await self.offer(tab, offer["id"])
        return offer

    async def told_in_the_end(self) -> None:
        """Ask for all offers and payments of the account, when all is over. Raises: ``Unanswered``."""
        await Browser.told_in_the_end(self)
        for each in (await self._asked(ALL, {}, TRIES))["renewalOffers"]:
            self.heard.offers.last[each["id"]] = told(each)

    def _offer_in(self, tab: str, payload: Any) -> Any:
        if payload["offer"] is not None:
            self._note(tab, payload["offer"])
        for problem in payload["errors"]:
            if problem["__typename"] == "RenewedAlready":
                # Nobody else renews the policy, so there is always an offer to name.
                self.heard.offers.renewed.add(problem["renewedBy"] or "of nobody")
                self._told_renewed(problem["renewedBy"] or "of nobody")
        return payload["offer"]

    def _told_renewed(self, by: str) -> None:
        """Take down who was told so without having sent a code for any offer."""
        if not self.heard.offers.meant:
            self.heard.offers.too_soon.add(by)

    def _note(self, tab: str, offer: Any) -> None:
        self.heard.offers.tabs.setdefault(tab, []).append(told(offer))


def told(offer: Any) -> ToldOffer:
    """Take down what an answer says of an offer."""
    return ToldOffer(
        offer["id"],
        offer["state"],
        Decimal(offer["premium"]["amount"]),
        Decimal(offer["firstInstalment"]["amount"]),
        offer["newPolicyNumber"],
        offer["replacedBy"],
        terms(chosen(plain(offer["choice"])), offer["startsOn"], offer["endsOn"]),
    )


def chosen(given: Any) -> str:
    """Spell a choice as it is sent."""
    drivers = given["driverIds"]
    return choice(
        ((each["riskCode"], each["sumInsured"]) for each in given["coverages"]),
        given["deductible"],
        given["instalmentCount"],
        None if drivers is None else [number(each) for each in drivers],
    )


def number(driver: str) -> int:
    """Read a driver's global id."""
    decoded = ids.decode(driver)
    assert decoded is not None
    return int(decoded.internal)

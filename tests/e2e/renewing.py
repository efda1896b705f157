"""A signed-in customer who renews a policy: codes come by SMS, the first instalment is paid on the bank's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tests.e2e.asking import exchange
from tests.e2e.paying import START, Payer, until

__all__ = ["Renewer"]

CHOICE: Final = "coverages { riskCode sumInsured { amount } } deductible { amount } instalmentCount driverIds"
OFFER: Final = f"""id number state validUntil premium {{ amount }} firstInstalment {{ amount }} choice {{ {CHOICE} }}
  waysToSave {{ kind description choice {{ {CHOICE} }} premium {{ amount }} saving {{ amount }} }}
  policy {{ number }} newPolicyNumber newPolicy {{ id status }} replacedBy failure"""
PROBLEMS: Final = """errors { __typename ... on Problem { field message } ... on WrongCode { attemptsLeft }
  ... on PriceChanged { offerId } ... on RenewedAlready { offerId } ... on NotRenewable { reason } }"""
CHOICES: Final = f"""query($number: String!) {{ policy(number: $number) {{
  id actions documents {{ kind download {{ url }} }}
  renewal {{ eligible refusal indicativePremium {{ amount }} choices {{
    coverages {{ riskCode risk sums {{ amount }} isFixed }}
    deductibles {{ amount }} instalmentCounts drivers {{ id name {{ full }} }} canLiftDriverLimit
    proposed {{ {CHOICE} }} }} }} }} }}"""
PRICE: Final = f"""mutation($key: String!, $policy: ID!, $choice: RenewalChoiceInput!) {{
  priceRenewal(key: $key, policyId: $policy, choice: $choice) {{ offer {{ {OFFER} }} {PROBLEMS} }} }}"""
ACCEPT: Final = f"""mutation($key: String!, $offer: ID!) {{
  acceptRenewal(key: $key, offerId: $offer) {{ offer {{ {OFFER} }} sentTo {PROBLEMS} }} }}"""
SIGN: Final = f"""mutation($key: String!, $offer: ID!, $code: String!) {{
  signRenewal(key: $key, offerId: $offer, code: $code) {{ offer {{ {OFFER} }} {PROBLEMS} }} }}"""
READ: Final = f"query($id: ID!) {{ renewalOffer(id: $id) {{ {OFFER} }} renewalOffers {{ id state }} }}"
REMINDED: Final = """{ viewer { client { reminders { items { kind action {
  __typename ... on RenewPolicy { policy { number } } } } } } } }"""


@dataclass
class Renewer(Payer):
    """Somebody who has registered and has a policy that ends soon."""

    def policy(self, number: str) -> Any:
        return self.person.ask(CHOICES, number=number)["policy"]

    def price(self, key: str, policy: Any, choice: Any) -> Any:
        return self.person.ask(PRICE, key=key, policy=policy["id"], choice=choice)["priceRenewal"]

    def accept(self, key: str, offer: Any) -> str:
        """Have a code sent; return it as it came by SMS."""
        seen = max(self.person.seen.values(), default=0)
        accepted = self.person.ask(ACCEPT, key=key, offer=offer["id"])["acceptRenewal"]
        assert accepted["errors"] == []
        assert accepted["sentTo"].startswith("+7 *** ***")
        text = self.person.message(self.phone, seen)["text"]
        assert "код подписи" in text
        return str(text[:6])

    @property
    def phone(self) -> str:
        return next(each for each in self.person.seen if each.startswith("+"))

    def sign(self, key: str, offer: Any, code: str) -> Any:
        return self.person.ask(SIGN, key=key, offer=offer["id"], code=code)["signRenewal"]

    def offer(self, offer: Any) -> Any:
        return self.person.ask(READ, id=offer["id"])["renewalOffer"]

    def comes_to(self, offer: Any, state: str) -> Any:
        """Wait until an offer has come that far."""
        until(lambda: self.offer(offer)["state"] == state, lambda: self.offer(offer))
        return self.offer(offer)

    def pay(self, key: str, offer: Any) -> Any:
        return self.person.ask(START, key=key, payable={"renewalOf": offer["id"]})["startPayment"]

    def is_reminded_of(self, number: str) -> bool:
        items = self.person.ask(REMINDED)["viewer"]["client"]["reminders"]["items"]
        return any(
            each["action"].get("policy") == {"number": number} for each in items if each["kind"] == "RENEWAL_DUE"
        )

    def downloaded(self, document: Any) -> tuple[int, bytes]:
        """Fetch a document by its link; return status and contents."""
        return exchange("GET", document["download"]["url"], None, self.person.headers)


def plain(choice: Any) -> Any:
    """Return a choice as it is sent."""
    return {
        "coverages": [
            {"riskCode": each["riskCode"], "sumInsured": each["sumInsured"]["amount"]} for each in choice["coverages"]
        ],
        "deductible": choice["deductible"] and choice["deductible"]["amount"],
        "instalmentCount": choice["instalmentCount"],
        "driverIds": choice["driverIds"],
    }

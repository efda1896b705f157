"""A renewal that is refused: why is told in both languages; there is no quote, no code, no agreement, no command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from adapters.policy_core import Adapter, Settings
from adapters.transport import Transport
from dev.demo.stack import Stack
from dev.tokens import Person
from domain.clock import Deadline
from domain.errors import Source
from domain.models import Isn
from domain.ports import Call
from gateway.clock import SystemClock
from resolvers import ids
from tests.contracts.subjects import Observed
from tests.e2e.asking import Gateway, fetch
from tests.e2e.refusing import KEY_REUSED, KEY_UNFIT, NO_KEYS, START, TRY_LATER, Told, asked, refused
from tests.e2e.renewing import Renewer, plain

# With two motor policies to renew, and one for each reason not to but that it was cancelled, which the other's was.
OWNER: Final = Person("client-whose-renewals-are-refused", 2596525176)
STRANGER: Final = Person("client-who-renews-what-is-not-theirs", 2596520220)
FIRST: Final = "K09619901"
SECOND: Final = "K65313659"
CANCELLED: Final = "M53811965"

ERRORS: Final = """errors { __typename ... on Problem { field message }
  ... on NotRenewable { reason } ... on PriceChanged { offerId } ... on RenewedAlready { offerId }
  ... on WrongCode { attemptsLeft } ... on TryLater { afterSeconds } }"""
PRICE: Final = f"""mutation($key: String!, $policy: ID!, $choice: RenewalChoiceInput!) {{
  priceRenewal(key: $key, policyId: $policy, choice: $choice) {{ offer {{ id }} {ERRORS} }} }}"""
ACCEPT: Final = f"""mutation($key: String!, $offer: ID!) {{
  acceptRenewal(key: $key, offerId: $offer) {{ offer {{ id }} sentTo {ERRORS} }} }}"""
SIGN: Final = f"""mutation($key: String!, $offer: ID!, $code: String!) {{
  signRenewal(key: $key, offerId: $offer, code: $code) {{ offer {{ id }} {ERRORS} }} }}"""
HELD: Final = """{ viewer { client { policies(first: 50) { edges { node {
  id number renewal { refusal } } } } } } }"""

NO_POLICY: Final = Told(
    "NothingFound", "policyId", "Такого полиса или предложения нет.", "There is no such policy or offer."
)
NO_OFFER: Final = Told("NothingFound", "offerId", NO_POLICY.ru, NO_POLICY.en)
NOT_OFFERED: Final = Told(
    "ChoiceNotOffered",
    "choice",
    "Такие условия не предлагаются. Обновите страницу и выберите из предложенных.",
    "This is not among the choices. Reload the page and choose from what is offered.",
)
EXPIRED: Final = Told(
    "OfferExpired",
    "offerId",
    "Срок предложения закончился. Рассчитайте цену ещё раз.",
    "The offer has expired. Ask for the price again.",
)
NOT_ACCEPTED: Final = Told(
    "NotAccepted", "offerId", "Сначала запросите код для подписи.", "Ask for a code to sign with first."
)
PRICE_CHANGED: Final = Told(
    "PriceChanged",
    "offerId",
    "Цена изменилась. Посмотрите новое предложение: с прежней подписью оно не действует.",
    "The price has changed. Look at the new offer: your signature does not bind you to it.",
)
RENEWED: Final = Told(
    "RenewedAlready", "offerId", "Полис уже продлён или продлевается.", "The policy is renewed, or about to be."
)
POLICY_RENEWED: Final = Told("RenewedAlready", "policyId", RENEWED.ru, RENEWED.en)
WRONG_CODE: Final = Told("WrongCode", "code", "Код не подошёл.", "The code is wrong.")
NOTHING_SUCH: Final = Told("NothingSuch", "payable", "Такого платежа нет.", "There is nothing such to pay.")
UNPAYABLE: Final = Told(
    "Unpayable",
    "payable",
    "Сейчас это нельзя оплатить онлайн. Позвоните нам.",
    "This cannot be paid online now. Call us.",
)
UNPAYABLE_YET: Final = Told(
    "Unpayable",
    "payable",
    "Оплатить можно будет, когда продление будет подписано и оформлено.",
    "You can pay when the renewal is signed and agreed.",
)
REASONS: Final = {
    "TOO_EARLY": ("Пока рано: возможность откроется позже.", "Too early: this opens later."),
    "TOO_LATE": ("Срок для этого уже прошёл.", "The time for this has passed."),
    "PREMIUM_OVERDUE": ("Сначала оплатите просроченный взнос.", "Pay the overdue instalment first."),
    "PRODUCT_NOT_RENEWABLE": (
        "Этот продукт не продлевается, но можно оформить новый полис.",
        "This product is not renewed, but you can take out a new policy.",
    ),
    "POLICY_CANCELLED": ("Полис расторгнут.", "The policy has been cancelled."),
    "ALREADY_RENEWED": ("Полис уже продлён.", "The policy has been renewed already."),
    "NOT_RENEWABLE": (
        "Не удалось продлить полис онлайн: позвоните нам.",
        "The policy could not be renewed online: call us.",
    ),
}


@dataclass
class Refused(Renewer):
    """A renewer whose wishes are refused; ``choices`` are what is proposed, by policy number."""

    keys: int = 0
    choices: dict[str, Any] = field(default_factory=dict)

    def new_key(self) -> str:
        """A key for another wish."""
        self.keys += 1
        return f"another-key-{self.keys}"

    def held(self) -> list[Any]:
        """The policies of which this person is the holder."""
        return [each["node"] for each in asked(self, HELD)["client"]["policies"]["edges"]]

    def id_of(self, number: str) -> str:
        return next(str(each["id"]) for each in self.held() if each["number"] == number)

    def proposed(self, number: str) -> Any:
        """What is proposed for a policy."""
        if number not in self.choices:
            self.choices[number] = plain(self.policy(number)["renewal"]["choices"]["proposed"])
        return self.choices[number]

    def offered(self, number: str) -> Any:
        """An offer for what is proposed."""
        priced = self.price(self.new_key(), {"id": self.id_of(number)}, self.proposed(number))
        assert priced["errors"] == []
        return priced["offer"]

    def not_priced(self, told: Told, policy: str, choice: Any, **more: Any) -> None:
        refused(self, PRICE, told, {"key": self.new_key(), "policy": policy, "choice": choice}, **more)

    def not_accepted(self, told: Told, offer: str, **more: Any) -> None:
        refused(self, ACCEPT, told, {"key": self.new_key(), "offer": offer}, **more)

    def not_signed(self, told: Told, offer: str, code: str = "000000", **more: Any) -> list[Any]:
        return refused(self, SIGN, told, {"key": self.new_key(), "offer": offer, "code": code}, **more)

    def not_paid(self, told: Told, offer: str) -> None:
        refused(self, START, told, {"key": self.new_key(), "payable": {"renewalOf": offer}})


def not_renewable(field: str, reason: str) -> Told:
    return Told("NotRenewable", field, *REASONS[reason])


@pytest.fixture(scope="module")
def olga(stack: Stack) -> Refused:
    Gateway(stack).forget()
    return Refused.registered(stack, OWNER)


@pytest.fixture(scope="module")
def stranger(stack: Stack, olga: Refused) -> Refused:
    return Refused.registered(stack, STRANGER)


@pytest.fixture
def core(stack: Stack) -> str:
    return stack.systems["policy_core"].admin_url


@pytest.fixture(autouse=True)
def all_well(stack: Stack, core: str) -> Iterator[None]:
    """Day, tariff and switches are the usual ones in the end, and attempts are counted anew."""
    yield
    fetch("DELETE", f"{core}/faults")
    fetch("PUT", f"{core}/clock", {})
    fetch("POST", f"{core}/tariff", {"rate_bp": 10_000})
    Gateway(stack).forget()


def days_from_now(core: str, days: int) -> None:
    """Let the core live on another day."""
    fetch("PUT", f"{core}/clock", {"now": (datetime.now(UTC) + timedelta(days=days)).isoformat()})


def renewed_at_the_office(stack: Stack, policy: int | None) -> None:
    """Let somebody at the core itself make an agreement of a quote for a policy."""
    quotes = fetch("GET", f"{stack.systems['policy_core'].admin_url}/ledger")["quotes"]
    quote = next(each["quote"] for each in quotes if each["policy"] == policy)

    async def agree() -> None:
        settings = Settings(f"{stack.systems['policy_core'].url}/ws/PolicyCore", "gateway", "gateway-demo")
        adapter = Adapter(settings, Transport(Source.POLICY_CORE, settings.limits, Observed()))
        await adapter.start()
        try:
            await adapter.create_agreement(Isn(quote), "at-the-office", Call(Deadline.after(SystemClock(), 20)))
        finally:
            await adapter.close()

    asyncio.run(agree())


def test_somebody_elses_policies_and_offers_and_what_is_none(olga: Refused, stranger: Refused) -> None:
    policy, offer, choice = olga.id_of(FIRST), olga.offered(FIRST)["id"], olga.proposed(FIRST)
    for none in (policy, offer, ids.encode("Policy", 7), ids.encode("RenewalOffer", "7"), "garbage", ""):
        stranger.not_priced(NO_POLICY, none, choice)
        stranger.not_accepted(NO_OFFER, none)
        stranger.not_signed(NO_OFFER, none)
    stranger.not_paid(NOTHING_SUCH, offer)
    assert olga.offer({"id": offer})["state"] == "PRICED"


def test_keys_that_are_none_and_keys_of_other_wishes(olga: Refused) -> None:
    policy, choice = olga.id_of(FIRST), olga.proposed(FIRST)
    offer, other = (olga.offered(FIRST)["id"] for _ in range(2))
    code = olga.accept("accepted-key", {"id": offer})
    for key in NO_KEYS:
        refused(olga, PRICE, KEY_UNFIT, {"key": key, "policy": policy, "choice": choice})
        refused(olga, ACCEPT, KEY_UNFIT, {"key": key, "offer": offer})
        refused(olga, SIGN, KEY_UNFIT, {"key": key, "offer": offer, "code": code})
    used = f"another-key-{olga.keys}"
    refused(olga, PRICE, KEY_REUSED, {"key": used, "policy": policy, "choice": {**choice, "instalmentCount": 7}})
    refused(olga, ACCEPT, KEY_REUSED, {"key": "accepted-key", "offer": other})
    assert olga.offer({"id": offer})["state"] == "ACCEPTED"


REASONS_HELD: Final = ("TOO_EARLY", "TOO_LATE", "PREMIUM_OVERDUE", "PRODUCT_NOT_RENEWABLE")


def test_each_reason_for_which_the_core_does_not_renew(olga: Refused, stranger: Refused) -> None:
    choice, held = olga.proposed(FIRST), {each["renewal"]["refusal"]: each["id"] for each in olga.held()}
    for reason in REASONS_HELD:
        olga.not_priced(not_renewable("policyId", reason), held[reason], choice, reason=reason)
    cancelled = not_renewable("policyId", "POLICY_CANCELLED")
    stranger.not_priced(cancelled, stranger.id_of(CANCELLED), choice, reason="POLICY_CANCELLED")


def test_a_reason_that_the_core_does_not_tell(olga: Refused, core: str) -> None:
    switch = {"fault": "in_band_error", "operation": "QuoteRenewal", "code": "310"}
    fetch("PUT", f"{core}/faults", switch)
    told = not_renewable("policyId", "NOT_RENEWABLE")
    olga.not_priced(told, olga.id_of(FIRST), olga.proposed(FIRST), reason=None)


def first_sum(choice: Any, sum_insured: str) -> Any:
    main, *others = choice["coverages"]
    return {**choice, "coverages": [{**main, "sumInsured": sum_insured}, *others]}


UNOFFERED: Final[dict[str, Callable[[Any], Any]]] = {
    "a sum": lambda choice: first_sum(choice, "1.00"),
    "no number": lambda choice: first_sum(choice, "NaN"),
    "without what cannot be left out": lambda choice: {**choice, "coverages": choice["coverages"][1:]},
    "a risk twice": lambda choice: {**choice, "coverages": [*choice["coverages"], choice["coverages"][0]]},
    "a risk": lambda choice: {
        **choice,
        "coverages": [*choice["coverages"], {"riskCode": "METEORITE", "sumInsured": "1.00"}],
    },
    "a deductible": lambda choice: {**choice, "deductible": "1.23"},
    "instalments": lambda choice: {**choice, "instalmentCount": 7},
    "a driver": lambda choice: {**choice, "driverIds": [ids.encode("Driver", 7)]},
    "a client for a driver": lambda choice: {**choice, "driverIds": [ids.encode("Client", OWNER.client_isn or 0)]},
    "nobody": lambda choice: {**choice, "driverIds": []},
}


def test_what_is_not_offered(olga: Refused, core: str) -> None:
    policy, choice = olga.id_of(FIRST), olga.proposed(FIRST)
    for what, change in UNOFFERED.items():
        assert change(choice) != choice, what
        olga.not_priced(NOT_OFFERED, policy, change(choice))
    fetch("PUT", f"{core}/faults", {"fault": "in_band_error", "operation": "QuoteRenewal", "code": "311"})
    olga.not_priced(NOT_OFFERED, policy, choice)


def test_a_signature_without_a_code_and_with_a_wrong_one(olga: Refused) -> None:
    offer = olga.offered(FIRST)
    olga.not_signed(NOT_ACCEPTED, offer["id"])
    olga.not_paid(UNPAYABLE_YET, offer["id"])
    code = olga.accept(olga.new_key(), offer)
    wrong = "000000" if code != "000000" else "000001"
    left = [each["attemptsLeft"] for _ in range(3) for each in olga.not_signed(WRONG_CODE, offer["id"], wrong)]
    assert left == [4, 3, 2, 1, 0, 0]
    olga.not_signed(WRONG_CODE, offer["id"], code, attemptsLeft=0)
    olga.not_paid(UNPAYABLE_YET, offer["id"])


def test_a_price_that_changed(olga: Refused, core: str) -> None:
    offer = olga.offered(FIRST)
    code = olga.accept(olga.new_key(), offer)
    fetch("POST", f"{core}/tariff", {"rate_bp": 10_500})
    assert olga.sign(olga.new_key(), offer, code)["errors"] == []
    anew = olga.comes_to(offer, "REPRICED")["replacedBy"]
    olga.not_accepted(PRICE_CHANGED, offer["id"], offerId=anew)
    olga.not_signed(PRICE_CHANGED, offer["id"], code, offerId=anew)
    olga.not_paid(UNPAYABLE, offer["id"])
    olga.not_signed(NOT_ACCEPTED, anew, code)


def test_an_offer_that_has_expired_here_or_at_the_core(olga: Refused, core: str) -> None:
    days_from_now(core, -20)
    here = olga.offered(FIRST)
    days_from_now(core, 0)
    there = olga.offered(FIRST)
    code = olga.accept(olga.new_key(), there)
    days_from_now(core, 20)
    assert olga.sign(olga.new_key(), there, code)["errors"] == []
    olga.comes_to(there, "EXPIRED")
    for offer in (here["id"], there["id"]):
        olga.not_accepted(EXPIRED, offer)
        olga.not_signed(EXPIRED, offer, code)
        olga.not_paid(UNPAYABLE, offer)


def test_a_policy_that_was_renewed_elsewhere(olga: Refused, core: str, stack: Stack) -> None:
    offer = olga.offered(SECOND)
    code = olga.accept(olga.new_key(), offer)
    renewed_at_the_office(stack, ids.number(olga.id_of(SECOND), "Policy"))
    assert olga.sign(olga.new_key(), offer, code)["errors"] == []
    olga.comes_to(offer, "REFUSED")
    told = not_renewable("offerId", "ALREADY_RENEWED")
    olga.not_accepted(told, offer["id"], reason="ALREADY_RENEWED")
    olga.not_signed(told, offer["id"], code, reason="ALREADY_RENEWED")
    olga.not_paid(UNPAYABLE, offer["id"])
    policy, choice = olga.id_of(SECOND), olga.proposed(SECOND)
    olga.not_priced(not_renewable("policyId", "ALREADY_RENEWED"), policy, choice, reason="ALREADY_RENEWED")


def test_a_policy_that_the_core_will_not_renew_after_all(olga: Refused, core: str) -> None:
    offer = olga.offered(FIRST)
    code = olga.accept(olga.new_key(), offer)
    fetch("PUT", f"{core}/faults", {"fault": "in_band_error", "operation": "CreateAgreement", "code": "310"})
    assert olga.sign(olga.new_key(), offer, code)["errors"] == []
    olga.comes_to(offer, "REFUSED")
    told = not_renewable("offerId", "NOT_RENEWABLE")
    olga.not_accepted(told, offer["id"], reason="NOT_RENEWABLE")
    olga.not_signed(told, offer["id"], code, reason="NOT_RENEWABLE")


def test_too_many_prices_and_too_many_codes(olga: Refused, stack: Stack) -> None:
    choice, offer = olga.proposed(FIRST), olga.offered(FIRST)
    for _ in range(29):
        assert (
            asked(olga, PRICE, key="too-often", policy="7", choice=choice)["errors"][0]["__typename"] == NO_POLICY.name
        )
    olga.not_priced(TRY_LATER, "7", choice)
    for _ in range(5):
        olga.accept(olga.new_key(), offer)
    olga.not_accepted(TRY_LATER, offer["id"])


def test_a_policy_that_is_renewed_already(olga: Refused) -> None:
    policy, choice = olga.id_of(FIRST), olga.proposed(FIRST)
    other, offer = olga.offered(FIRST)["id"], olga.offered(FIRST)
    code = olga.accept(olga.new_key(), offer)
    assert olga.sign("signed-key", offer, code)["errors"] == []
    olga.comes_to(offer, "AGREED")
    for each in (other, offer["id"]):
        olga.not_accepted(RENEWED, each, offerId=offer["id"])
        olga.not_signed(RENEWED, each, code, offerId=offer["id"])
    olga.not_paid(UNPAYABLE_YET, other)
    olga.not_priced(POLICY_RENEWED, policy, choice, offerId=offer["id"])
    refused(olga, SIGN, KEY_REUSED, {"key": "signed-key", "offer": other, "code": code})

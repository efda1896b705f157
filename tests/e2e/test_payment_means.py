"""A card that the bank remembers pays without its page, once; where it does not, the customer comes to the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer

REMEMBERED: Final = Person("client-with-a-card", 2596517110)
STRANGER: Final = Person("client-without-a-card", 2596517137)
MEANS: Final = "{ paymentMeans { id title expires } }"
FORGET: Final = """mutation($key: String!, $means: ID!) {
  forgetPaymentMeans(key: $key, means: $means) { means { id } errors { __typename } } }"""
NOT_THERE: Final = ["NoSuchMeans"]


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    return Payer.registered(stack, REMEMBERED)


@pytest.fixture(scope="module")
def card(payer: Payer) -> Any:
    """Pay once on the bank's page, and let the card be remembered."""
    policy, part = payer.unpaid()
    assert payer.person.ask(MEANS)["paymentMeans"] == []
    payment = payer.becomes(payer.start("with-the-page", policy, part)["payment"], "OPEN")
    payer.press(payment, "remember")
    payer.becomes(payment, "PAID")
    [kept] = payer.person.ask(MEANS)["paymentMeans"]
    assert kept["title"] == "Карта «Синица»"
    return kept


@pytest.fixture(autouse=True)
def all_well(stack: Stack) -> Iterator[None]:
    """All switches are off in the end."""
    yield
    assert stack.acquirer is not None
    fetch("DELETE", f"{stack.acquirer.admin_url}/faults")


def forgotten(payer: Payer, key: str, means: str) -> Any:
    return payer.person.ask(FORGET, key=key, means=means)["forgetPaymentMeans"]


def names(answer: Any) -> list[str]:
    return [each["__typename"] for each in answer["errors"]]


def taken(stack: Stack) -> dict[str, int]:
    """How often the bank took money, for each bill that it knows."""
    assert stack.acquirer is not None
    found: dict[str, int] = {}
    for order in fetch("GET", f"{stack.acquirer.admin_url}/ledger")["orders"]:
        found[order["bill"]] = found.get(order["bill"], 0) + order["taken"]
    return found


def newly_taken(stack: Stack, before: dict[str, int]) -> list[int]:
    return [times for bill, times in taken(stack).items() if times != before.get(bill, 0)]


def test_the_next_instalment_is_paid_without_a_page(payer: Payer, stack: Stack, card: Any) -> None:
    before = taken(stack)
    policy, part = payer.unpaid()
    begun = payer.start("with-the-card", policy, part, card["id"])
    assert begun["errors"] == []
    assert begun["payment"]["address"] is None
    paid = payer.becomes(begun["payment"], "PAID")
    assert (paid["amount"], paid["address"]) == (part["amount"], None)
    assert newly_taken(stack, before) == [1]
    assert not payer.is_reminded(policy, part)
    again = payer.start("with-the-card", policy, part, card["id"])
    assert again["payment"]["id"] == paid["id"]
    other = payer.start("with-the-card", policy, part)
    assert [each["__typename"] for each in other["errors"]] == ["KeyReused"]


@pytest.mark.parametrize("fault", ["timeout_after_commit", "reset_mid_body"])
def test_a_lost_answer_is_one_charge(payer: Payer, stack: Stack, card: Any, fault: str) -> None:
    assert stack.acquirer is not None
    before = taken(stack)
    lost = {"fault": fault, "operation": "chargeOrder", "next_calls": 2}
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", lost | ({"seconds": 1} if "timeout" in fault else {}))
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": "callback_lost", "operation": "chargeOrder"})
    policy, part = payer.unpaid()
    payer.becomes(payer.start(f"lost-{fault}", policy, part, card["id"])["payment"], "PAID")
    assert newly_taken(stack, before) == [1]


def test_a_card_that_the_bank_declines_leads_to_the_page(payer: Payer, stack: Stack, card: Any) -> None:
    assert stack.acquirer is not None
    before = taken(stack)
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": "in_band_error", "operation": "chargeOrder"})
    policy, part = payer.unpaid()
    payment = payer.has_address(payer.start("declined-card", policy, part, card["id"])["payment"])
    payer.press(payment)
    payer.becomes(payment, "PAID")
    assert newly_taken(stack, before) == [1]
    assert payer.person.ask(MEANS)["paymentMeans"] == [card]


def test_somebody_elses_card_is_as_none(payer: Payer, stack: Stack, card: Any) -> None:
    stranger = Payer.registered(stack, STRANGER)
    policy, part = stranger.unpaid()
    assert stranger.person.ask(MEANS)["paymentMeans"] == []
    for id_ in (card["id"], "no-id"):
        refused = stranger.start("a-strangers-card", policy, part, id_)
        assert (refused["payment"], names(refused)) == (None, NOT_THERE)
    refused = forgotten(stranger, "a-strangers-card", card["id"])
    assert (refused["means"], names(refused)) == (None, NOT_THERE)
    assert payer.person.ask(MEANS)["paymentMeans"] == [card]


def test_a_card_that_the_bank_forgot_leads_to_the_page_and_is_forgotten(payer: Payer, stack: Stack, card: Any) -> None:
    assert stack.database is not None
    with psycopg.connect(stack.database.address(), autocommit=True) as connection:
        connection.execute("UPDATE payment_means SET token = 'means-of-nobody'")
    before = taken(stack)
    policy, part = payer.unpaid()
    payment = payer.has_address(payer.start("forgotten-card", policy, part, card["id"])["payment"])
    assert payer.person.ask(MEANS)["paymentMeans"] == []
    payer.press(payment, "remember")
    payer.becomes(payment, "PAID")
    assert newly_taken(stack, before) == [1]


def test_its_owner_forgets_it_and_pays_with_it_no_more(payer: Payer, card: Any) -> None:
    [kept] = payer.person.ask(MEANS)["paymentMeans"]
    # The second is asked as by who has lost the first answer.
    for _ in range(2):
        assert forgotten(payer, "the-card", kept["id"]) == {"means": [], "errors": []}
    again = forgotten(payer, "another-key", kept["id"])
    assert (again["means"], names(again)) == (None, NOT_THERE)
    assert names(forgotten(payer, "the-card", card["id"])) == ([] if card == kept else ["KeyReused"])
    policy, part = payer.unpaid()
    assert names(payer.start("after-forgetting", policy, part, kept["id"])) == NOT_THERE


def test_no_token_is_in_any_log_and_none_in_the_schema(stack: Stack, card: Any) -> None:
    logs = [each.read_text("utf-8", "replace") for each in stack.folder.glob("*.log")]
    assert logs
    assert not any("means-" in each for each in logs)
    assert "token" not in str(card).lower()

"""A payment that is refused: why is told in both languages, and there is no bill, no order, no message, no command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from dev.demo.stack import Stack
from dev.tokens import PEOPLE, Person
from resolvers import ids
from tests.e2e.asking import Gateway, fetch
from tests.e2e.paying import Payer
from tests.e2e.refusing import KEY_REUSED, KEY_UNFIT, NO_KEYS, START, TRY_LATER, Told, asked, refused

# With instalments to pay, some paid, a policy that was cancelled, and a claim without a deductible.
REFUSED: Final = Person("client-who-is-refused", 2596523548)
THEIRS: Final = (
    "{ viewer { client { policies(first: 8) { edges { node { id instalments { number } claims { id } } } } } } }"
)

NOTHING: Final = Told("NothingSuch", "payable", "Такого платежа нет.", "There is nothing such to pay.")
PAID: Final = Told("PaidAlready", "payable", "Это уже оплачено.", "This is paid already.")
UNPAYABLE: Final = Told(
    "Unpayable",
    "payable",
    "Сейчас это нельзя оплатить онлайн. Позвоните нам.",
    "This cannot be paid online now. Call us.",
)
STOPPED: Final = Told(
    "PaymentStopped",
    "payable",
    "Предыдущий платёж проверяют наши сотрудники. Мы свяжемся с вами; платить ещё раз не нужно.",
    "Your earlier payment is being looked at. We will contact you; do not pay again.",
)


def instalment(policy: str, number: int = 1) -> Any:
    return {"instalment": {"policyId": policy, "number": number}}


def of(payer: Payer, status: str, *, paid: bool) -> Any:
    """An instalment of a policy in some state."""
    return next(
        instalment(policy["id"], part["number"])
        for policy in payer.policies()
        if policy["status"] == status
        for part in policy["instalments"]
        if (part["paidOn"] is not None) is paid
    )


def claim(payer: Payer) -> Any:
    """The deductible of a claim that has none."""
    return next(
        {"deductibleOf": each["id"]}
        for policy in payer.policies()
        for each in policy["claims"]
        if each["referral"] is None
    )


def theirs(payer: Payer) -> Any:
    """A policy of another client with an instalment, and a claim on it."""
    bearer = f"Bearer {payer.stack.issuer.token(PEOPLE['client'])}"
    headers = {"authorization": bearer, "content-type": "application/json"}
    found = fetch("POST", f"{payer.stack.url}/graphql", {"query": THEIRS}, headers)["data"]["viewer"]["client"]
    return next(each["node"] for each in found["policies"]["edges"] if each["node"]["claims"])


NOT_PAYABLE: Final[dict[str, tuple[Callable[[Payer], Any], Told]]] = {
    "a stranger's instalment": (lambda payer: instalment(theirs(payer)["id"]), NOTHING),
    "an instalment there is none of": (lambda payer: instalment(payer.policies()[0]["id"], 99), NOTHING),
    "instalment nought": (lambda payer: instalment(payer.policies()[0]["id"], 0), NOTHING),
    "a policy there is none of": (lambda _: instalment(ids.encode("Policy", 7)), NOTHING),
    "a client for a policy": (lambda payer: instalment(ids.encode("Client", payer.person.person.client_isn)), NOTHING),
    "garbage for a policy": (lambda _: instalment("№ 5, пожалуйста"), NOTHING),
    "a stranger's claim": (lambda payer: {"deductibleOf": theirs(payer)["claims"][0]["id"]}, NOTHING),
    "a policy for a claim": (lambda payer: {"deductibleOf": payer.policies()[0]["id"]}, NOTHING),
    "garbage for a claim": (lambda _: {"deductibleOf": "%00"}, NOTHING),
    "nothing for a claim": (lambda _: {"deductibleOf": ""}, NOTHING),
    "a policy for an offer": (lambda payer: {"renewalOf": payer.policies()[0]["id"]}, NOTHING),
    "an offer that is none": (lambda _: {"renewalOf": ids.encode("RenewalOffer", "7")}, NOTHING),
    "garbage for an offer": (lambda _: {"renewalOf": "7"}, NOTHING),
    "what was paid long ago": (lambda payer: of(payer, "ACTIVE", paid=True), PAID),
    "what a cancelled policy asked for": (lambda payer: of(payer, "CANCELLED", paid=False), UNPAYABLE),
    "a deductible that is not asked for": (claim, UNPAYABLE),
}


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    Gateway(stack).forget()
    return Payer.registered(stack, REFUSED)


@pytest.fixture(autouse=True)
def all_well(stack: Stack) -> Iterator[None]:
    """All switches are off in the end, and attempts are counted anew."""
    yield
    assert stack.acquirer is not None
    for address in (stack.systems["policy_core"].admin_url, stack.acquirer.admin_url):
        fetch("DELETE", f"{address}/faults")
    Gateway(stack).forget()


@pytest.mark.parametrize("what", NOT_PAYABLE)
def test_what_cannot_be_paid(payer: Payer, what: str) -> None:
    payable, told = NOT_PAYABLE[what]
    more = {"paymentId": None} if told is PAID else {}
    refused(payer, START, told, {"key": "refused-key", "payable": payable(payer)}, **more)


def test_a_key_that_is_none(payer: Payer) -> None:
    policy, part = payer.unpaid()
    for key in NO_KEYS:
        refused(payer, START, KEY_UNFIT, {"key": key, "payable": instalment(policy["id"], part["number"])})


def test_what_was_paid_here_is_not_paid_again_whatever_the_core_still_says(payer: Payer, stack: Stack) -> None:
    policy, part = payer.unpaid()
    payable = instalment(policy["id"], part["number"])
    payment = payer.becomes(asked(payer, START, key="paid-here-1", payable=payable)["payment"], "OPEN")
    refused(payer, START, KEY_REUSED, {"key": "paid-here-1", "payable": instalment(policy["id"], 99)})
    payer.press(payment)
    payer.becomes(payment, "PAID")
    refused(payer, START, PAID, {"key": "paid-here-2", "payable": payable}, paymentId=payment["id"])
    core = stack.systems["policy_core"].admin_url
    fetch("PUT", f"{core}/faults", {"fault": "stale_read", "operation": "GetInstalments"})
    refused(payer, START, PAID, {"key": "paid-here-3", "payable": payable}, paymentId=payment["id"])


def test_behind_a_payment_that_was_stopped_no_other_is_begun(payer: Payer, stack: Stack) -> None:
    assert stack.acquirer is not None
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": "amount_rise", "operation": "payPage", "count": 1})
    policy, part = payer.unpaid()
    payable = instalment(policy["id"], part["number"])
    payment = payer.becomes(asked(payer, START, key="stopped-1", payable=payable)["payment"], "OPEN")
    payer.press(payment)
    payer.becomes(payment, "STOPPED")
    refused(payer, START, STOPPED, {"key": "stopped-2", "payable": payable}, paymentId=payment["id"])


def test_too_many_attempts_but_what_was_begun_is_shown_still(payer: Payer) -> None:
    policy, _ = payer.unpaid()
    last = instalment(policy["id"], policy["instalments"][-1]["number"])
    payment = payer.becomes(asked(payer, START, key="before-that", payable=last)["payment"], "OPEN")
    garbage: dict[str, Any] = {"key": "too-often", "payable": {"deductibleOf": "7"}}
    tried = [asked(payer, START, **garbage)["errors"][0]["__typename"] for _ in range(29)]
    assert tried == ["NothingSuch"] * 29
    [after, _] = refused(payer, START, TRY_LATER, garbage)
    assert 0 < after["afterSeconds"] <= 600
    assert asked(payer, START, key="before-that", payable=last)["payment"] == {"id": payment["id"]}
    payer.press(payment, "decline")
    payer.becomes(payment, "FAILED")

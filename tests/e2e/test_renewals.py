"""A customer renews a policy: prices, ways to save, a signature by SMS, agreement, payment, the policy as a PDF."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from resolvers import ids
from tests.e2e.asking import fetch
from tests.e2e.paying import until
from tests.e2e.renewing import Renewer, plain

RENEWING: Final = Person("client-who-renews", 2596531011)
SURPRISED: Final = Person("client-with-another-price", 2596516915)
MOTOR: Final = "K25129846"
WHOLE: Final = "K50915421"
CHOOSING: Final = Person("client-who-chooses-everything", 2596531089)
WIDE: Final = "K34257520"
MADE: Final = """query($number: String!) { policy(number: $number) {
  id status premium { amount } instalments { number amount { amount } paidOn } participants { role name { full } }
  coverages { riskCode sumInsured { amount } deductible { amount { amount } } } documents { kind } } }"""
SIGNED: Final = """SELECT s.document, s.digest, s.phone
  FROM signatures s JOIN renewal_offers o ON o.id = s.offer_id WHERE o.number = %s"""


@pytest.fixture
def usual_tariff(stack: Stack) -> Iterator[None]:
    """The policy core's usual tariff again, whatever happens."""
    yield
    tariff(stack, 10_000)


def tariff(stack: Stack, rate_bp: int) -> None:
    fetch("POST", f"{stack.systems['policy_core'].admin_url}/tariff", {"rate_bp": rate_bp})


def agreements(stack: Stack) -> list[Any]:
    found = fetch("GET", f"{stack.systems['policy_core'].admin_url}/ledger")["agreements"]
    return list(found)


def test_a_policy_is_renewed_from_the_choice_to_the_electronic_policy(stack: Stack) -> None:
    olga = Renewer.registered(stack, RENEWING)
    policy = olga.policy(MOTOR)
    choices = policy["renewal"]["choices"]
    assert "RENEW" in policy["actions"]
    assert olga.is_reminded_of(MOTOR)

    base = olga.price("first-price", policy, plain(choices["proposed"]))["offer"]
    assert base["state"] == "PRICED"
    assert base["waysToSave"]
    for way in base["waysToSave"]:
        saved, costs = Decimal(way["saving"]["amount"]), Decimal(way["premium"]["amount"])
        assert saved > 0
        assert saved + costs == Decimal(base["premium"]["amount"])
    way = base["waysToSave"][0]

    offer = olga.price("second-price", policy, plain(way["choice"]))["offer"]
    assert offer["premium"] == way["premium"]
    code = olga.accept("acceptance", offer)
    wrong = "000000" if code != "000000" else "000001"
    [problem] = olga.sign("signature", offer, wrong)["errors"]
    assert problem == {"__typename": "WrongCode", "field": "code", "message": "Код не подошёл.", "attemptsLeft": 4}
    signed = olga.sign("signature", offer, code)
    assert signed["errors"] == []
    agreed = olga.comes_to(offer, "AGREED")
    assert agreed["newPolicy"]["status"] == "AWAITING_PAYMENT"
    assert len(olga.told(f"оформили продление № {offer['number']}")) == 1

    assert not olga.is_reminded_of(MOTOR)
    renewed = olga.policy(MOTOR)
    assert "RENEW" not in renewed["actions"]
    assert (renewed["renewal"]["eligible"], renewed["renewal"]["refusal"]) == (False, "ALREADY_RENEWED")
    [problem] = olga.price("third-price", policy, plain(way["choice"]))["errors"]
    assert (problem["__typename"], problem["field"], problem["offerId"]) == ("RenewedAlready", "policyId", offer["id"])

    begun = olga.pay("payment-of-renewal", offer)
    assert begun["errors"] == []
    payment = olga.becomes(begun["payment"], "OPEN")
    assert payment["amount"] == offer["firstInstalment"]
    olga.press(payment)
    olga.becomes(payment, "PAID")
    new = olga.policy(agreed["newPolicyNumber"])
    electronic = next(each for each in new["documents"] if each["kind"] == "POLICY")
    status, body = olga.downloaded(electronic)
    assert status == 200
    assert body.startswith(b"%PDF-")
    assert [each["number"] for each in agreements(stack)].count(agreed["newPolicyNumber"]) == 1


def test_a_price_that_changed_is_shown_and_signed_anew(stack: Stack, usual_tariff: None) -> None:
    olga = Renewer.registered(stack, SURPRISED)
    policy = olga.policy(WHOLE)
    offer = olga.price("first-price", policy, plain(policy["renewal"]["choices"]["proposed"]))["offer"]
    code = olga.accept("acceptance", offer)
    before = len(agreements(stack))
    tariff(stack, 10_500)
    # It is kept for minutes, and the journal tells of no tariff.
    assert olga.policy(WHOLE)["renewal"]["indicativePremium"] == policy["renewal"]["indicativePremium"]
    assert olga.sign("signature", offer, code)["errors"] == []

    old = olga.comes_to(offer, "REPRICED")
    assert len(olga.told(f"продление № {offer['number']}, его цена изменилась")) == 1
    until(lambda: olga.policy(WHOLE)["renewal"]["indicativePremium"] != policy["renewal"]["indicativePremium"])
    anew = olga.offer({"id": old["replacedBy"]})
    assert (anew["state"], anew["choice"]) == ("PRICED", offer["choice"])
    assert Decimal(anew["premium"]["amount"]) > Decimal(offer["premium"]["amount"])
    assert len(agreements(stack)) == before
    [problem] = olga.sign("another-signature", offer, code)["errors"]
    assert (problem["__typename"], problem["offerId"]) == ("PriceChanged", anew["id"])
    [unpayable] = olga.pay("payment-of-old", offer)["errors"]
    assert unpayable["__typename"] == "Unpayable"

    again = olga.accept("acceptance-anew", anew)
    assert olga.sign("signature-anew", anew, again)["errors"] == []
    agreed = olga.comes_to(anew, "AGREED")
    made = next(each for each in agreements(stack) if each["number"] == agreed["newPolicyNumber"])
    assert len(agreements(stack)) == before + 1
    assert made

    day_passes(stack, agreed)
    assert olga.offer(agreed)["state"] == "EXPIRED"
    new = olga.person.ask(MADE, number=agreed["newPolicyNumber"])["policy"]
    assert new["status"] == "AWAITING_PAYMENT"
    assert not olga.is_reminded(new, new["instalments"][0])
    late = [
        *olga.pay("too-late", agreed)["errors"],
        *olga.start("as-an-instalment", new, new["instalments"][0])["errors"],
    ]
    assert [(each["__typename"], each["field"]) for each in late] == [("TooLate", "payable")] * 2
    assert all("Оформите продление ещё раз" in each["message"] for each in late)
    [renewed] = olga.price("too-soon", policy, plain(anew["choice"]))["errors"]
    assert (renewed["__typename"], renewed["reason"]) == ("NotRenewable", "ALREADY_RENEWED")
    assert olga.offer(agreed)["state"] == "EXPIRED"

    core = stack.systems["policy_core"].admin_url
    fetch("POST", f"{core}/agreements/cancel", {"number": agreed["newPolicyNumber"]})
    third = olga.price("once-more", policy, plain(anew["choice"]))["offer"]
    assert olga.sign("sign-once-more", third, olga.accept("accept-once-more", third))["errors"] == []
    paid = olga.becomes(olga.pay("paid-in-time", olga.comes_to(third, "AGREED"))["payment"], "OPEN")
    olga.press(paid)
    payable = olga.becomes(paid, "PAID")["payable"]
    assert payable["policy"]["number"] == payable["policyNumber"] == olga.offer(third)["newPolicyNumber"]
    assert payable["policy"]["status"] in {"FUTURE", "ACTIVE"}
    assert "POLICY" in {each["kind"] for each in payable["policy"]["documents"]}


def day_passes(stack: Stack, offer: Any) -> None:
    """Let the first day of cover have been yesterday, and the offer have been agreed long before."""
    assert stack.database is not None
    with psycopg.connect(stack.database.address(), autocommit=True) as connection:
        changed = connection.execute(
            "UPDATE renewal_offers SET starts_on = (now() AT TIME ZONE 'Europe/Moscow')::date - 1, "
            "ended_at = ended_at - interval '3 days' WHERE number = %s",
            [offer["number"]],
        )
        assert changed.rowcount == 1


def chosen(choices: Any) -> Any:
    """A choice that differs from the proposed one in each of its parts."""
    main, second, *_ = choices["coverages"]
    least, most = main["sums"][0]["amount"], second["sums"][-1]["amount"]
    proposed = plain(choices["proposed"])
    choice = {
        "coverages": [
            {"riskCode": main["riskCode"], "sumInsured": least},
            {"riskCode": second["riskCode"], "sumInsured": most},
        ],
        "deductible": choices["deductibles"][0]["amount"],
        "instalmentCount": 2,
        "driverIds": [choices["drivers"][-1]["id"]],
    }
    assert [name for name in choice if choice[name] == proposed[name]] == []
    return choice


def test_every_part_of_what_was_chosen_is_signed_agreed_and_paid(stack: Stack) -> None:
    olga = Renewer.registered(stack, CHOOSING)
    policy = olga.policy(WIDE)
    choices = policy["renewal"]["choices"]
    choice = chosen(choices)
    base = olga.price("all-as-proposed", policy, plain(choices["proposed"]))["offer"]
    offer = olga.price("all-chosen", policy, choice)["offer"]
    assert plain(offer["choice"]) == choice
    assert offer["premium"] != base["premium"]
    assert Decimal(0) < Decimal(offer["firstInstalment"]["amount"]) < Decimal(offer["premium"]["amount"])
    assert "ONE_PAYMENT" in {way["kind"] for way in offer["waysToSave"]}
    assert olga.sign("sign-all", offer, olga.accept("accept-all", offer))["errors"] == []

    document, digest, phone = signature(stack, offer)
    assert bytes(digest) == hashlib.sha256(document.encode()).digest()
    signed = json.loads(document)
    assert (signed["policy"], signed["offer"]) == (WIDE, offer["number"])
    assert signed["premium"] == f"{offer['premium']['amount']} RUB"
    assert signed["first_instalment"] == f"{offer['firstInstalment']['amount']} RUB"
    assert signed["choice"]["instalments"] == 2
    assert signed["choice"]["deductible"] == f"{choice['deductible']} RUB"
    assert [ids.encode("Driver", each) for each in signed["choice"]["drivers"]] == choice["driverIds"]
    assert {each["risk"]: each["sum"] for each in signed["choice"]["coverages"]} == {
        each["riskCode"]: f"{each['sumInsured']} RUB" for each in choice["coverages"]
    }
    assert phone.startswith("+7 *** ***")

    number = olga.comes_to(offer, "AGREED")["newPolicyNumber"]
    new = olga.person.ask(MADE, number=number)["policy"]
    assert new["premium"] == offer["premium"]
    first, second = new["instalments"]
    assert first["amount"] == offer["firstInstalment"]
    assert Decimal(first["amount"]["amount"]) + Decimal(second["amount"]["amount"]) == Decimal(new["premium"]["amount"])
    assert {each["riskCode"]: each["sumInsured"]["amount"] for each in new["coverages"]} == {
        each["riskCode"]: each["sumInsured"] for each in choice["coverages"]
    }
    borne = {each["deductible"]["amount"]["amount"] for each in new["coverages"] if each["deductible"]}
    assert borne == {choice["deductible"]}
    names = [each["name"]["full"] for each in choices["drivers"] if each["id"] in choice["driverIds"]]
    assert [each["name"]["full"] for each in new["participants"] if each["role"] == "DRIVER"] == names

    assert "POLICY" not in {each["kind"] for each in new["documents"]}
    payment = olga.becomes(olga.pay("pay-for-all", offer)["payment"], "OPEN")
    assert payment["amount"] == offer["firstInstalment"]
    assert olga.start("as-an-instalment", new, first)["payment"]["id"] == payment["id"]
    olga.press(payment)
    olga.becomes(payment, "PAID")
    assert not olga.is_reminded(new, first)
    [paid] = olga.start("as-an-instalment-again", new, first)["errors"]
    assert (paid["__typename"], paid["paymentId"]) == ("PaidAlready", payment["id"])
    new = olga.person.ask(MADE, number=number)["policy"]
    assert new["status"] == "FUTURE"
    assert [each["paidOn"] is not None for each in new["instalments"]] == [True, False]
    assert {"POLICY", "RECEIPT"} <= {each["kind"] for each in new["documents"]}


def signature(stack: Stack, offer: Any) -> Any:
    """What was written down of the one signature of an offer."""
    assert stack.database is not None
    with psycopg.connect(stack.database.address()) as connection:
        [row] = connection.execute(SIGNED, [offer["number"]]).fetchall()
    return row

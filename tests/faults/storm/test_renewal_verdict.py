"""The verdict over renewals notices every kind of wrong: one that cannot fail says nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.faults.storm.evidence import Bill, Confirmation, Customer, Evidence, Money, Opened, Row, Told
from tests.faults.storm.renewal_evidence import (
    Agreement,
    Document,
    HeardOfOffers,
    Offer,
    Quote,
    Signature,
    ToldOffer,
    choice,
    terms,
)
from tests.faults.storm.renewal_verdict import judged
from tests.faults.storm.verdict import Kind, Wrong

PREMIUM: Final = Decimal(1000)
FIRST: Final = Decimal(500)
CHOSEN: Final = choice([("DAMAGE", "1500000")], "15000", 2, [7])
TERMS: Final = terms(CHOSEN, "2026-01-31", "2027-01-30")
OTHER: Final = terms(choice([("DAMAGE", "1500000")], None, 2, [7]), "2026-01-31", "2027-01-30")
CHOICE: Final = {
    "coverages": [{"risk": "DAMAGE", "sum": "1500000.00 RUB"}],
    "deductible": "15000.00 RUB",
    "instalments": 2,
    "drivers": [7],
}
PRICED: Final = ToldOffer("o", "PRICED", PREMIUM, FIRST, terms=TERMS)
ACCEPTED: Final = replace(PRICED, state="ACCEPTED")
SIGNED: Final = replace(PRICED, state="SIGNED")
AGREED: Final = replace(PRICED, state="AGREED", new="N")
REPRICED: Final = replace(PRICED, state="REPRICED", replaced_by="p")
ROW: Final = Offer("o", 1, "a", 7, "AGREED", 71, 72)
MADE: Final = Agreement(72, 71, 8, "N")


def customer(*seen: ToldOffer, last: ToldOffer = AGREED, **changes: Any) -> Customer:
    usual = {"granted": {"key": {"o"}}, "meant": {"o"}, "signed": {"o"}, "asked": {"o": CHOSEN}}
    heard = HeardOfOffers({"tab": list(seen)}, last={last.id: last}, **{**usual, **changes})
    return Customer("a", offers=heard)


def signature(*, account: str = "a", digest: bytes | None = None, **changes: Any) -> Signature:
    usual = {"offer": 1, "premium": "1000.00 RUB", "first_instalment": "500.00 RUB", "choice": CHOICE}
    told = {**usual, "starts_on": "2026-01-31", "ends_on": "2027-01-30", **changes}
    text = json.dumps(told)
    return Signature("o", account, text, digest or hashlib.sha256(text.encode()).digest())


def well(**changes: Any) -> Evidence:
    """Somebody renewed, and everybody knows."""
    usual = Evidence(
        customers=[customer(PRICED, ACCEPTED, SIGNED, AGREED)],
        orders=[Money("r", "PAID", 50_000, 50_000, 1)],
        bills=[Bill(1, "8/1", FIRST)],
        opened=[Opened("r", 1)],
        confirmations=[Confirmation(1, "r", FIRST)],
        payments=[],
        quotes=[Quote(71, 7, PREMIUM, TERMS)],
        agreements=[MADE],
        documents=[Document(8, "POLICY")],
        offers=[ROW],
        signatures=[signature()],
    )
    return replace(usual, **changes)


def repriced(**changes: Any) -> Evidence:
    """The price changed after the signature, and the customer left."""
    anew = replace(PRICED, id="p", premium=Decimal(1100))
    heard = customer(PRICED, SIGNED, REPRICED, anew, last=REPRICED)
    usual = well(
        customers=[heard],
        orders=[],
        bills=[],
        opened=[],
        confirmations=[],
        quotes=[Quote(71, 7, PREMIUM, TERMS), Quote(73, 7, Decimal(1100), TERMS)],
        agreements=[],
        documents=[],
        offers=[replace(ROW, state="REPRICED", agreement=None), Offer("p", 2, "a", 7, "PRICED", 73)],
    )
    return replace(usual, **changes)


def kinds(evidence: Evidence) -> set[Kind]:
    return {each.kind for each in judged(evidence)}


PAYMENT: Final = Row("p", "a", "8/1", "FAILED", FIRST, failure="DECLINED")


def paying(amount: Decimal, last: Decimal | None = None) -> Customer:
    """Somebody who agreed, and was told that so much is to be paid."""
    told = Told("p", "WAITING", None, amount)
    ended = Told("p", "FAILED", "DECLINED", amount if last is None else last)
    return replace(customer(PRICED, ACCEPTED, SIGNED, AGREED), tabs={"tab": [told]}, last={"p": ended})


UNPAID: Final = well(orders=[], bills=[], opened=[], confirmations=[], documents=[])
DECLINED: Final = well(customers=[paying(FIRST)], payments=[PAYMENT])
UNTOLD: Final = [customer(PRICED, last=PRICED, meant=set(), signed=set())]


@pytest.mark.parametrize(
    "evidence", [well(), repriced(), UNPAID, DECLINED], ids=["agreed", "repriced", "unpaid", "declined"]
)
def test_what_went_well_is_not_complained_of(evidence: Evidence) -> None:
    assert judged(evidence) == []


LOST: Final = {
    "a signature without an agreement": well(agreements=[], offers=[replace(ROW, state="SIGNED", agreement=None)]),
    "told to be signed, and never was": well(offers=[replace(ROW, state="ACCEPTED", agreement=None)]),
    "an agreement that no offer is of": well(offers=[]),
    "an agreement that its offer knows nothing of": well(offers=[replace(ROW, state="REFUSED", agreement=None)]),
    "an agreement that its customer is not told of": well(customers=UNTOLD),
    "an offer that was told": well(customers=[customer(PRICED, replace(PRICED, id="x"))]),
    "a policy that is paid": well(documents=[]),
    "a policy that is paid, and has rules alone": well(documents=[Document(8, "RULES")]),
}


@pytest.mark.parametrize("evidence", LOST.values(), ids=LOST)
def test_what_is_lost_is_noticed(evidence: Evidence) -> None:
    assert Kind.LOST in kinds(evidence)


DOUBLED: Final = {
    "two agreements for one policy": well(
        quotes=[Quote(71, 7, PREMIUM, TERMS), Quote(73, 7, PREMIUM, TERMS)],
        agreements=[MADE, Agreement(74, 73, 9, "M")],
    ),
    "two agreements by one signature": well(agreements=[MADE, Agreement(74, 71, 9, "M")]),
    "two signatures of one offer": well(signatures=[signature()] * 2),
    "two offers for one policy": well(offers=[ROW, Offer("p", 2, "a", 7, "SIGNED", 73)]),
    "two offers by one key": well(customers=[customer(AGREED, granted={"key": {"o", "p"}})]),
}


@pytest.mark.parametrize("evidence", DOUBLED.values(), ids=DOUBLED)
def test_what_is_doubled_is_noticed(evidence: Evidence) -> None:
    assert Kind.DOUBLED in kinds(evidence)


TOLD_WRONG: Final = {
    "agreed, without an agreement": well(agreements=[]),
    "agreed, under another number": well(agreements=[replace(MADE, number="M")]),
    "repriced, and there is an agreement": repriced(agreements=[MADE]),
    "refused, and there is an agreement": well(
        customers=[customer(SIGNED, replace(SIGNED, state="REFUSED"), last=replace(SIGNED, state="REFUSED"))]
    ),
    "another price than the core's": well(quotes=[Quote(71, 7, Decimal(1001), TERMS)]),
    "a price that the core never named": well(quotes=[]),
    "another price later": well(customers=[customer(replace(PRICED, first=Decimal(499)), AGREED)]),
    "a bill over another sum": well(bills=[Bill(1, "8/1", Decimal(501))]),
    "money over another sum": well(orders=[Money("r", "PAID", 50_100, 50_100, 1)]),
    "a payment over another sum than the offer": well(customers=[paying(Decimal(501))], payments=[PAYMENT]),
    "a payment over another sum than the offer, in the end": well(
        customers=[paying(FIRST, last=Decimal(501))], payments=[PAYMENT]
    ),
    "agreed, and then something else": well(customers=[customer(AGREED, SIGNED, AGREED)]),
    "signed, and accepted in the end": well(customers=[customer(SIGNED, last=ACCEPTED)]),
    "something else than the table has": repriced(offers=[replace(ROW, state="REFUSED", agreement=None)]),
    "agreed, and nobody sent a code": well(customers=[customer(AGREED, meant=set())]),
    "agreed at the new price, by the old signature": repriced(
        agreements=[Agreement(74, 73, 8, "N")],
        offers=[replace(ROW, state="REPRICED", agreement=None), Offer("p", 2, "a", 7, "AGREED", 73, 74)],
    ),
    "renewed already, before anybody signed": well(customers=[customer(AGREED, too_soon={"o"})]),
    "signed with a code that never came": well(customers=[customer(AGREED, forced={"o"})]),
    "something else than was chosen": well(customers=[customer(AGREED, asked={"o": "something else"})]),
    "something else than the core was asked for": well(quotes=[Quote(71, 7, PREMIUM, OTHER)]),
    "renewed already, by what nobody signed": repriced(customers=[customer(renewed={"p"}, last=REPRICED)]),
    "no signature": well(signatures=[]),
    "a signature with another hash": well(signatures=[signature(digest=b"\0" * 32)]),
    "a signature of another offer": well(signatures=[signature(offer=2)]),
    "a signature of another price": well(signatures=[signature(premium="999.00 RUB")]),
    "a signature of another first instalment": well(signatures=[signature(first_instalment="499.00 RUB")]),
    "a signature of another choice": well(signatures=[signature(choice={**CHOICE, "drivers": None})]),
    "a signature of no choice": well(signatures=[signature(choice={})]),
    "a signature of another term": well(signatures=[signature(ends_on="2027-01-29")]),
    "somebody else's signature": well(signatures=[signature(account="b")]),
}


@pytest.mark.parametrize("evidence", TOLD_WRONG.values(), ids=TOLD_WRONG)
def test_what_is_told_wrong_is_noticed(evidence: Evidence) -> None:
    assert Kind.TOLD_WRONG in kinds(evidence)


def test_a_wrong_says_what_it_is() -> None:
    assert judged(well(documents=[])) == [Wrong(Kind.LOST, "policy N is paid, and was not issued")]

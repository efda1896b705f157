"""Whether renewals were lost or made twice, or somebody was told what is not so: pure, from the evidence alone.

The policy core's ledger says what was agreed; the gateway's own tables are believed in nothing but which offer a quote
belongs to. What was told and meant is the customers' own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from tests.faults.storm.evidence import Customer, Evidence
from tests.faults.storm.renewal_evidence import Agreement, Offer, Signature, ToldOffer, choice, terms
from tests.faults.storm.verdict import Kind, Wrong, repeated

__all__ = ["judged"]

ENDED: Final = {"AGREED", "REPRICED", "EXPIRED", "REFUSED"}
NEXT: Final = {
    "PRICED": {"ACCEPTED", "SIGNED", *ENDED},
    "ACCEPTED": {"SIGNED", *ENDED},
    "SIGNED": ENDED,
}
"""What an offer that was told to be in a state may be told to be in later."""
POLICY: Final = "POLICY"


def judged(evidence: Evidence) -> list[Wrong]:
    """Return all that went wrong with renewals; nothing, if nothing did."""
    case = Case(evidence)
    rules: tuple[tuple[Kind, Callable[[Case], Iterator[str]]], ...] = (
        (Kind.LOST, lost),
        (Kind.DOUBLED, doubled),
        (Kind.TOLD_WRONG, told_wrong),
    )
    return [Wrong(kind, what) for kind, rule in rules for what in rule(case)]


class Case:
    """The evidence, looked up."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.offers = {each.id: each for each in evidence.offers}
        self.of_quote = {each.quote: each for each in evidence.offers}
        self.quotes = {each.quote: each for each in evidence.quotes}
        self.by_quote = {each.quote: each for each in evidence.agreements}
        self.signatures = {each.offer: each for each in evidence.signatures}
        self.told = {told.id: told for each in evidence.customers for told in each.offers.told}
        self.meant = {id_ for each in evidence.customers for id_ in each.offers.meant}

    def agreement(self, offer_id: str) -> Agreement | None:
        """What the core made of an offer."""
        offer = self.offers.get(offer_id)
        return None if offer is None else self.by_quote.get(offer.quote)


def lost(case: Case) -> Iterator[str]:
    """What was signed and came to nothing; agreements that nobody knows of; policies paid and not issued."""
    for row in case.evidence.offers:
        if row.state == "SIGNED":
            yield f"offer {row.id} is still SIGNED"
    for customer in case.evidence.customers:
        for id_ in sorted(customer.offers.signed & case.offers.keys()):
            if case.offers[id_].state not in ENDED:
                yield f"offer {id_} was told to be signed, and is {case.offers[id_].state}"
        for id_ in sorted({told.id for told in customer.offers.told} - case.offers.keys()):
            yield f"offer {id_} was told, and is not there"
    yield from unknown(case)
    issued = {each.policy for each in case.evidence.documents if each.kind == POLICY}
    paid = {each.bill for each in case.evidence.confirmations}
    for bill, agreement in bills(case):
        if bill in paid and agreement.policy not in issued:
            yield f"policy {agreement.number} is paid, and was not issued"


def unknown(case: Case) -> Iterator[str]:
    """Agreements that the gateway does not know of, or the customer."""
    for agreement in case.evidence.agreements:
        offer = case.of_quote.get(agreement.quote)
        if offer is None or (offer.state, offer.agreement) != ("AGREED", agreement.agreement):
            yield f"agreement {agreement.agreement}: it is not that of an offer, which is {offer}"
        elif offer.id not in case.told or case.told[offer.id].state != "AGREED":
            yield f"agreement {agreement.agreement}: the customer of offer {offer.id} is not told so"


def doubled(case: Case) -> Iterator[str]:
    """What was done twice."""
    agreements = case.evidence.agreements
    policies = (quote.policy for each in agreements if (quote := case.quotes.get(each.quote)))
    yield from (f"policy {what}: {times} agreements" for what, times in repeated(policies))
    yield from (f"quote {what}: {times} agreements" for what, times in repeated(each.quote for each in agreements))
    signed = (each.offer for each in case.evidence.signatures)
    yield from (f"offer {what}: {times} signatures" for what, times in repeated(signed))
    agreed = (each.policy for each in case.evidence.offers if each.state in {"SIGNED", "AGREED"})
    yield from (f"policy {what}: renewed by {times} offers" for what, times in repeated(agreed))
    for customer in case.evidence.customers:
        for key, granted in customer.offers.granted.items():
            if len(granted) > 1:
                yield f"key {key} of {customer.account}: {len(granted)} offers"


def told_wrong(case: Case) -> Iterator[str]:
    """What somebody was told and is not so; what was agreed and is not what somebody signed."""
    for customer in case.evidence.customers:
        for tab, seen in customer.offers.tabs.items():
            yield from taken_back(tab, seen, customer)
        for told in dict.fromkeys(customer.offers.told):
            yield from untrue(case, told)
        yield from untrue_of(case, customer)
    for agreement in case.evidence.agreements:
        offer = case.of_quote.get(agreement.quote)
        if offer is not None:
            yield from unsigned(case, offer, agreement)
    yield from at_another_price(case)


def untrue_of(case: Case, customer: Customer) -> Iterator[str]:
    """What is wrong with what one customer heard of renewals as a whole."""
    for id_ in sorted(customer.offers.renewed - case.signatures.keys()):
        yield f"the policy is told to be renewed by offer {id_}, which nobody signed"
    for by in sorted(customer.offers.too_soon):
        yield f"a policy of {customer.account} is told to be renewed before anybody signed: {by}"
    for id_ in sorted(customer.offers.forced):
        yield f"offer {id_} was signed with a code that never came"
    for id_, asked in customer.offers.asked.items():
        if not all(each.terms.startswith(f"{asked}; ") for each in customer.offers.told if each.id == id_):
            yield f"offer {id_} is told to be for something else than was chosen"
    for told in customer.offers.last.values():
        row = case.offers.get(told.id)
        if row is not None and row.state != told.state:
            yield f"offer {told.id} is {row.state}, told is {told.state}"


def untrue(case: Case, told: ToldOffer) -> Iterator[str]:
    """What is wrong with one thing that was told."""
    agreement, row = case.agreement(told.id), case.offers.get(told.id)
    quote = None if row is None else case.quotes.get(row.quote)
    if quote is None or quote.premium != told.premium:
        yield f"offer {told.id} is told to cost {told.premium}, the core said {quote and quote.premium}"
    elif quote.terms != told.terms:
        yield f"offer {told.id} is told to be {told.terms}, the core was asked for {quote.terms}"
    if told.state == "AGREED" and (agreement is None or agreement.number != told.new):
        yield f"offer {told.id} is told AGREED as {told.new}, the core has {agreement and agreement.number}"
    if told.state in ENDED - {"AGREED"} and agreement is not None:
        yield f"offer {told.id} is told {told.state}, and there is agreement {agreement.agreement}"


def unsigned(case: Case, offer: Offer, agreement: Agreement) -> Iterator[str]:
    """What is wrong with the signature of what was agreed."""
    if offer.id not in case.meant:
        yield f"agreement {agreement.agreement}: nobody sent a code for offer {offer.id}"
    signature, told = case.signatures.get(offer.id), case.told.get(offer.id)
    if signature is None:
        yield f"agreement {agreement.agreement}: offer {offer.id} has no signature"
    elif told is not None and not is_of(signature, offer, told):
        yield f"agreement {agreement.agreement}: the signature of offer {offer.id} is of something else"


def is_of(signature: Signature, offer: Offer, told: ToldOffer) -> bool:
    """Whether a signature is whole, of its offer, and over all that was told: price, choice, term."""
    document = json.loads(signature.document)
    sums = (document["premium"], document["first_instalment"])
    return (
        hashlib.sha256(signature.document.encode()).digest() == signature.digest
        and signature.account == offer.account
        and document["offer"] == offer.number
        and document_terms(document) == told.terms
        and sums == (f"{told.premium:.2f} RUB", f"{told.first:.2f} RUB")
    )


def document_terms(document: Any) -> str | None:
    """Spell what was signed; None for a document that does not say."""
    try:
        found = document["choice"]
        sums = ((each["risk"], each["sum"].removesuffix(" RUB")) for each in found["coverages"])
        borne = None if found["deductible"] is None else found["deductible"].removesuffix(" RUB")
        what = choice(sums, borne, found["instalments"], found["drivers"])
        return terms(what, document["starts_on"], document["ends_on"])
    except KeyError:
        return None


def at_another_price(case: Case) -> Iterator[str]:
    """Bills and money of what was agreed that are not what was told."""
    asked = {each.bill: each.amount.scaleb(2) for each in case.evidence.bills}
    taken = {each.order: Decimal(each.asked) for each in case.evidence.orders if each.taken}
    for bill, agreement in bills(case):
        offer = case.of_quote.get(agreement.quote)
        told = None if offer is None else case.told.get(offer.id)
        orders = (each.order for each in case.evidence.opened if each.bill == bill)
        sums = {asked[bill], *(taken[each] for each in orders if each in taken)}
        if told is None or sums != {told.first.scaleb(2)}:
            yield f"bill {bill}: {sorted(sums)} kopecks, told was {told and told.first}"
    yield from payments_at_another_price(case)


def payments_at_another_price(case: Case) -> Iterator[str]:
    """Payments of what was agreed that were told to be over another sum than the offer: billed or not, paid or not."""
    agreed = {f"{each.policy}/1": case.of_quote.get(each.quote) for each in case.evidence.agreements}
    offers = {each.id: agreed[each.subject] for each in case.evidence.payments if each.subject in agreed}
    for customer in case.evidence.customers:
        for paid in {*(told for seen in customer.tabs.values() for told in seen), *customer.last.values()}:
            if (offer := offers.get(paid.id)) is None:
                continue
            told = case.told.get(offer.id)
            if told is None or told.first != paid.amount:
                yield f"payment {paid.id} is told to be over {paid.amount}, its offer over {told and told.first}"


def bills(case: Case) -> Iterator[tuple[int, Agreement]]:
    """Go through the bills of what was agreed."""
    subjects = {f"{each.policy}/1": each for each in case.evidence.agreements}
    for bill in case.evidence.bills:
        if bill.subject in subjects:
            yield bill.bill, subjects[bill.subject]


def taken_back(tab: str, seen: list[ToldOffer], customer: Customer) -> Iterator[str]:
    """What was told and then told otherwise; an offer's price never changes."""
    last = customer.offers.last
    for id_ in dict.fromkeys(each.id for each in seen):
        told = [*(each for each in seen if each.id == id_), *([last[id_]] if id_ in last else [])]
        for before, after in pairwise(told):
            if after.state not in {before.state, *NEXT.get(before.state, ())}:
                yield f"offer {id_} in {tab}: told {before.state}, then {after.state}"
            if (before.premium, before.first) != (after.premium, after.first):
                yield f"offer {id_} in {tab}: told {before.premium}, then {after.premium}"

"""Collects the evidence: ledgers from the systems' admin ports, tables from the database."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import psycopg

from dev.bench.people import moscow_day
from dev.simulators.population import population_on
from dev.simulators.population.keys import folded
from resolvers import ids
from tests.e2e.asking import fetch
from tests.faults.storm.evidence import Bill, Command, Confirmation, Customer, Evidence, Money, Opened, Record, Row
from tests.faults.storm.house import House
from tests.faults.storm.journal_evidence import Decision, Event, Letter
from tests.faults.storm.renewal_evidence import Agreement, Document, Offer, Quote, Signature, choice, terms

__all__ = ["followed_to", "gathered", "unsettled"]

UNSETTLED: Final = """
SELECT (SELECT count(*) FROM payments WHERE state NOT IN ('PAID', 'FAILED', 'STOPPED')),
       (SELECT count(*) FROM commands WHERE state = 'WAITING'),
       (SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'payments.check' AND status IN ('todo', 'doing')),
       (SELECT count(*) FROM renewal_offers WHERE state = 'SIGNED'),
       (SELECT count(*) FROM messages WHERE template = 'ACTIVATION' AND sent_at IS NULL AND dead_at IS NULL)
"""
FOLLOWED: Final = "SELECT max(seq) FROM feeds"
DECISIONS: Final = "SELECT seq, client_isn, policy, outcome FROM decisions"
PREPARED: Final = "SELECT client_isn FROM registrations WHERE origin = 'AUTOMATIC'"
HOLDERS: Final = "SELECT client_isn FROM accounts"
POLICY_CHANGED: Final = 1
"""Kind of an event that is decided of."""
PAYMENTS: Final = """
SELECT id, account_id, policy_isn, instalment, claim_id, state, amount, bill_isn, order_id, failure FROM payments
"""
OFFERS: Final = "SELECT id, number, account_id, policy_isn, state, quote_isn, agreement_isn FROM renewal_offers"
SIGNATURES: Final = "SELECT offer_id, account_id, document, digest FROM signatures"


def unsettled(house: House) -> Sequence[int]:
    """Return how much of each is not over: payments, commands, callbacks, signed offers, links to send, events."""
    [found] = rows(house, UNSETTLED)
    return [*found, len(told_by_journal(house, followed_to(house) or 0))]


def followed_to(house: House) -> int | None:
    """Return the last event of the journal that was seen to; None if it is not followed yet."""
    [(reached,)] = rows(house, FOLLOWED)
    return None if reached is None else int(reached)


def gathered(house: House, customers: Sequence[Customer], began: int) -> Evidence:
    """Collect all of it. ``began``: the last event of the journal before it was followed."""
    core = fetch("GET", f"{house.admin_urls['policy_core']}/ledger")
    claims = fetch("GET", f"{house.admin_urls['claims_core']}/ledger")
    acquirer = fetch("GET", f"{house.admin_urls['acquirer']}/ledger")
    return Evidence(
        customers=customers,
        orders=[money(each) for each in acquirer["orders"]],
        bills=[Bill(each["bill"], each["subject"], Decimal(each["amount"]), each["number"]) for each in core["bills"]],
        opened=[Opened(each["order"], each["bill"]) for each in core["orders"]],
        confirmations=[
            Confirmation(each["bill"], each["order"], Decimal(each["amount"])) for each in core["confirmations"]
        ],
        payments=[payment(each) for each in rows(house, PAYMENTS)],
        deductibles=[Record(each["claim"], each["bill"]) for each in claims["deductibles"]],
        **renewals(house, core),
        **followed(house, began),
        commands=[Command(*each) for each in rows(house, "SELECT number, kind, state FROM commands")],
    )


def followed(house: House, began: int) -> dict[str, Any]:
    """Collect what the journal told, and what came of it."""
    population = population_on(house.stack.options.seed, moscow_day())
    sent = fetch("GET", f"{house.admin_urls['messages']}/ledger")["messages"]
    people = (population.client_by_email(each["address"]) for each in sent if each["kind"] == "mail")
    return {
        "events": [
            Event(each["seq"], folded(each["policy"]))
            for each in told_by_journal(house, began)
            if each["kind"] == POLICY_CHANGED
        ],
        "decisions": [Decision(*each) for each in rows(house, DECISIONS)],
        # Those who have an account here are written to at addresses that the systems do not know.
        "letters": [Letter(each.isn) for each in people if each is not None],
        "prepared": [isn for (isn,) in rows(house, PREPARED)],
        "holders": [isn for (isn,) in rows(house, HOLDERS)],
    }


def told_by_journal(house: House, after: int) -> list[Any]:
    """Return the events of the journal after one."""
    events: list[Any] = fetch("GET", f"{house.admin_urls['policy_core']}/journal?from={after + 1}")["events"]
    return events


def renewals(house: House, core: Any) -> dict[str, Any]:
    """Collect what is known of renewals."""
    return {
        "quotes": [
            Quote(
                each["quote"],
                each["policy"],
                Decimal(each["premium"]),
                terms(choice(**each["choice"]), each["start"], each["end"]),
            )
            for each in core["quotes"]
        ],
        "agreements": [
            Agreement(each["agreement"], each["quote"], each["policy"], each["number"]) for each in core["agreements"]
        ],
        "documents": [Document(each["policy"], each["of"]) for each in core["documents"]],
        "offers": [
            Offer(ids.encode("RenewalOffer", id_), number, str(account), *rest)
            for id_, number, account, *rest in rows(house, OFFERS)
        ],
        "signatures": [
            Signature(ids.encode("RenewalOffer", id_), str(account), document, bytes(digest))
            for id_, account, document, digest in rows(house, SIGNATURES)
        ],
    }


def money(row: Any) -> Money:
    """Read an order of the acquirer's ledger."""
    told = ("order", "state", "asked", "amount", "taken", "remembered", "charged", "charges")
    return Money(**{each: row[each] for each in told})


def payment(row: tuple[Any, ...]) -> Row:
    """Read a row of the table."""
    id_, account, policy, instalment, claim, state, amount, bill, order, failure = row
    # A renewal is paid by the first instalment of the new policy.
    subject = f"{policy}/{instalment or 1}" if claim is None else f"deductible/{claim}"
    return Row(ids.encode("Payment", id_), str(account), subject, state, amount, bill, order, failure)


def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    """Ask the gateway's database."""
    assert house.stack.database is not None
    with psycopg.connect(house.stack.database.address()) as connection:
        return connection.execute(query).fetchall()

"""Collects the evidence: ledgers from the systems' admin ports, tables from the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import psycopg

from dev.bench.people import moscow_day
from dev.simulators.population import population_on
from dev.simulators.population.keys import folded
from resolvers import ids
from tests.e2e.asking import fetch
from tests.faults.storm.evidence import Bill, Command, Confirmation, Customer, Evidence, Money, Opened, Record, Row
from tests.faults.storm.house import PLACES, House
from tests.faults.storm.journal_evidence import Decision, Event, Letter
from tests.faults.storm.late_evidence import Call, Watched
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
SELECT id, account_id, policy_isn, instalment, claim_id, state, amount, bill_isn, order_id, failure,
       doubled_at IS NOT NULL FROM payments
"""
NUMBERS: Final = "SELECT number, id FROM payments"
WATCHED: Final = "SELECT order_id, payment_id FROM watched_orders"
CLOSED: Final = "SELECT DISTINCT payment_id FROM payment_actions"
KNOWN_PAID: Final = """
SELECT order_id FROM payments WHERE paid_at IS NOT NULL AND order_id IS NOT NULL
UNION SELECT order_id FROM watched_orders WHERE paid_at IS NOT NULL
"""
CALLED: Final = "payment needs a person"
OFFERS: Final = "SELECT id, number, account_id, policy_isn, state, quote_isn, agreement_isn FROM renewal_offers"
SIGNATURES: Final = "SELECT offer_id, account_id, document, digest FROM signatures"


def unsettled(house: House) -> Sequence[int]:
    """Return how much of each is not over.

    Payments, commands, callbacks, signed offers, links to send, events, orders that are paid unknown to the gateway,
    former ones that can still be paid.
    """
    [found] = rows(house, UNSETTLED)
    return [*found, len(told_by_journal(house, followed_to(house) or 0)), *unseen(house)]


def unseen(house: House) -> tuple[int, int]:
    """Return how many orders are paid of which the gateway does not know, and how many watched ones are not over."""
    orders = {each["order"]: each for each in fetch("GET", f"{house.admin_urls['acquirer']}/ledger")["orders"]}
    known = {order for (order,) in rows(house, KNOWN_PAID)}
    is_payable = (order not in orders or orders[order]["state"] == "NEW" for order, _ in rows(house, WATCHED))
    return sum(each["taken"] > 0 and order not in known for order, each in orders.items()), sum(is_payable)


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
        **late(house),
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


def late(house: House) -> dict[str, Any]:
    """Collect what is known of former orders, and for which payments people were called."""
    return {
        "watched": [Watched(order, ids.encode("Payment", id_)) for order, id_ in rows(house, WATCHED)],
        "calls": list(calls(house)),
        "closed": [ids.encode("Payment", id_) for (id_,) in rows(house, CLOSED)],
    }


def calls(house: House) -> Iterator[Call]:
    """Go through what the processes wrote of payments that need a person."""
    payments = {number: ids.encode("Payment", id_) for number, id_ in rows(house, NUMBERS)}
    for line in (line for place in PLACES for line in house.log(place).splitlines()):
        if CALLED in line:
            written = json.loads(line)
            yield Call(payments[written["payment"]], written["failure"])


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
    id_, account, policy, instalment, claim, *rest = row
    # A renewal is paid by the first instalment of the new policy.
    subject = f"{policy}/{instalment or 1}" if claim is None else f"deductible/{claim}"
    return Row(ids.encode("Payment", id_), str(account), subject, *rest)


def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    """Ask the gateway's database."""
    assert house.stack.database is not None
    with psycopg.connect(house.stack.database.address()) as connection:
        return connection.execute(query).fetchall()

"""Whether cards that the bank remembers were charged as their owners wanted, and are kept and forgotten so: pure.

The acquirer's ledger says which order was charged to a card, and at which order that was remembered. That money is
taken once, and told as it is, holds however it is taken: see ``verdict``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tests.faults.storm.case import Case
from tests.faults.storm.evidence import Customer, Evidence
from tests.faults.storm.verdict import Kind, Wrong, repeated

__all__ = ["judged"]


def judged(evidence: Evidence) -> list[Wrong]:
    """Return all that went wrong with cards; nothing, if nothing did."""
    case = Case(evidence)
    return [Wrong(kind, what) for kind, rule in RULES for what in rule(case)]


def lost(case: Case) -> Iterator[str]:
    """Cards that were to be remembered and are not."""
    for customer in case.evidence.customers:
        gone = len(customer.means.forgotten) + len(customer.means.lost_at_bank)
        least = remembered(case, customer) - gone
        if len(customer.means.last) < least:
            yield f"{customer.account}: {len(customer.means.last)} cards are listed, at least {least} are remembered"


def doubled(case: Case) -> Iterator[str]:
    """Cards that are there twice."""
    for customer in case.evidence.customers:
        yield from (f"card {what} is listed {times} times" for what, times in repeated(customer.means.last))
        most = remembered(case, customer) - len(customer.means.forgotten)
        if len(customer.means.last) > max(most, 0):
            yield f"{customer.account}: {len(customer.means.last)} cards are listed, at most {most} are remembered"


def told_wrong(case: Case) -> Iterator[str]:
    """Charges that nobody wanted, or not to this card; cards that were told to be forgotten."""
    named = {subject for each in case.evidence.customers for subject in each.means.named}
    for order in case.evidence.orders:
        if order.charges and case.subject_of_order.get(order.order) not in named:
            yield f"order {order.order}: it was to be charged to a card, and nobody wanted that"
        if order.charged is not None and owner(case, order.order) != owner(case, order.charged):
            yield f"order {order.order}: it was charged to somebody else's card"
    for customer in case.evidence.customers:
        means = customer.means
        yield from (f"card {each} is told to be forgotten, and listed" for each in means.forgotten & {*means.last})
        yield from (f"payment {each} was begun with a card that was told to be forgotten" for each in means.too_late)


def remembered(case: Case, customer: Customer) -> int:
    """Count the cards that a customer let be remembered while paying what is paid by that order."""
    paid = (case.by_order.get(each.order) for each in case.taken if each.remembered and each.order in case.confirmed)
    return sum(row is not None and (row.account, row.state) == (customer.account, "PAID") for row in paid)


def owner(case: Case, order: str) -> str | None:
    """Return whose payment an order is of."""
    row = case.by_order.get(order)
    return None if row is None else row.account


RULES: Final[tuple[tuple[Kind, Callable[[Case], Iterator[str]]], ...]] = (
    (Kind.LOST, lost),
    (Kind.DOUBLED, doubled),
    (Kind.TOLD_WRONG, told_wrong),
)

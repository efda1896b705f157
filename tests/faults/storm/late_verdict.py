"""Whether money for an order that was declined is known, seen to and not followed by more: pure.

That it is known at all, and told as it is, holds for all money: see ``verdict``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tests.faults.storm.case import ENDED, PAID_TWICE, Case
from tests.faults.storm.evidence import Evidence
from tests.faults.storm.verdict import Kind, Wrong, repeated

__all__ = ["judged"]


def judged(evidence: Evidence) -> list[Wrong]:
    """Return all that went wrong with orders that were paid late; nothing, if nothing did."""
    case = Case(evidence)
    return [Wrong(kind, what) for kind, rule in RULES for what in rule(case)]


def lost(case: Case) -> Iterator[str]:
    """Money that a person is to give back, and nobody was called."""
    called = {each.payment for each in case.evidence.calls}
    for order in sorted(case.late):
        row = case.by_order.get(order)
        if row is not None and (row.state == "STOPPED" or row.is_doubled) and row.id not in called:
            yield f"payment {row.id}: order {order} was paid late, and nobody was called"


def doubled(case: Case) -> Iterator[str]:
    """Orders that can be paid though their payment is over; people who were called twice."""
    for order, row in case.by_order.items():
        money = case.money.get(order)
        if row.state in ENDED and (money is None or money.state == "NEW"):
            yield f"payment {row.id} is {row.state}, and its order {order} can still be paid"
    calls = (each.payment for each in case.evidence.calls if each.why == PAID_TWICE)
    yield from (f"payment {what}: a person was called {times} times" for what, times in repeated(calls))


def told_wrong(case: Case) -> Iterator[str]:
    """Payments that are said to be paid twice, and are not."""
    marked = {each.id for each in case.evidence.payments if each.is_doubled}
    called = {each.payment for each in case.evidence.calls if each.why == PAID_TWICE}
    for payment in sorted(marked | called):
        if len(case.taken_of(payment)) < 2:
            yield f"payment {payment} is said to be paid twice, and is not"


RULES: Final[tuple[tuple[Kind, Callable[[Case], Iterator[str]]], ...]] = (
    (Kind.LOST, lost),
    (Kind.DOUBLED, doubled),
    (Kind.TOLD_WRONG, told_wrong),
)

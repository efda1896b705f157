"""Whether money was lost or taken twice, or somebody was told what is not so: pure, from the evidence alone.

The acquirer's and the policy core's ledgers say what happened; the gateway's own tables are believed in nothing but
which payment an order belongs to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tests.faults.storm.case import ENDED, Case
from tests.faults.storm.evidence import Customer, Evidence, Told

__all__ = ["Kind", "Wrong", "judged", "repeated"]

NEXT: Final = {
    "WAITING": {"OPEN", "CONFIRMING", *ENDED},
    "OPEN": {"CONFIRMING", *ENDED},
    "CONFIRMING": {"PAID", "STOPPED"},
}
"""What a payment that was told to be in a state may be told to be in later."""


class Kind(StrEnum):
    """What went wrong."""

    LOST = "lost"
    DOUBLED = "doubled"
    TOLD_WRONG = "told wrong"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that must not be."""

    kind: Kind
    what: str


def judged(evidence: Evidence) -> list[Wrong]:
    """Return all that went wrong with payments; nothing, if nothing did."""
    case = Case(evidence)
    rules: tuple[tuple[Kind, Callable[[Case], Iterator[str]]], ...] = (
        (Kind.LOST, lost),
        (Kind.DOUBLED, doubled),
        (Kind.TOLD_WRONG, told_wrong),
    )
    return [Wrong(kind, what) for kind, rule in rules for what in rule(case)]


def lost(case: Case) -> Iterator[str]:
    """Money that nobody knows of; what was accepted and is not there or not over."""
    yield from lost_money(case)
    for row in case.evidence.payments:
        if row.state not in ENDED:
            yield f"payment {row.id} is still {row.state}"
    for command in case.evidence.commands:
        if command.state in {"WAITING", "DEAD"}:
            yield f"command {command.number} {command.kind} is {command.state}"
    for customer in case.evidence.customers:
        for id_ in {*customer.last, *heard_of(customer)} - case.rows.keys():
            yield f"payment {id_} was told, and is not there"


def lost_money(case: Case) -> Iterator[str]:
    """Money that was taken without a paid bill or a person who looks."""
    for order in case.taken:
        row = case.by_order.get(order.order)
        if row is None:
            yield f"order {order.order}: money was taken, and no payment is of it"
        elif row.state not in {"PAID", "STOPPED"} or case.last.get(row.id, NOTHING).state not in {"PAID", "STOPPED"}:
            told = case.last.get(row.id, NOTHING).state
            yield f"payment {row.id}: money was taken, it is {row.state}, and the customer is told {told}"
        elif row.state == "PAID" and order.order not in case.confirmed and not case.is_one_too_many(order):
            yield f"payment {row.id}: money was taken, and the policy core does not know"


def doubled(case: Case) -> Iterator[str]:
    """What was done twice."""
    for order in case.taken:
        if order.taken > 1:
            yield f"order {order.order}: money was taken {order.taken} times"
    by_subject = (case.subject_of_order.get(each.order) for each in case.taken if not case.is_one_too_many(each))
    yield from (f"{what}: money by {times} orders" for what, times in repeated(by_subject))
    confirmations = case.evidence.confirmations
    yield from (
        f"bill {what}: confirmed {times} times" for what, times in repeated(each.bill for each in confirmations)
    )
    bills = case.evidence.bills
    yield from (f"{what}: {times} bills" for what, times in repeated(each.subject for each in bills))
    paid = (each.subject for each in case.evidence.payments if each.state == "PAID")
    yield from (f"{what}: {times} payments are paid" for what, times in repeated(paid))
    for customer in case.evidence.customers:
        for key, granted in customer.granted.items():
            if len(granted) > 1:
                yield f"key {key} of {customer.account}: {len(granted)} payments"


def told_wrong(case: Case) -> Iterator[str]:
    """What somebody was told and is not so, or was taken back later."""
    for customer in case.evidence.customers:
        for tab, seen in customer.tabs.items():
            for told in seen:
                yield from untrue(case, told)
            yield from taken_back(case, tab, seen, customer.last)
        yield from other_sums(customer)
        for told in customer.last.values():
            yield from untrue(case, told)
            row = case.rows.get(told.id)
            if row is not None and (row.state, row.failure) != (told.state, told.failure):
                yield f"payment {told.id} is {row.state} {row.failure}, told is {told.state} {told.failure}"
        confirmed = {case.subject_of_bill.get(each.bill) for each in case.evidence.confirmations}
        yield from (f"{each} is told to be paid, and is not" for each in sorted(customer.paid_already - confirmed))
    yield from unfounded(case)


def unfounded(case: Case) -> Iterator[str]:
    """Confirmations of what was not paid so."""
    for each in case.evidence.confirmations:
        order = case.money.get(each.order)
        if order is None or not order.taken:
            yield f"bill {each.bill} is confirmed without money"
        elif order.amount != order.asked or each.amount.scaleb(2) != order.amount:
            yield f"bill {each.bill}: confirmed {each.amount}, taken {order.amount} of {order.asked} kopecks"


def untrue(case: Case, told: Told) -> Iterator[str]:
    """What is wrong with one thing that was told."""
    taken = case.taken_of(told.id)
    if told.state == "PAID" and not case.paid_by(told.id):
        yield f"payment {told.id} is told PAID without money or confirmation"
    # While the bank said so, nobody could know better.
    if told.state == "FAILED" and any(each.order not in case.late for each in taken):
        yield f"payment {told.id} is told FAILED, and money was taken"
    if told.state == "CONFIRMING" and not taken:
        yield f"payment {told.id} is told CONFIRMING without money"
    if told.state in {"OPEN", "CONFIRMING", "PAID"}:
        yield from at_another_price(case, told)


def at_another_price(case: Case, told: Told) -> Iterator[str]:
    """Where one can pay, or has paid: what bill and orders of it ask for that is not what was told."""
    orders = case.orders_of(told.id)
    asked = {("the bill", case.bill_of_order[each].amount.scaleb(2)) for each in orders if each in case.bill_of_order}
    money = (case.money[each] for each in orders if each in case.money)
    # One that was cancelled before anybody came to the bank's page was never asked for a sum.
    asked |= {("the bank", Decimal(each.asked)) for each in money if each.asked}
    for who, sum_ in sorted(asked):
        if sum_ != told.amount.scaleb(2):
            yield f"payment {told.id} is told to be over {told.amount}, {who} asks for {sum_} kopecks"


def other_sums(customer: Customer) -> Iterator[str]:
    """Payments of which one sum was told and then another."""
    sums: dict[str, set[Decimal]] = {}
    for told in [*(told for seen in customer.tabs.values() for told in seen), *customer.last.values()]:
        sums.setdefault(told.id, set()).add(told.amount)
    for id_, different in sums.items():
        if len(different) > 1:
            yield f"payment {id_} is told to be over {sorted(different)}"


def taken_back(case: Case, tab: str, seen: list[Told], last: dict[str, Told]) -> Iterator[str]:
    """What was told and then told otherwise."""
    for id_ in dict.fromkeys(each.id for each in seen):
        told = [each for each in seen if each.id == id_]
        also = {"OPEN": {"WAITING"}} if case.was_opened_anew(id_) else {}
        if case.late & {*case.orders_of(id_)}:
            also["FAILED"] = {"STOPPED"}
        for before, after in pairwise([*told, *([last[id_]] if id_ in last else [])]):
            if after.state not in {before.state, *NEXT.get(before.state, ()), *also.get(before.state, ())}:
                yield f"payment {id_} in {tab}: told {before.state}, then {after.state}"


def heard_of(customer: Customer) -> set[str]:
    """Every payment that a customer ever heard of."""
    return {told.id for seen in customer.tabs.values() for told in seen}


def repeated(what: Iterable[Hashable]) -> list[tuple[Hashable, int]]:
    """Return what is there more than once, and how often."""
    return [(each, times) for each, times in Counter(what).items() if times > 1 and each is not None]


NOTHING: Final = Told("", "nothing", None, Decimal())

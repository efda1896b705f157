"""The verdict notices every kind of wrong: one that cannot fail says nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.faults.storm.evidence import Bill, Command, Confirmation, Customer, Evidence, Money, Opened, Row, Told
from tests.faults.storm.verdict import Kind, Wrong, judged

SUM: Final = Decimal("100.00")
LESS: Final = Decimal("99.00")
PAID: Final = Told("p", "PAID", None, SUM)
FAILED: Final = Told("p", "FAILED", "DECLINED", SUM)
STOPPED: Final = Told("p", "STOPPED", "AMOUNT_DIFFERS", SUM)


def customer(*seen: Told, last: Told, **more: Any) -> Customer:
    return Customer("a", {"tab": list(seen)}, {"key": {"p"}}, last={last.id: last}, **more)


def well(**changes: Any) -> Evidence:
    """Somebody paid, and everybody knows."""
    usual = Evidence(
        customers=[customer(Told("p", "WAITING", None, SUM), Told("p", "OPEN", None, SUM), PAID, last=PAID)],
        orders=[Money("o", "PAID", 10_000, 10_000, 1)],
        bills=[Bill(1, "7/1", SUM)],
        opened=[Opened("o", 1)],
        confirmations=[Confirmation(1, "o", SUM)],
        payments=[Row("p", "a", "7/1", "PAID", SUM, 1, "o")],
        commands=[Command(1, "CREATE_BILL", "DONE")],
    )
    return replace(usual, **changes)


def declined(**changes: Any) -> Evidence:
    """Somebody's card was declined."""
    usual = well(
        customers=[customer(Told("p", "OPEN", None, SUM), FAILED, last=FAILED)],
        orders=[Money("o", "DECLINED", 10_000, 10_000, 0)],
        confirmations=[],
        payments=[Row("p", "a", "7/1", "FAILED", SUM, 1, "o", "DECLINED")],
    )
    return replace(usual, **changes)


def dearer(**changes: Any) -> Evidence:
    """Another sum was taken than was asked."""
    usual = well(
        customers=[customer(Told("p", "OPEN", None, SUM), STOPPED, last=STOPPED)],
        orders=[Money("o", "PAID", 10_000, 10_100, 1)],
        confirmations=[],
        payments=[Row("p", "a", "7/1", "STOPPED", SUM, 1, "o", "AMOUNT_DIFFERS")],
    )
    return replace(usual, **changes)


def kinds(evidence: Evidence) -> set[Kind]:
    return {each.kind for each in judged(evidence)}


def unvisited() -> Evidence:
    """Nobody came to the bank's page, and the order was cancelled."""
    cancelled = replace(FAILED, failure="CANCELLED")
    return declined(
        customers=[customer(Told("p", "OPEN", None, SUM), cancelled, last=cancelled)],
        orders=[Money("o", "CANCELLED", 0, 0, 0)],
        payments=[Row("p", "a", "7/1", "FAILED", SUM, 1, "o", "CANCELLED")],
    )


def changed(**changes: Any) -> Evidence:
    """The core's bill is over another sum than the customer was told, and nobody can pay it."""
    over = Told("p", "FAILED", "AMOUNT_CHANGED", LESS)
    usual = declined(
        customers=[customer(Told("p", "WAITING", None, LESS), over, last=over)],
        orders=[],
        opened=[],
        payments=[Row("p", "a", "7/1", "FAILED", LESS, 1, None, "AMOUNT_CHANGED")],
    )
    return replace(usual, **changes)


@pytest.mark.parametrize(
    "evidence",
    [well(), declined(), dearer(), changed(), unvisited()],
    ids=["paid", "declined", "dearer", "changed", "unvisited"],
)
def test_what_went_well_is_not_complained_of(evidence: Evidence) -> None:
    assert judged(evidence) == []


LOST: Final = {
    "money of no payment": well(payments=[], customers=[]),
    "money and a payment that failed": well(payments=[Row("p", "a", "7/1", "FAILED", SUM, 1, "o", "EXPIRED")]),
    "money, and the customer is told nothing": well(customers=[Customer("a")]),
    "money, and the core does not know": well(confirmations=[]),
    "a payment without an end": declined(payments=[Row("p", "a", "7/1", "OPEN", SUM, 1, "o")]),
    "a command that waits": well(commands=[Command(1, "CREATE_BILL", "WAITING")]),
    "a dead command": well(commands=[Command(1, "CREATE_BILL", "DEAD")]),
    "a payment that was told": well(customers=[customer(PAID, Told("q", "WAITING", None, SUM), last=PAID)]),
}


@pytest.mark.parametrize("evidence", LOST.values(), ids=LOST)
def test_what_is_lost_is_noticed(evidence: Evidence) -> None:
    assert Kind.LOST in kinds(evidence)


DOUBLED: Final = {
    "money twice by one order": well(orders=[Money("o", "PAID", 10_000, 10_000, 2)]),
    "money by two orders": well(
        orders=[Money("o", "PAID", 10_000, 10_000, 1), Money("r", "PAID", 10_000, 10_000, 1)],
        opened=[Opened("o", 1), Opened("r", 1)],
    ),
    "two confirmations": well(confirmations=[Confirmation(1, "o", SUM)] * 2),
    "two bills": well(bills=[Bill(1, "7/1", SUM), Bill(2, "7/1", SUM)]),
    "two paid payments": well(
        payments=[Row("p", "a", "7/1", "PAID", SUM, 1, "o"), Row("q", "a", "7/1", "PAID", SUM, 1, "r")]
    ),
    "two payments by one key": well(customers=[Customer("a", granted={"key": {"p", "q"}}, last={"p": PAID})]),
}


@pytest.mark.parametrize("evidence", DOUBLED.values(), ids=DOUBLED)
def test_what_is_doubled_is_noticed(evidence: Evidence) -> None:
    assert Kind.DOUBLED in kinds(evidence)


TOLD_WRONG: Final = {
    "paid, without money": declined(
        customers=[customer(PAID, last=PAID)], payments=[Row("p", "a", "7/1", "PAID", SUM, 1, "o")]
    ),
    "paid, without confirmation": well(confirmations=[]),
    "failed, with money": well(customers=[customer(FAILED, last=PAID)]),
    "confirming, without money": declined(customers=[customer(Told("p", "CONFIRMING", None, SUM), last=FAILED)]),
    "paid, and then something else": well(customers=[customer(PAID, Told("p", "OPEN", None, SUM), PAID, last=PAID)]),
    "failed, and something else in the end": dearer(customers=[customer(FAILED, last=STOPPED)]),
    "something else than the table has": well(payments=[Row("p", "a", "7/1", "STOPPED", SUM, 1, "o", "X")]),
    "an instalment paid already": declined(customers=[customer(FAILED, last=FAILED, paid_already={"7/1"})]),
    "a confirmation without money": declined(confirmations=[Confirmation(1, "o", SUM)]),
    "a confirmation of another sum": dearer(confirmations=[Confirmation(1, "o", SUM)]),
    "another sum than the core's bill is over": well(customers=[customer(replace(PAID, amount=LESS), last=PAID)]),
    "another sum in the end": well(customers=[customer(PAID, last=replace(PAID, amount=LESS))]),
    "another sum than the bank asks for": well(
        customers=[customer(Told("p", "OPEN", None, SUM), last=PAID)],
        orders=[Money("o", "PAID", 10_100, 10_100, 1)],
        confirmations=[Confirmation(1, "o", Decimal("101.00"))],
        bills=[Bill(1, "7/1", SUM)],
    ),
    "another sum than before, of what was never billed": declined(
        customers=[customer(Told("p", "WAITING", None, LESS), FAILED, last=FAILED)],
        orders=[],
        bills=[],
        opened=[],
        payments=[Row("p", "a", "7/1", "FAILED", SUM, None, None, "DECLINED")],
    ),
    "paid, over another sum": dearer(
        customers=[customer(PAID, last=PAID)],
        payments=[Row("p", "a", "7/1", "PAID", SUM, 1, "o")],
        confirmations=[Confirmation(1, "o", Decimal("101.00"))],
    ),
}


@pytest.mark.parametrize("evidence", TOLD_WRONG.values(), ids=TOLD_WRONG)
def test_what_is_told_wrong_is_noticed(evidence: Evidence) -> None:
    assert Kind.TOLD_WRONG in kinds(evidence)


def test_a_wrong_says_what_it_is() -> None:
    evidence = well(orders=[Money("o", "PAID", 10_000, 10_000, 2)])
    assert judged(evidence) == [Wrong(Kind.DOUBLED, "order o: money was taken 2 times")]

"""The verdicts notice every kind of wrong that money after all can do: those that cannot fail say nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.faults.storm import late_verdict, means_verdict, verdict
from tests.faults.storm.evidence import Bill, Confirmation, Customer, Evidence, Money, Opened, Row, Told
from tests.faults.storm.late_evidence import Call, Watched
from tests.faults.storm.means_evidence import HeardOfMeans
from tests.faults.storm.verdict import Kind

SUM: Final = Decimal("100.00")
OPEN: Final = Told("p", "OPEN", None, SUM)
WAITING: Final = replace(OPEN, state="WAITING")
PAID: Final = replace(OPEN, state="PAID")
FAILED: Final = replace(OPEN, state="FAILED", failure="EXPIRED")
STOPPED: Final = replace(OPEN, state="STOPPED", failure="NOT_CONFIRMED")
LATE: Final = Money("d", "PAID", 10_000, 10_000, 1, charges=1)
SECOND: Final = Money("o", "CANCELLED", 10_000, 10_000, 0)
BOTH: Final = [LATE, replace(SECOND, state="PAID", taken=1)]
ROW: Final = Row("p", "a", "7/1", "PAID", SUM, 1, "d")
BY_SECOND: Final = replace(ROW, order="o")
FIRST_WATCHED: Final = [Watched("d", "p")]
TWICE: Final = [Call("p", "PAID_TWICE")]


def customer(*seen: Told, last: Told = PAID, late: frozenset[str] = frozenset("d")) -> Customer:
    means = HeardOfMeans({"7/1"}, paid_late={*late})
    return Customer("a", {"tab": list(seen)}, {"key": {"p"}}, last={"p": last}, means=means)


def well(**changes: Any) -> Evidence:
    """The bank declined and took the money after all: the payment is paid, and its other order can be no more."""
    usual = Evidence(
        customers=[customer(OPEN, WAITING, OPEN, PAID)],
        orders=[LATE, SECOND],
        bills=[Bill(1, "7/1", SUM)],
        opened=[Opened("d", 1), Opened("o", 1)],
        confirmations=[Confirmation(1, "d", SUM)],
        payments=[ROW],
        watched=[Watched("o", "p")],
    )
    return replace(usual, **changes)


def twice(**changes: Any) -> Evidence:
    """The customer paid on the page, and then the bank took the money for the first order too."""
    usual = well(
        orders=BOTH,
        confirmations=[Confirmation(1, "o", SUM)],
        payments=[replace(BY_SECOND, is_doubled=True)],
        watched=FIRST_WATCHED,
        calls=TWICE,
    )
    return replace(usual, **changes)


def stopped(**changes: Any) -> Evidence:
    """The second order had its time, and then the bank took the money for the first: it must go back."""
    usual = well(
        customers=[customer(OPEN, WAITING, OPEN, FAILED, last=STOPPED)],
        orders=[LATE, replace(SECOND, state="EXPIRED")],
        confirmations=[],
        payments=[replace(ROW, state="STOPPED", failure="NOT_CONFIRMED")],
        calls=[Call("p", "NOT_CONFIRMED")],
    )
    return replace(usual, **changes)


def kinds(evidence: Evidence) -> set[Kind]:
    verdicts = (verdict, means_verdict, late_verdict)
    return {each.kind for module in verdicts for each in module.judged(evidence)}


def paid_anew(*seen: Told, late: frozenset[str] = frozenset("d")) -> Evidence:
    """The second order had its time, the same was paid by another payment, and then the bank took the first's money."""
    new = Told("q", "PAID", None, SUM)
    told = customer(*seen, new, last=STOPPED, late=late)
    told.last["q"] = new
    return stopped(
        customers=[told],
        orders=[LATE, replace(SECOND, state="EXPIRED"), Money("n", "PAID", 10_000, 10_000, 1)],
        opened=[Opened("d", 1), Opened("o", 1), Opened("n", 1)],
        confirmations=[Confirmation(1, "n", SUM)],
        payments=[*stopped().payments, Row("q", "a", "7/1", "PAID", SUM, 1, "n")],
    )


RIGHT: Final = {
    "late": well(),
    "late, and told before of the second order": well(customers=[customer(OPEN, WAITING, PAID)]),
    "paid twice": twice(),
    "paid twice, late first": twice(
        confirmations=[Confirmation(1, "d", SUM)],
        payments=[replace(ROW, is_doubled=True)],
        watched=[Watched("o", "p")],
    ),
    "paid twice, and seen to": twice(payments=[BY_SECOND], closed=["p"]),
    "too late": stopped(),
    "too late, and the same was paid anew": paid_anew(OPEN, WAITING, OPEN, FAILED),
}


@pytest.mark.parametrize("evidence", RIGHT.values(), ids=RIGHT)
def test_what_went_well_is_not_complained_of(evidence: Evidence) -> None:
    assert kinds(evidence) == set()


ON_TIME: Final = [customer(OPEN, WAITING, OPEN, PAID, late=frozenset())]
DECLINED: Final = replace(LATE, state="DECLINED", taken=0)
WRONG: Final[dict[str, tuple[Kind, Evidence]]] = {
    "money of an order that nobody watches": (Kind.LOST, twice(watched=[])),
    "late, and the payment failed": (
        Kind.LOST,
        stopped(
            customers=[customer(OPEN, WAITING, OPEN, FAILED, last=FAILED)],
            payments=[replace(ROW, state="FAILED", failure="EXPIRED")],
        ),
    ),
    "late, and the core does not know": (Kind.LOST, well(confirmations=[])),
    "paid twice, and not marked": (Kind.LOST, twice(payments=[BY_SECOND])),
    "paid twice, and counted once": (Kind.DOUBLED, twice(payments=[BY_SECOND])),
    "paid twice, and the core knows of neither": (Kind.LOST, twice(confirmations=[])),
    "paid twice, and nobody was called": (Kind.LOST, twice(calls=[])),
    "too late, and nobody was called": (Kind.LOST, stopped(calls=[])),
    "paid twice, and confirmed twice": (
        Kind.DOUBLED,
        twice(confirmations=[Confirmation(1, "o", SUM), Confirmation(1, "d", SUM)]),
    ),
    "paid twice, though neither was late": (Kind.DOUBLED, twice(customers=ON_TIME)),
    "paid by three orders": (
        Kind.DOUBLED,
        twice(
            orders=[*BOTH, replace(BOTH[1], order="x")],
            opened=[*well().opened, Opened("x", 1)],
            watched=[*FIRST_WATCHED, Watched("x", "p")],
        ),
    ),
    "stopped, the money taken in time, and paid anew": (Kind.DOUBLED, paid_anew(OPEN, late=frozenset())),
    "called twice for the same": (Kind.DOUBLED, twice(calls=TWICE * 2)),
    "the other order can still be paid": (Kind.DOUBLED, well(orders=[LATE, replace(SECOND, state="NEW")])),
    "the other order's page was never opened, and can be": (Kind.DOUBLED, well(orders=[LATE])),
    "too late, and the second order can still be paid": (
        Kind.DOUBLED,
        stopped(orders=[LATE, replace(SECOND, state="NEW")]),
    ),
    "marked, and paid once": (Kind.TOLD_WRONG, well(payments=[replace(ROW, is_doubled=True)])),
    "called, and paid once": (Kind.TOLD_WRONG, well(calls=TWICE)),
    "told paid, and no order was": (Kind.TOLD_WRONG, well(orders=[DECLINED, SECOND], confirmations=[])),
    "told paid, and what was taken is not what was confirmed": (
        Kind.TOLD_WRONG,
        well(confirmations=[Confirmation(1, "o", SUM)]),
    ),
    "told failed, and paid by the second order": (
        Kind.TOLD_WRONG,
        twice(
            customers=[customer(OPEN, WAITING, OPEN, FAILED, last=STOPPED)],
            payments=[replace(BY_SECOND, state="STOPPED", failure="NOT_CONFIRMED")],
        ),
    ),
    "paid, and stopped since it is paid twice": (
        Kind.TOLD_WRONG,
        twice(
            customers=[customer(OPEN, PAID, last=STOPPED)],
            payments=[replace(BY_SECOND, state="STOPPED", failure="NOT_CONFIRMED")],
        ),
    ),
    "failed and then stopped, and nothing was late": (
        Kind.TOLD_WRONG,
        stopped(customers=[customer(OPEN, FAILED, last=STOPPED, late=frozenset())]),
    ),
    "failed and then stopped, and no money was taken": (
        Kind.TOLD_WRONG,
        stopped(
            customers=[customer(OPEN, WAITING, FAILED, last=STOPPED, late=frozenset())],
            orders=[replace(LATE, state="DECLINED", taken=0), SECOND],
        ),
    ),
    "another sum than the second order asks for": (
        Kind.TOLD_WRONG,
        well(orders=[LATE, replace(SECOND, asked=10_100, amount=10_100)]),
    ),
    "told confirming, and no order was paid": (
        Kind.TOLD_WRONG,
        stopped(customers=[customer(OPEN, replace(OPEN, state="CONFIRMING"), last=STOPPED)], orders=[DECLINED, SECOND]),
    ),
    "another sum than a former order asks for": (
        Kind.TOLD_WRONG,
        twice(orders=[replace(LATE, asked=10_100, amount=10_100), BOTH[1]]),
    ),
    "paid over another sum": (Kind.TOLD_WRONG, well(orders=[replace(LATE, amount=10_100), SECOND])),
}


@pytest.mark.parametrize(("kind", "of"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_noticed(kind: Kind, of: Evidence) -> None:
    assert kind in kinds(of)


def test_a_card_that_was_remembered_at_money_too_many_is_not_missed() -> None:
    remembering = replace(BOTH[1], remembered=True)
    late_first = {"confirmations": [Confirmation(1, "d", SUM)], "payments": [replace(ROW, is_doubled=True)]}
    assert kinds(twice(orders=[LATE, remembering], watched=[Watched("o", "p")], **late_first)) == set()
    assert kinds(twice(orders=[LATE, remembering])) == {Kind.LOST}

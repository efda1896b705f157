"""The verdicts notice every kind of wrong that a remembered card can do: those that cannot fail say nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.faults.storm import means_verdict, verdict
from tests.faults.storm.evidence import Bill, Confirmation, Customer, Evidence, Money, Opened, Row, Told
from tests.faults.storm.means_evidence import HeardOfMeans
from tests.faults.storm.verdict import Kind

SUM: Final = Decimal("100.00")
FIRST: Final = Told("p", "PAID", None, SUM)
PAID: Final = Told("q", "PAID", None, SUM)
OPEN: Final = replace(PAID, state="OPEN")
FAILED: Final = replace(PAID, state="FAILED", failure="DECLINED")
ON_PAGE: Final = Money("o", "PAID", 10_000, 10_000, 1, remembered=True)
CHARGED: Final = Money("r", "PAID", 10_000, 10_000, 1, charged="o", charges=2)
DECLINED: Final = Money("d", "DECLINED", 10_000, 10_000, 0, charges=1)
ROWS: Final = [Row("p", "a", "7/1", "PAID", SUM, 1, "o"), Row("q", "a", "7/2", "PAID", SUM, 2, "r")]
LOST: Final = replace(ROWS[1], state="FAILED", failure="DECLINED")
STRANGERS: Final = [replace(ROWS[0], account="b"), ROWS[1]]


def heard(**changes: Any) -> HeardOfMeans:
    return HeardOfMeans(**{"named": {"7/2"}, "last": ["m"], **changes})


def customer(*seen: Told, last: Told = PAID, means: HeardOfMeans | None = None) -> Customer:
    tabs = {"tab": [FIRST, *seen]}
    return Customer("a", tabs, {"key": {"q"}}, last={"p": FIRST, "q": last}, means=means or heard())


def well(**changes: Any) -> Evidence:
    """Somebody paid and let the card be remembered, and the next instalment was charged to it."""
    usual = Evidence(
        customers=[customer(OPEN, PAID)],
        orders=[ON_PAGE, CHARGED],
        bills=[Bill(1, "7/1", SUM), Bill(2, "7/2", SUM)],
        opened=[Opened("o", 1), Opened("r", 2)],
        confirmations=[Confirmation(1, "o", SUM), Confirmation(2, "r", SUM)],
        payments=ROWS,
    )
    return replace(usual, **changes)


def declined(**changes: Any) -> Evidence:
    """The bank declined, and the customer paid another order of the same payment on the page."""
    usual = well(
        customers=[customer(OPEN, replace(OPEN, state="WAITING"), OPEN, PAID)],
        orders=[ON_PAGE, DECLINED, replace(CHARGED, charged=None, charges=0)],
        opened=[Opened("o", 1), Opened("d", 2), Opened("r", 2)],
    )
    return replace(usual, **changes)


def forgotten(**changes: Any) -> Evidence:
    """The card was forgotten after it had paid."""
    return well(customers=[customer(PAID, means=heard(**{"forgotten": {"m"}, "last": [], **changes}))])


def kinds(evidence: Evidence) -> set[Kind]:
    return {each.kind for each in [*means_verdict.judged(evidence), *verdict.judged(evidence)]}


RIGHT: Final = {
    "charged": well(),
    "declined, and paid on the page": declined(),
    "forgotten": forgotten(),
    "forgotten by the bank, and listed still": well(customers=[customer(PAID, means=heard(lost_at_bank={"o"}))]),
    "forgotten by the bank": well(customers=[customer(PAID, means=heard(lost_at_bank={"o"}, last=[]))]),
}


@pytest.mark.parametrize("evidence", RIGHT.values(), ids=RIGHT)
def test_what_went_well_is_not_complained_of(evidence: Evidence) -> None:
    assert kinds(evidence) == set()


OTHERS: Final = [
    customer(OPEN, replace(OPEN, state="WAITING"), OPEN, PAID, means=heard(named={"7/1", "7/2"})),
]
UNWANTED: Final = [customer(PAID, means=heard(named=set()))]
WRONG: Final[dict[str, tuple[Kind, Evidence]]] = {
    "charged twice": (Kind.DOUBLED, well(orders=[ON_PAGE, replace(CHARGED, taken=2)])),
    "declined, and taken after all": (
        Kind.DOUBLED,
        declined(orders=[ON_PAGE, replace(DECLINED, state="PAID", taken=1, charged="o"), CHARGED]),
    ),
    "charged, and told to have failed": (Kind.TOLD_WRONG, well(customers=[customer(OPEN, FAILED)])),
    "charged, and failed in the end": (
        Kind.LOST,
        well(customers=[customer(OPEN, last=FAILED)], payments=[ROWS[0], LOST]),
    ),
    "charged, and the core does not know": (Kind.LOST, well(confirmations=[Confirmation(1, "o", SUM)])),
    "charged by an order that nobody has": (Kind.LOST, declined(orders=[ON_PAGE, replace(DECLINED, taken=1), CHARGED])),
    "told paid, without a charge": (
        Kind.TOLD_WRONG,
        well(orders=[ON_PAGE, replace(CHARGED, state="DECLINED", taken=0, charged=None)], confirmations=[]),
    ),
    "charged, and nobody wanted that": (Kind.TOLD_WRONG, well(customers=UNWANTED)),
    "declined, and nobody wanted that": (Kind.TOLD_WRONG, declined(customers=UNWANTED)),
    "charged to somebody else's card": (Kind.TOLD_WRONG, well(payments=STRANGERS)),
    "waiting again, and no charge was declined": (
        Kind.TOLD_WRONG,
        well(customers=[customer(OPEN, replace(OPEN, state="WAITING"), PAID)]),
    ),
    "waiting again, and another payment was declined": (
        Kind.TOLD_WRONG,
        declined(opened=[Opened("o", 1), Opened("d", 1), Opened("r", 2)], customers=OTHERS),
    ),
    "waiting again, and declined on the page": (
        Kind.TOLD_WRONG,
        declined(orders=[ON_PAGE, replace(DECLINED, charges=0), replace(CHARGED, charged=None, charges=0)]),
    ),
    "begun with what was forgotten": (Kind.TOLD_WRONG, forgotten(too_late={"q"})),
    "forgotten, and listed": (Kind.TOLD_WRONG, forgotten(last=["m"])),
    "remembered, and not listed": (Kind.LOST, well(customers=[customer(PAID, means=heard(last=[]))])),
    "listed twice, and another not": (
        Kind.DOUBLED,
        well(
            orders=[ON_PAGE, replace(CHARGED, charged=None, charges=0, remembered=True)],
            customers=[customer(PAID, means=heard(last=["m", "m"]))],
        ),
    ),
    "listed twice": (Kind.DOUBLED, well(customers=[customer(PAID, means=heard(last=["m", "m"]))])),
    "one card more than was remembered": (Kind.DOUBLED, well(customers=[customer(PAID, means=heard(last=["m", "n"]))])),
}


@pytest.mark.parametrize(("kind", "of"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_noticed(kind: Kind, of: Evidence) -> None:
    assert kind in kinds(of)

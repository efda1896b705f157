"""The verdict notices every kind of wrong between the cores: one that cannot fail says nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from tests.faults.storm.deductible_verdict import judged
from tests.faults.storm.evidence import Bill, Confirmation, Customer, Evidence, Record
from tests.faults.storm.verdict import Kind

SUM: Final = Decimal("100.00")
INSTALMENT: Final = Bill(2, "7/1", SUM, "B-2")


def evidence(*deductibles: Record, is_confirmed: bool = True) -> Evidence:
    """Somebody paid the deductible of claim ``c``, and somebody else an instalment."""
    confirmed = [Confirmation(1, "o", SUM)] if is_confirmed else []
    return Evidence(
        customers=[Customer("a", claims={"7/N-1": "c"}), Customer("b")],
        orders=[],
        bills=[Bill(1, "7/N-1", SUM, "B-1"), INSTALMENT],
        opened=[],
        confirmations=[*confirmed, Confirmation(2, "p", SUM)],
        payments=[],
        deductibles=deductibles,
    )


WRONG: Final[dict[str, tuple[Kind, Evidence]]] = {
    "paid, and not recorded": (Kind.LOST, evidence()),
    "recorded twice": (Kind.DOUBLED, evidence(Record("c", "B-1"), Record("c", "B-1"))),
    "recorded, and not paid": (Kind.TOLD_WRONG, evidence(Record("c", "B-1"), is_confirmed=False)),
    "recorded for another claim": (Kind.TOLD_WRONG, evidence(Record("d", "B-1"))),
    "recorded by the bill of an instalment": (Kind.TOLD_WRONG, evidence(Record("c", "B-1"), Record("d", "B-2"))),
}


@pytest.mark.parametrize(("kind", "of"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_noticed(kind: Kind, of: Evidence) -> None:
    assert {each.kind for each in judged(of)} == {kind}


def test_what_went_well_is_not_complained_of() -> None:
    assert judged(evidence(Record("c", "B-1"))) == []
    assert judged(evidence(is_confirmed=False)) == []

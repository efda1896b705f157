"""Whether the claims core knows of every deductible that was paid, once, and of none that was not: pure.

The two cores' ledgers are held against each other. Which claim a bill is for, the customers know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tests.faults.storm.evidence import Evidence
from tests.faults.storm.verdict import Kind, Wrong, repeated

__all__ = ["judged"]


def judged(evidence: Evidence) -> list[Wrong]:
    """Return all that went wrong between the cores; nothing, if nothing did."""
    return [Wrong(kind, what) for kind, rule in RULES for what in rule(evidence)]


def paid(evidence: Evidence) -> dict[str, str]:
    """Numbers of the bills that the policy core has for paid, and for which claims they were."""
    claims = {subject: claim for each in evidence.customers for subject, claim in each.claims.items()}
    confirmed = {each.bill for each in evidence.confirmations}
    return {
        each.number: claims[each.subject]
        for each in evidence.bills
        if each.bill in confirmed and each.subject in claims
    }


def lost(evidence: Evidence) -> Iterator[str]:
    """Deductibles that were paid, and the claims core does not know."""
    recorded = {each.bill for each in evidence.deductibles}
    for number, claim in paid(evidence).items():
        if number not in recorded:
            yield f"bill {number}: the deductible of claim {claim} is paid, and the claims core does not know"


def doubled(evidence: Evidence) -> Iterator[str]:
    """Claims whose deductible was recorded twice."""
    for claim, times in repeated(each.claim for each in evidence.deductibles):
        yield f"claim {claim}: its deductible is recorded {times} times"


def told_wrong(evidence: Evidence) -> Iterator[str]:
    """What the claims core was told and is not so."""
    claims = paid(evidence)
    for each in evidence.deductibles:
        if claims.get(each.bill) != each.claim:
            yield f"claim {each.claim}: its deductible is recorded as paid by bill {each.bill}, which is not so"


RULES: Final[tuple[tuple[Kind, Callable[[Evidence], Iterator[str]]], ...]] = (
    (Kind.LOST, lost),
    (Kind.DOUBLED, doubled),
    (Kind.TOLD_WRONG, told_wrong),
)

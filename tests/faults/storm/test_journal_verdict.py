"""The verdict over the journal notices every kind of wrong: one that cannot fail says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from tests.faults.storm.evidence import Evidence
from tests.faults.storm.journal_evidence import Decision, Event, Letter
from tests.faults.storm.journal_verdict import judged
from tests.faults.storm.verdict import Kind

EVENTS: Final = [Event(1, "N-1"), Event(4, "N-2"), Event(5, "N-1")]
NEW: Final = Decision(1, 7, "N-1", "ACCEPTED")
OLD: Final = Decision(4, 8, "N-2", "HAS_ACCOUNT")
AGAIN: Final = Decision(5, 7, "N-1", "ALREADY_PREPARED")


def well(**changes: Any) -> Evidence:
    """Somebody concluded a policy, of which the journal tells twice, and somebody with an account another."""
    usual = Evidence(
        customers=[],
        orders=[],
        bills=[],
        opened=[],
        confirmations=[],
        payments=[],
        events=EVENTS,
        decisions=[NEW, OLD, AGAIN],
        letters=[Letter(7)],
        prepared=[7],
        holders=[8],
    )
    return replace(usual, **changes)


WRONG: Final[dict[str, tuple[Kind, Evidence]]] = {
    "an event that nobody saw to": (Kind.LOST, well(decisions=[NEW, AGAIN])),
    "an account that is not there": (Kind.LOST, well(prepared=[])),
    "a link that was not sent": (Kind.LOST, well(letters=[])),
    "two decisions of an event": (Kind.DOUBLED, well(decisions=[NEW, OLD, OLD, AGAIN])),
    "prepared for twice": (Kind.DOUBLED, well(decisions=[NEW, OLD, replace(AGAIN, outcome="ACCEPTED")])),
    "two accounts that wait": (Kind.DOUBLED, well(prepared=[7, 7])),
    "two links": (Kind.DOUBLED, well(letters=[Letter(7)] * 2)),
    "an event that never was": (Kind.TOLD_WRONG, well(events=EVENTS[:2])),
    "another policy": (Kind.TOLD_WRONG, well(events=[*EVENTS[:2], Event(5, "N-3")])),
    "a link to one who has an account": (Kind.TOLD_WRONG, well(letters=[Letter(7), Letter(8)])),
    "a link to somebody else": (Kind.TOLD_WRONG, well(letters=[Letter(7), Letter(9)])),
    "a link to one who was to have one, and has an account": (Kind.TOLD_WRONG, well(holders=[7, 8])),
}


@pytest.mark.parametrize(("kind", "of"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_noticed(kind: Kind, of: Evidence) -> None:
    assert {each.kind for each in judged(of)} == {kind}


def test_what_went_well_is_not_complained_of() -> None:
    assert judged(well()) == []

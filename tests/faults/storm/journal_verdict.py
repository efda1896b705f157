"""Whether every event of the journal was seen to once, however often the core told of it: pure.

The core's journal says what happened, the ledger of messages who got a letter. The gateway's own table is believed in
nothing but what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tests.faults.storm.evidence import Evidence
from tests.faults.storm.verdict import Kind, Wrong, repeated

__all__ = ["judged"]

ACCEPTED: Final = "ACCEPTED"


def judged(evidence: Evidence) -> list[Wrong]:
    """Return all that went wrong with the journal; nothing, if nothing did."""
    return [Wrong(kind, what) for kind, rule in RULES for what in rule(evidence)]


def accepted(evidence: Evidence) -> list[int]:
    """Return the clients for whom an account was to be prepared, as often as that was decided."""
    return [each.client for each in evidence.decisions if each.outcome == ACCEPTED and each.client is not None]


def lost(evidence: Evidence) -> Iterator[str]:
    """Events that nobody saw to; links that were never sent."""
    seen = {each.seq for each in evidence.decisions}
    yield from (f"event {each.seq}: nothing was decided" for each in evidence.events if each.seq not in seen)
    told = {each.client for each in evidence.letters}
    for client in sorted({*accepted(evidence)}):
        if client not in evidence.prepared:
            yield f"client {client}: an account was to be prepared, and is not"
        if client not in told:
            yield f"client {client}: no link was sent"


def doubled(evidence: Evidence) -> Iterator[str]:
    """What was done twice."""
    decisions = repeated(each.seq for each in evidence.decisions)
    yield from (f"event {what}: {times} decisions" for what, times in decisions)
    yield from (f"client {what}: prepared for {times} times" for what, times in repeated(accepted(evidence)))
    yield from (f"client {what}: {times} accounts wait" for what, times in repeated(evidence.prepared))
    letters = repeated(each.client for each in evidence.letters)
    yield from (f"client {what}: {times} links were sent" for what, times in letters)


def told_wrong(evidence: Evidence) -> Iterator[str]:
    """Decisions on what never happened; links for whom there is to be none."""
    events = {each.seq: each.policy for each in evidence.events}
    for each in evidence.decisions:
        if events.get(each.seq) != each.policy:
            yield f"event {each.seq}: it was decided on {each.policy}, the journal tells of {events.get(each.seq)}"
    wanted = {*accepted(evidence)} - {*evidence.holders}
    for client in sorted({each.client for each in evidence.letters} - wanted):
        yield f"client {client}: a link was sent, and none was to be"


RULES: Final[tuple[tuple[Kind, Callable[[Evidence], Iterator[str]]], ...]] = (
    (Kind.LOST, lost),
    (Kind.DOUBLED, doubled),
    (Kind.TOLD_WRONG, told_wrong),
)

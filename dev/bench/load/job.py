"""What the load generator is told, and what it tells; both travel as JSON files."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

__all__ = [
    "BUSY",
    "GOOD",
    "Alternating",
    "Burst",
    "Closed",
    "Job",
    "Once",
    "Open",
    "Phase",
    "Plan",
    "Rush",
    "Sample",
    "Shot",
]

GOOD = "good"
BUSY = "error TOO_BUSY"
"""Verdict on an answer that asks to come again later."""


class Shot(msgspec.Struct, frozen=True):
    """One request of one client; without a token, of somebody who is not signed in."""

    operation: str
    isn: int
    token: str
    variables: dict[str, Any] = {}


class Closed(msgspec.Struct, frozen=True, tag=True):
    """So many viewers, each with shots of its own, each asking again as soon as it is answered."""

    viewers: int
    requests: int


class Once(msgspec.Struct, frozen=True, tag=True):
    """So many at once, each taking the next shot that nobody has sent yet, until every one was sent."""

    at_once: int


class Open(msgspec.Struct, frozen=True, tag=True):
    """Requests come at a fixed rate whatever becomes of them; their time counts from when they were due.

    So a stall is felt by all who would have come meanwhile (no coordinated omission). Units: ``rate`` a second.
    """

    rate: float
    seconds: float


class Burst(msgspec.Struct, frozen=True, tag=True):
    """Every shot once, all at the same moment."""


class Alternating(msgspec.Struct, frozen=True, tag=True):
    """Pairs of phases at a fixed rate: all well, then a system hanging, then a wait until all is well again.

    ``faults`` is the address of the system's fault switches. Units: ``rate`` a second, seconds a phase.
    """

    rate: float
    seconds: float
    pairs: int
    faults: str


class Rush(msgspec.Struct, frozen=True, tag=True):
    """Requests at a fixed rate, as with ``Open``, and ``lead_s`` after their start a crowd, all at the same moment.

    Who of the crowd is told that the gateway is too busy comes again ``again_s`` later, until ``within_s`` have passed
    since the start; each try is a sample. Units: ``rate`` a second, seconds.
    """

    rate: float
    seconds: float
    lead_s: float
    crowd: list[Shot]
    again_s: float
    within_s: float = 60.0


Plan: TypeAlias = Closed | Once | Open | Burst | Rush | Alternating


class Phase(StrEnum):
    """Part of an alternating plan; of ``RECOVERY`` only answers are kept that never became good."""

    NORMAL = "normal"
    HANGING = "hanging"
    RECOVERY = "recovery"


class Job(msgspec.Struct, frozen=True):
    """``targets`` take turns. ``warm_up`` requests go first and leave no trace. Units: ``patience_s`` a request."""

    targets: list[str]
    shots: list[Shot]
    plan: Plan
    seed: int
    today: str
    result: str
    warm_up: int = 0
    patience_s: float = 30.0


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """One request: when it was due after the start, how long it took, and whether the answer was good, or why not.

    ``phase`` and ``pair`` say where in an alternating plan it belongs.
    """

    operation: str
    due_ms: float
    took_ms: float
    verdict: str
    phase: Phase | None = None
    pair: int = 0

    @property
    def is_good(self) -> bool:
        """Whether the answer had no error and was the viewer's own."""
        return self.verdict == GOOD

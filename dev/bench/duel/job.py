"""What a duel is told, and what it tells; both travel as JSON files."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

__all__ = ["Arm", "Duel", "Round", "Turn", "Visitor"]


class Arm(StrEnum):
    """Who answers."""

    GATEWAY = "gateway"
    REFERENCE = "reference"
    EAGER = "eager reference"


class Visitor(msgspec.Struct, frozen=True):
    """A client who looks at a screen."""

    isn: int
    token: str
    variables: dict[str, Any]


class Round(msgspec.Struct, frozen=True):
    """One screen. When ``cold``, every look at it is that of another visitor, whose contracts nobody has valued yet."""

    operation: str
    visitors: list[Visitor]
    cold: bool

    @property
    def name(self) -> str:
        """The screen, and whether the engine has to compute."""
        return f"{self.operation}, cold valuation" if self.cold else self.operation


class Duel(msgspec.Struct, frozen=True):
    """``blocks`` repetitions of some turns of each arm and round; ``sections`` say how systems are reached."""

    gateway: str
    sections: dict[str, dict[str, Any]]
    admin: dict[str, str]
    rounds: list[Round]
    blocks: int
    turns: int
    cold_turns: int
    seed: int
    today: str
    result: str


class Turn(msgspec.Struct, frozen=True, array_like=True):
    """One answer, and whether it was good, or why not.

    ``block`` is -1 before the clock ran; only then ``calls`` are those that the answer took, by system and operation.
    """

    round: str
    arm: Arm
    block: int
    took_ms: float
    verdict: str
    calls: dict[str, int] = {}

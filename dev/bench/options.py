"""What can be chosen about a run, and how much each section measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dev.bench import command_line

__all__ = ["FULL", "QUICK", "REPORT", "Options", "Size", "parse"]

REPORT: Final = Path(__file__).parents[2] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured. The spread is told over ``blocks``, ``repetitions``, ``pairs`` or ``rounds``."""

    blocks: int
    turns: int
    cold_turns: int
    viewers: int
    requests: int
    readers: int
    contracts: int
    cpu_requests: int
    memory_marks: tuple[int, ...]
    repetitions: int
    pairs: int
    phase_s: float
    sign_ins: int
    crowd: int
    crowd_phase_s: float
    tries: int
    commands: int
    probes: int
    payments: int
    payers: int
    rounds: int
    waiting: int


FULL: Final = Size(
    blocks=5,
    turns=4,
    cold_turns=2,
    viewers=64,
    requests=300,
    readers=1_000,
    contracts=10,
    cpu_requests=180,
    memory_marks=(10_000, 25_000, 50_000, 100_000),
    repetitions=2,
    pairs=4,
    phase_s=3.0,
    sign_ins=200,
    crowd=200,
    crowd_phase_s=12.0,
    tries=400,
    commands=1_000,
    probes=60,
    payments=200,
    payers=16,
    rounds=3,
    waiting=10_000,
)
QUICK: Final = Size(
    blocks=2,
    turns=2,
    cold_turns=1,
    viewers=64,
    requests=200,
    readers=200,
    contracts=4,
    cpu_requests=60,
    memory_marks=(1_000, 4_000),
    repetitions=1,
    pairs=2,
    phase_s=3.0,
    sign_ins=40,
    crowd=60,
    crowd_phase_s=5.0,
    tries=40,
    commands=200,
    probes=20,
    payments=60,
    payers=16,
    rounds=1,
    waiting=500,
)


Options = command_line.Options[Size]


def parse(known: Sequence[str], argv: Sequence[str] | None = None) -> Options:
    """Read the command line; ``known`` are the sections that there are."""
    return command_line.parse(argv, program="dev.bench", known=known, full=FULL, quick=QUICK, report=REPORT)

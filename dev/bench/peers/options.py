"""What can be chosen about a run beside peers, and how much each section measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dev.bench import command_line
from dev.bench import options as bench

__all__ = ["FULL", "QUICK", "REPORT", "Options", "Size", "parse"]

REPORT: Final = bench.REPORT.with_name("peers.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured; the spread is told over the rounds. Units: ``seconds`` a turn under wrk.

    ``answers`` is how many home screens a turn has, and ``naive_answers`` how many for the peer whom each costs many
    times as many calls. ``sharing`` is what the sections of the other bench need to know.
    """

    rounds: int
    seconds: float
    connections: int
    executions: int
    home_rounds: int
    viewers: int
    answers: int
    naive_answers: int
    compilations: int
    sharing: bench.Size


FULL: Final = Size(
    rounds=5,
    seconds=3.0,
    connections=32,
    executions=40,
    home_rounds=3,
    viewers=64,
    answers=320,
    naive_answers=128,
    compilations=30,
    sharing=bench.FULL,
)
QUICK: Final = Size(
    rounds=2,
    seconds=1.0,
    connections=32,
    executions=10,
    home_rounds=1,
    viewers=64,
    answers=128,
    naive_answers=64,
    compilations=10,
    sharing=bench.QUICK,
)


Options = command_line.Options[Size]


def parse(known: Sequence[str], argv: Sequence[str] | None = None) -> Options:
    """Read the command line; ``known`` are the sections that there are."""
    return command_line.parse(argv, program="dev.bench.peers", known=known, full=FULL, quick=QUICK, report=REPORT)

"""What can be chosen about a run beside peers, and how much each section measures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Options:
    """``sections`` are names, all of them when empty; ``report`` is where Markdown goes, nowhere when None."""

    size: Size
    sections: tuple[str, ...]
    report: Path | None
    seed: int


def parse(known: Sequence[str], argv: Sequence[str] | None = None) -> Options:
    """Read the command line; ``known`` are the sections that there are."""
    parser = argparse.ArgumentParser(prog="python -m dev.bench.peers", description=__doc__, allow_abbrev=False)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"some of {', '.join(known)}; all without")
    parser.add_argument("--quick", action="store_true", help="a fifth of the work, to try it out; writes no report")
    parser.add_argument("--report", type=Path, help="write the report there (a whole run writes docs/peers.md)")
    parser.add_argument("--seed", type=int, default=1, help="of the population")
    given = parser.parse_args(argv)
    for name in given.sections:
        if name not in known:
            parser.error(f"no such section: {name}; there are {', '.join(known)}")
    whole = not given.quick and not given.sections
    report = given.report or (REPORT if whole else None)
    return Options(QUICK if given.quick else FULL, tuple(given.sections), report, given.seed)

"""The command line that every bench has: which sections, how much of them, where the report goes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

__all__ = ["Options", "parse"]

Size = TypeVar("Size")


@dataclass(frozen=True, slots=True)
class Options(Generic[Size]):
    """``sections`` are names, all of them when empty; ``report`` is where Markdown goes, nowhere when None."""

    size: Size
    sections: tuple[str, ...]
    report: Path | None
    seed: int


def parse(
    argv: Sequence[str] | None, *, program: str, known: Sequence[str], full: Size, quick: Size, report: Path
) -> Options[Size]:
    """Read the command line; ``known`` are the sections that there are, and a whole run writes ``report``."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=__doc__, allow_abbrev=False)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"some of {', '.join(known)}; all without")
    parser.add_argument("--quick", action="store_true", help="a part of the work, to try it out; writes no report")
    parser.add_argument(
        "--report", type=Path, help=f"write the report there (a whole run writes {report.parent.name}/{report.name})"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the population")
    given = parser.parse_args(argv)
    for name in given.sections:
        if name not in known:
            parser.error(f"no such section: {name}; there are {', '.join(known)}")
    whole = not given.quick and not given.sections
    written = given.report or (report if whole else None)
    return Options(quick if given.quick else full, tuple(given.sections), written, given.seed)

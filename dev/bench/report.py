"""``docs/performance.md``: everything that a run found, written by the run itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dev.bench.table import Finding, Table

__all__ = ["markdown", "terminal"]

COMMAND: Final = "make bench"
INTRODUCTION: Final = f"""\
# Performance

Written by `{COMMAND}`; do not edit. Every number was measured in the one run described here, on a small machine that
everything shares: gateway, three simulated systems, Valkey, PostgreSQL and load generator. Trust ratios and counts;
milliseconds are this machine's own. `a (b..c)` is the median with the least and the greatest of the repetitions. Where
a gateway's processor time goes, `python -m dev.bench.profile OPERATION` tells. What other servers do with the same work
is in [peers.md](peers.md); by how much a goal is missed there, and where the time goes, is in
[where-time-goes.md](where-time-goes.md).
"""


def terminal(finding: Finding) -> Iterator[str]:
    """Yield a section's lines for the terminal."""
    yield ""
    yield finding.title
    for table in finding.tables:
        yield ""
        yield from (f"  {line}" for line in table.text())
    if finding.goals:
        yield ""
    for goal in finding.goals:
        yield f"  {'met   ' if goal.met else 'MISSED'}  {goal.what}: {goal.found}, wanted {goal.wanted}"
    yield from (f"  FAULT   {fault}" for fault in finding.faults)


def markdown(about: Sequence[tuple[str, str]], findings: Sequence[Finding], *, introduction: str = INTRODUCTION) -> str:
    """Write the whole report."""
    return "\n".join(lines(about, findings, introduction)) + "\n"


def lines(about: Sequence[tuple[str, str]], findings: Sequence[Finding], introduction: str) -> Iterator[str]:
    """Yield the report line by line."""
    yield introduction
    yield from Table(("run", ""), list(about)).markdown()
    yield ""
    yield "## Goals"
    yield ""
    goals = Table(("goal", "wanted", "found", ""))
    for finding in findings:
        goals.rows.extend(
            (each.what, each.wanted, each.found, "met" if each.met else "**missed**") for each in finding.goals
        )
    yield from goals.markdown()
    for finding in findings:
        yield ""
        yield f"## {finding.title}"
        yield ""
        yield finding.how
        for table in finding.tables:
            yield ""
            yield from table.markdown()
        if finding.faults:
            yield ""
            yield from (f"- **Fault:** {fault}" for fault in finding.faults)

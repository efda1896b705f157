"""What a document costs that is seen for the first time."""

from __future__ import annotations

from typing import Final

from dev.bench.peers.inprocess import ALONE, COMPILED, UNKNOWN
from dev.bench.peers.run import PeersRun
from dev.bench.peers.sections.executor import worked
from dev.bench.spread import Spread
from dev.bench.table import Finding, Goal, Table

__all__ = ["measure"]

MOST_MS: Final = 3.0
MOST_TIMES: Final = 2.0
HOW: Final = """\
The home screen's document over the product's schema, in one process, each time as if never seen; the arms take turns of
{repeats} repetitions, {rounds} rounds. Milliseconds are processor time. *{unknown}* is all that the gateway does before
it executes; *{alone}* is `parse` and `validate` with the specified rules and nothing else."""


def measure(run: PeersRun) -> Finding:
    """Let compiling, the whole way and graphql-core take turns."""
    repeats = run.size.compilations
    found = worked(run, "compiling", dict.fromkeys((COMPILED, UNKNOWN, ALONE), repeats))
    spent = {name: Spread.of([each.cpu_ms for each in mine]) for name, mine in found.items()}
    pairs = zip(found[UNKNOWN], found[ALONE], strict=True)
    to_core = Spread.of([mine.cpu_ms / core.cpu_ms for mine, core in pairs])
    table = Table(("home screen's document", "CPU, ms", "to parse and validate alone"))
    table.rows.extend((name, each.text(2), to_core.text(2) if name == UNKNOWN else "") for name, each in spent.items())
    compiled_ms = spent[COMPILED].median
    held = [
        Goal(
            "compile, home screen's document",
            f"at most {MOST_MS:g} ms",
            f"{compiled_ms:.2f} ms",
            compiled_ms <= MOST_MS,
        ),
        Goal(
            "parse, validate and compile an unknown document, to parse and validate alone",
            f"at most {MOST_TIMES:g} times",
            f"{to_core.median:.2f}",
            to_core.median <= MOST_TIMES,
        ),
    ]
    how = HOW.format(repeats=repeats, rounds=run.size.rounds, unknown=UNKNOWN, alone=ALONE)
    return Finding("Compiling", how, [table], held)

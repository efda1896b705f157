"""Execution alone, in one process: the gateway's and Strawberry's."""

from __future__ import annotations

from typing import Final

import msgspec

from dev.bench.peers.inprocess import OURS, STRAWBERRY, Job
from dev.bench.peers.rounds import Bar, Turn, goals, pace
from dev.bench.peers.run import PeersRun
from dev.bench.table import Finding

__all__ = ["measure", "worked"]

BARS: Final = (Bar(STRAWBERRY, 15.0),)
SHARE: Final = 8
"""Strawberry repeats this many times less often, or its turns would take nearly all of the time."""
HOW: Final = """\
One process, no HTTP: from a document that is known to the bytes of the answer, 100 rows of the schema in memory with
their clients by batch. Both ways take turns of {ours} and {theirs} executions, {rounds} rounds, and both write the
bytes with orjson; a request's context and loaders are made anew for each. Strawberry has its parser and validation
caches and its DataLoader."""


def measure(run: PeersRun) -> Finding:
    """Let the two take turns."""
    ours = SHARE * run.size.executions
    repeats = {OURS: ours, STRAWBERRY: run.size.executions}
    found = worked(run, "executing", repeats)
    how = HOW.format(ours=ours, theirs=run.size.executions, rounds=run.size.rounds)
    held = goals("executor only, 100 rows with a relation", found, OURS, BARS)
    return Finding("Executor only", how, [pace("100 rows, a relation", found, OURS)], held)


def worked(run: PeersRun, work: str, repeats: dict[str, int]) -> dict[str, list[Turn]]:
    """Have a process of its own do a work. Raises: ``ChildFailed``."""
    job, result = run.folder / f"{work}.json", run.folder / f"{work}-turns.json"
    job.write_bytes(msgspec.json.encode(Job(work, run.size.rounds, repeats, str(result))))
    run.fleet.run(work, "dev.bench.peers.inprocess", job)
    return msgspec.json.decode(result.read_bytes(), type=dict[str, list[Turn]])

"""The gateway's memory after many operations."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from dev.bench.load import Closed
from dev.bench.run import Run, faults_of
from dev.bench.table import Finding, Goal, Table

__all__ = ["measure"]

VIEWERS: Final = 64
CLIENTS: Final = 2_000
SCREEN_EVERY: Final = 50
FLAT: Final = 1.05
HOW: Final = """\
Resident memory of one gateway process. {viewers} viewers at once, {clients} clients in turn; a cheap operation (one
upstream call) so that it ends, with a home screen in every {every}; the systems answer without delay. Flat means at
most five per cent more at the last mark than at the first."""


def measure(run: Run) -> Finding:
    """Look at the process at each mark."""
    clients = run.people.clients(CLIENTS)
    shots = [run.shot("own_name" if place % SCREEN_EVERY else "home_screen", isn) for place, isn in enumerate(clients)]
    marks = run.size.memory_marks
    table = Table(("operations", "resident, MiB", "answers/s"))
    faults: list[str] = []
    sizes: list[float] = []
    run.fleet.admin.latency({"*": 0})
    try:
        with run.fleet.gateways() as [gateway]:
            for done, mark in pairwise((0, *marks)):
                samples = run.load([gateway], shots, Closed(VIEWERS, mark - done))
                faults += faults_of(samples, f"up to {mark:,}")
                sizes.append(gateway.memory_mib())
                rate = len(samples) * 1000 / max(each.due_ms + each.took_ms for each in samples)
                table.rows.append((f"{mark:,}", f"{sizes[-1]:.1f}", f"{rate:.0f}"))
    finally:
        run.fleet.admin.latency({"*": run.fleet.options.latency_ms})
    growth = sizes[-1] / sizes[0]
    what = f"memory after {marks[-1]:,} operations to that after {marks[0]:,}"
    how = HOW.format(viewers=VIEWERS, clients=f"{CLIENTS:,}", every=SCREEN_EVERY)
    goals = [Goal(what, f"at most {FLAT:.2f}", f"{growth:.3f}", growth <= FLAT)]
    return Finding("Memory", how, [table], goals, faults)

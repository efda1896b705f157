"""Commands a second through the mechanism, and how long one takes while others wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dev.bench.commands.phases import Backlog, Parked, backlog, parked
from dev.bench.run import Run
from dev.bench.spread import Spread, percentile
from dev.bench.table import Finding, Goal, Table
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.migrating import migrate

__all__ = ["concluded", "measure"]

SYSTEM: Final = "policy_core"
LATENCY_MS: Final = 1.0
WORKERS: Final = (1, 2)
GOAL: Final = 3.0
HOW: Final = """\
Worker processes with the database and the simulated policy core, which answers after {latency:g} ms here. What is
delivered are changes of a contact, accepted by the store's own code: a row, a job, one call of the core, and a
transaction that takes note of it; each is of a subject of its own, so that none has to wait for another.

First, commands wait for another system: that many are left for the claims core as its maintenance leaves them, tried
and not due for an hour, and the server has been told how many there are (`ANALYZE`, as autovacuum does by itself). One
worker meanwhile delivers to the policy core: {probes} commands, ten a second whatever becomes of earlier ones (*alone*,
from accepted to done), then {commands} accepted as fast as it goes, while it works. *For one* is the worker's processor
time for a command.

Then commands are all there before the workers are, and one more is accepted when the first of them is done (*one
behind them*): jobs are taken in the order in which they were left, so whoever comes last waits for all the others.

How to read it: the rate is bound by the processors that workers, database and core share here, not by waiting; two
workers gain only what one leaves idle. Commands that wait for a system in maintenance must not slow down those of
another: that is what the goal holds. What grows with them is the search for a job that is due, which passes over those
that are not."""


def measure(run: Run) -> Finding:
    """Measure beside commands that wait, then with nothing but a backlog."""
    assert run.fleet.stack.database is not None
    migrate(StoreSettings(address=Secret(run.fleet.stack.database.address())))
    run.fleet.admin.latency({"*": LATENCY_MS}, SYSTEM)
    try:
        beside = [parked(run, waiting) for waiting in run.size.waiting]
        alone = [backlog(run, many, workers) for many, workers in backlogs(run)]
    finally:
        run.fleet.admin.latency({"*": run.fleet.options.latency_ms}, SYSTEM)
    tables, goal = concluded(beside, alone, [workers for _, workers in backlogs(run)])
    how = HOW.format(latency=LATENCY_MS, probes=run.size.probes, commands=run.size.commands)
    return Finding("Commands", how, tables, [goal])


def backlogs(run: Run) -> list[tuple[int, int]]:
    """Return how many commands wait for how many workers: the usual number for each, and the most for one."""
    return [*((run.size.commands, workers) for workers in WORKERS), (max(run.size.waiting), 1)]


def concluded(beside: Sequence[Parked], alone: Sequence[Backlog], workers: Sequence[int]) -> tuple[list[Table], Goal]:
    """Put down what was found, and hold the most that waited against nothing that waits."""
    while_others = Table(
        ("waiting for another system", "alone, p50, ms", "p99, ms", "commands/s", "for one, ms of processor")
    )
    for each in beside:
        took_ms = [1000 * took for took in each.took_s]
        while_others.rows.append(
            (
                f"{each.waiting:,}",
                f"{percentile(took_ms, 50):.0f}",
                f"{percentile(took_ms, 99):.0f}",
                f"{each.many.rate:.0f}",
                f"{each.many.cpu_ms:.1f}",
            )
        )
    behind = Table(("all at once", "workers", "commands/s", "for one, ms of processor", "one behind them, s"))
    for found, count in zip(alone, workers, strict=True):
        behind.rows.append(
            (
                f"{found.commands:,}",
                str(count),
                f"{found.rate:.0f}",
                f"{found.cpu_ms:.1f}",
                f"{found.behind_s:.1f}",
            )
        )
    ratio = Spread.of(beside[-1].took_s).median / Spread.of(beside[0].took_s).median
    what = f"median from accepted to done with {beside[-1].waiting:,} waiting for another system, to none"
    return [while_others, behind], Goal(what, f"at most {GOAL:g}", f"{ratio:.2f}", ratio <= GOAL)

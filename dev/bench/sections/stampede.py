"""A thousand readers of a valuation that nobody has, over four gateways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dev.bench.fleet import Gateway
from dev.bench.load import Burst, Sample
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile
from dev.bench.table import Finding, Goal, Table

__all__ = ["measure"]

GATEWAYS: Final = 4
POLL_MS: Final = 3_000
SYSTEM: Final = "life_valuation"
HOW: Final = """\
{readers} readers ask at the same moment for valuations that are in no cache, spread over {gateways} gateway processes
that share one Valkey. A computation lasts over three seconds here, so that every reader comes while it runs.
Computations are counted by the simulated engine: contracts in submitted jobs. Each answer is checked to show its
contract's payout."""


def measure(run: Run) -> Finding:
    """Let readers come for one contract and for several, each time for contracts never asked for before."""
    table = Table(("contracts", "readers", "computations", "jobs", "first answer, ms", "p50, ms", "last answer, ms"))
    goals, faults = [], []
    with run.fleet.gateways(GATEWAYS) as gateways:
        run.fleet.admin.latency({"valuation_poll": POLL_MS}, SYSTEM)
        try:
            for contracts in (1, run.size.contracts):
                chosen = [run.people.strangers(contracts) for _ in range(run.size.repetitions)]
                found = [stampede(run, gateways, each) for each in chosen]
                computed = [keys for keys, _, _ in found]
                table.rows.append(row(run, contracts, found))
                told = f"{min(computed)}..{max(computed)}"
                met = set(computed) == {contracts}
                goals.append(Goal(f"computations, cold contracts: {contracts}", f"exactly {contracts}", told, met))
                faults += [fault for _, _, samples in found for fault in faults_of(samples, f"{contracts} contracts")]
        finally:
            run.fleet.admin.latency({"valuation_poll": run.fleet.options.latency_ms}, SYSTEM)
    how = HOW.format(readers=run.size.readers, gateways=GATEWAYS)
    return Finding("Cold stampede", how, [table], goals, faults)


def stampede(
    run: Run, gateways: Sequence[Gateway], owners: Sequence[tuple[int, str]]
) -> tuple[int, int, Sequence[Sample]]:
    """Let all come at once; return the contracts computed, the jobs, and what the readers got."""
    shots = [run.shot("valuation", isn, number) for isn, number in owners]
    readers = [shots[place % len(shots)] for place in range(run.size.readers)]
    run.fleet.admin.forget()
    samples = run.load(gateways, readers, Burst())
    submitted = run.fleet.admin.counts(SYSTEM).get("valuation_submit", {"keys": 0, "calls": 0})
    return submitted["keys"], submitted["calls"], samples


def row(run: Run, contracts: int, found: Sequence[tuple[int, int, Sequence[Sample]]]) -> tuple[str, ...]:
    """Sum up the repetitions for one number of contracts."""
    times = [[each.took_ms for each in samples] for _, _, samples in found]
    return (
        str(contracts),
        str(run.size.readers),
        Spread.of([keys for keys, _, _ in found]).text(0),
        Spread.of([jobs for _, jobs, _ in found]).text(0),
        Spread.of([min(took) for took in times]).text(0),
        Spread.of([percentile(took, 50) for took in times]).text(0),
        Spread.of([max(took) for took in times]).text(0),
    )

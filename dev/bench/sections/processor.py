"""The gateway's processor time for one operation."""

from __future__ import annotations

from typing import Final

from dev.bench.load import Closed, Shot
from dev.bench.operations import SCREENS
from dev.bench.people import HUNDRED_ISN
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread
from dev.bench.table import Finding, Table

__all__ = ["measure"]

VIEWERS: Final = 16
CLIENTS: Final = 32
REPETITIONS: Final = 3
HOW: Final = """\
Processor time of the gateway's process as the operating system accounts for it, user and kernel, before and after
{requests} answers, three times over; {viewers} viewers at once, {clients} generated clients, valuations warm."""


def measure(run: Run) -> Finding:
    """Run each screen and look at the process before and after."""
    table = Table(("operation", "CPU, ms for one"))
    faults: list[str] = []
    each_time = run.size.cpu_requests // REPETITIONS
    with run.fleet.gateways() as [gateway]:
        for operation in (*SCREENS, "own_name"):
            shots = shots_of(run, operation)
            run.load([gateway], shots, Closed(VIEWERS, 2 * len(shots)))
            costs = []
            for _ in range(REPETITIONS):
                before_s = gateway.cpu_s()
                samples = run.load([gateway], shots, Closed(VIEWERS, each_time))
                costs.append((gateway.cpu_s() - before_s) * 1000 / len(samples))
                faults += faults_of(samples, operation)
            table.rows.append((operation, Spread.of(costs).text(1)))
    how = HOW.format(requests=each_time, viewers=VIEWERS, clients=CLIENTS)
    return Finding("Processor time", how, [table], faults=faults)


def shots_of(run: Run, operation: str) -> list[Shot]:
    """Return the requests of an operation."""
    if operation == "hundred_policies":
        return [run.shot(operation, HUNDRED_ISN)]
    if operation in {"policy_page", "life_page"}:
        return [run.shot(operation, isn, number) for isn, number in run.people.owners(CLIENTS)]
    return [run.shot(operation, isn) for isn in run.people.clients(CLIENTS)]

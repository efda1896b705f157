"""How many people a second can sign in, and what one sign-in takes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import Final

from dev.bench.accounts.holders import PASSWORD, Holder, hasher, sign_in
from dev.bench.fleet import Gateway
from dev.bench.load import Closed, Sample
from dev.bench.machine import Watch
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile
from dev.bench.table import Table
from gateway.settings import PasswordSettings

__all__ = ["AT_ONCE", "HASHES", "hash_ms", "measured", "pace"]

AT_ONCE: Final = (1, 4, 16)
HASHES: Final = 15
HEADER: Final = (
    "people at once",
    "sign-ins/s",
    "p50, ms",
    "p99, ms",
    "gateway CPU, ms for one",
    "processors busy, %",
)


def measured(run: Run, gateway: Gateway, people: Sequence[Holder]) -> tuple[Table, list[str]]:
    """Let more and more people at once sign in, each again as soon as they are in."""
    table, faults = Table(HEADER), []
    shots = [sign_in(each) for each in people]
    run.load([gateway], shots, Closed(AT_ONCE[-1], AT_ONCE[-1]))
    for at_once in AT_ONCE:
        found, costs, busy = [], [], []
        for _ in range(run.size.repetitions + 1):
            watch, before_s = Watch(), gateway.cpu_s()
            samples = run.load([gateway], shots, Closed(at_once, run.size.sign_ins))
            costs.append((gateway.cpu_s() - before_s) * 1000 / max(1, sum(each.is_good for each in samples)))
            busy.append(watch.busy_percent())
            faults += faults_of(samples, f"{at_once} at once")
            found.append(samples)
        times = [[each.took_ms for each in samples] for samples in found]
        table.rows.append(
            (
                str(at_once),
                Spread.of([pace(samples) for samples in found]).text(1),
                Spread.of([percentile(took, 50) for took in times]).text(0),
                Spread.of([percentile(took, 99) for took in times]).text(0),
                Spread.of(costs).text(1),
                Spread.of(busy).text(0),
            )
        )
    return table, faults


def pace(samples: Sequence[Sample]) -> float:
    """Return the good answers a second, from the start until the last of all came."""
    return sum(each.is_good for each in samples) * 1000 / max(each.due_ms + each.took_ms for each in samples)


def hash_ms() -> float:
    """Return the processor time of one hash with the gateway's parameters, made here, with nothing around it."""
    hashes, found = hasher(PasswordSettings()), []
    for _ in range(HASHES):
        before_s = time.process_time()
        hashes.hash(PASSWORD)
        found.append((time.process_time() - before_s) * 1000)
    return median(found)

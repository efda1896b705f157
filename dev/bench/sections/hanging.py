"""One system takes every call and answers none: what becomes of operations that need it, and of those that do not."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from dev.bench.fleet import Gateway
from dev.bench.load import Closed, Open, Sample, Shot
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile
from dev.bench.table import Finding, Goal, Table

__all__ = ["measure"]

DEADLINE_S: Final = 3.0
RATE: Final = 24.0
CLIENTS: Final = 8
VIEWERS: Final = 8
"""While nothing is measured: in the warm-up, and until all is well again."""
RECOVERS_WITHIN_S: Final = 60.0
GOAL: Final = 1.2
LATE: Final = 1.1
FAILED: Final = "error "
HOW: Final = f"""\
Requests come at a fixed rate, {RATE:.0f}/s over all operations of one system's phase, whatever becomes of the earlier
ones, and their time counts from when they were due (open loop, no coordinated omission). Phases without and with the
fault take turns and are compared in pairs; the fault is switched on just before its phase, so the time until the
gateway notices is part of it. The deadline of a request is {DEADLINE_S:g} s here.

An operation that needs the hanging system is answered with what the others know and an error that names the system: it
is expected then, and counted. The home screen tells of an absent claims core among its reminders, without an error."""


@dataclass(frozen=True, slots=True)
class Case:
    """A system, operations that need it, and operations that do not."""

    system: str
    needing: tuple[str, ...]
    free: tuple[str, ...]


CASES: Final = (
    Case("policy_core", needing=("home_screen",), free=("life_contracts",)),
    Case("claims_core", needing=("home_screen", "claim_list"), free=("policy_page", "life_page")),
    Case("life_valuation", needing=("home_screen", "life_page"), free=("policy_page", "claim_list")),
)


@dataclass(frozen=True, slots=True)
class Phases:
    """Samples phase by phase, without and with the fault, and what went wrong."""

    normal: list[list[Sample]] = field(default_factory=list)
    hanging: list[list[Sample]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def measure(run: Run) -> Finding:
    """Let one system after another hang."""
    free = Table(("hangs", "need it not", "p50, ms", "normal", "p99, ms", "normal", "ratio of p99", "answers"))
    needing = Table(("hangs", "needs it", "p50, ms", "p99, ms", "last, ms", "answered with"))
    goals: list[Goal] = []
    faults: list[str] = []
    with run.fleet.gateways(changes={"limits": {"request_deadline_s": DEADLINE_S}}) as [gateway]:
        for case in CASES:
            phases = phases_of(run, gateway, case)
            goals.append(undisturbed(case, phases, free))
            goals += [in_time(case, operation, phases, needing) for operation in case.needing]
            faults += phases.faults
    return Finding("One system hangs", HOW, [free, needing], goals, faults)


def phases_of(run: Run, gateway: Gateway, case: Case) -> Phases:
    """Alternate phases without and with the fault."""
    shots = shots_of(run, case)
    run.load([gateway], shots, Closed(VIEWERS, 2 * len(shots)))
    phases = Phases()
    plan = Open(RATE, run.size.phase_s)
    for _ in range(run.size.phases):
        phases.normal.append(run.load([gateway], shots, plan))
        run.fleet.admin.hang(case.system)
        try:
            phases.hanging.append(run.load([gateway], shots, plan))
        finally:
            run.fleet.admin.heal(case.system)
        phases.faults.extend(await_recovery(run, gateway, shots))
    unexpected = [each for each in joined(phases.hanging) if not is_expected(each, case)]
    phases.faults.extend(faults_of(joined(phases.normal), f"{case.system} answering"))
    phases.faults.extend(faults_of(unexpected, f"{case.system} hanging"))
    return phases


def shots_of(run: Run, case: Case) -> list[Shot]:
    """Return requests of all the case's operations in turn, from several clients."""
    shots = []
    for isn, number in run.people.owners(CLIENTS):
        for operation in (*case.free, *case.needing):
            needs_number = operation in {"policy_page", "life_page"}
            shots.append(run.shot(operation, isn, number if needs_number else None))
    return shots


def await_recovery(run: Run, gateway: Gateway, shots: Sequence[Shot]) -> list[str]:
    """Ask until every answer is good again; return what is not by then."""
    end_s = time.monotonic() + RECOVERS_WITHIN_S
    while faults := faults_of(run.load([gateway], shots, Closed(VIEWERS, len(shots))), "a minute after the fault"):
        if time.monotonic() > end_s:
            return faults
    return []


def undisturbed(case: Case, phases: Phases, table: Table) -> Goal:
    """Compare the operations that do not need the system with themselves."""
    normal, hanging = ([times(each, case.free) for each in found] for found in (phases.normal, phases.hanging))
    ratio = Spread.of([percentile(bad, 99) / percentile(good, 99) for bad, good in zip(hanging, normal, strict=True)])
    cells = [
        Spread.of([percentile(took, percent) for took in found]).text(0)
        for percent in (50, 99)
        for found in (hanging, normal)
    ]
    answers = sum(map(len, hanging))
    table.rows.append((case.system, ", ".join(case.free), *cells, ratio.text(2), str(answers)))
    what = f"p99 of {' and '.join(case.free)} while {case.system} hangs, to normal"
    return Goal(what, f"at most {GOAL}", f"{ratio.median:.2f}", ratio.median <= GOAL)


def in_time(case: Case, operation: str, phases: Phases, table: Table) -> Goal:
    """Hold an operation that needs the system against the deadline."""
    samples = joined(phases.hanging)
    took = times(samples, [operation])
    answers = Counter(each.verdict for each in samples if each.operation == operation)
    said = ", ".join(f"{verdict}: {count}" for verdict, count in sorted(answers.items()))
    p99_s = percentile(took, 99) / 1000
    cells = [f"{value:.0f}" for value in (percentile(took, 50), p99_s * 1000, max(took))]
    table.rows.append((case.system, operation, *cells, said))
    what = f"p99 of {operation} while {case.system} hangs"
    wanted = f"the deadline, {DEADLINE_S:g} s, and a tenth for the way"
    return Goal(what, wanted, f"{p99_s:.2f} s", p99_s <= DEADLINE_S * LATE)


def times(samples: Sequence[Sample], operations: Sequence[str]) -> list[float]:
    """Return the milliseconds of some operations."""
    return [each.took_ms for each in samples if each.operation in operations]


def joined(phases: Sequence[Sequence[Sample]]) -> list[Sample]:
    """Return the samples of all phases."""
    return list(chain.from_iterable(phases))


def is_expected(sample: Sample, case: Case) -> bool:
    """Whether an answer is good, or failed as one may that needs the hanging system: each error names that system."""
    if sample.is_good:
        return True
    named = sample.verdict.removeprefix(FAILED).split(", ")
    is_failure = sample.verdict.startswith(FAILED) and sample.operation in case.needing
    return is_failure and all(each.endswith(f" of {case.system.upper()}") for each in named)

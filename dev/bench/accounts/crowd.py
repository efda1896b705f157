"""What those who read notice of many people who sign in at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from dev.bench.accounts.holders import Holder, sign_in
from dev.bench.accounts.pace import pace
from dev.bench.fleet import Gateway
from dev.bench.load import Closed, Open, Plan, Rush, Sample, Shot
from dev.bench.load.job import BUSY
from dev.bench.machine import Watch
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile
from dev.bench.table import Goal, Table
from gateway.settings import PasswordSettings

__all__ = ["OPERATION", "SHARE", "VIEWERS", "Kind", "Phase", "compared", "in_turn", "measured", "phase_of"]

OPERATION: Final = "home_screen"
VIEWERS: Final = (32, 64, 128)
SHARE: Final = 0.3
LEAD_S: Final = 1.0
"""Connections are made meanwhile; what is due before its end counts nowhere."""
GOAL: Final = 3.0
READS: Final = ("p50, ms", "p99, ms", "ratio of p99", "answers", "gateway, cores", "processors busy, %")


class Kind(StrEnum):
    """What goes on in a phase besides the reads."""

    ALONE = "alone"
    CROWD = "while people sign in"
    EQUAL = "the same, hashing at equal priority"


@dataclass(frozen=True, slots=True)
class Phase:
    """What came of one phase. ``reads_ms`` are those that count; without a crowd the rest is empty.

    Units: ``cores`` that the gateway used, ``entered_ms`` from the crowd's coming until each was in.
    """

    reads_ms: Sequence[float]
    cores: float
    busy_percent: float
    entered_ms: Sequence[float] = ()
    refusals: int = 0


def measured(
    run: Run, gateway: Gateway, equal: Gateway, people: Sequence[Holder]
) -> tuple[list[Table], list[Goal], list[str]]:
    """Find out how much can be read, then read a part of that, with the crowd and without in turn.

    ``equal`` is a gateway like the other whose hashing has the priority of everything else.
    """
    readers = [run.shot(OPERATION, isn) for isn in run.people.clients(VIEWERS[-1])]
    for each in (gateway, equal):
        run.load([each], readers, Closed(VIEWERS[0], 2 * len(readers)))
    table, capacity, faults = found_capacity(run, gateway, readers)
    rate, seconds = SHARE * capacity, run.size.crowd_phase_s
    crowd = [sign_in(each) for each in people[: run.size.crowd]]
    rush = Rush(rate, seconds, LEAD_S, crowd, PasswordSettings().wait_s)
    plans: dict[Kind, tuple[Gateway, Plan]] = {
        Kind.ALONE: (gateway, Open(rate, seconds)),
        Kind.CROWD: (gateway, rush),
        Kind.EQUAL: (equal, rush),
    }
    phases: dict[Kind, list[Phase]] = {kind: [] for kind in Kind}
    for repetition in range(run.size.pairs):
        for kind in in_turn(repetition):
            phase, bad = observed(run, *plans[kind], readers)
            phases[kind].append(phase)
            faults += [f"{kind}, {fault}" for fault in bad]
    tables, goal = compared(phases, rate, len(crowd))
    return [table, *tables], [goal], faults


def in_turn(repetition: int) -> list[Kind]:
    """Return the order of the phases: each repetition begins with another."""
    kinds = list(Kind)
    first = repetition % len(kinds)
    return kinds[first:] + kinds[:first]


def found_capacity(run: Run, gateway: Gateway, readers: Sequence[Shot]) -> tuple[Table, float, list[str]]:
    """Let viewers ask again as soon as they are answered; return the best rate of all."""
    table, faults, rates = Table((f"{OPERATION}, viewers at once", "answers/s", "p50, ms", "p99, ms")), [], []
    for viewers in VIEWERS:
        found = [
            run.load([gateway], readers[:viewers], Closed(viewers, 2 * run.size.requests))
            for _ in range(run.size.repetitions)
        ]
        faults += [fault for samples in found for fault in faults_of(samples, f"{viewers} viewers")]
        rate = Spread.of([pace(samples) for samples in found])
        took = [each.took_ms for samples in found for each in samples]
        rates.append(rate.median)
        table.rows.append((str(viewers), rate.text(0), f"{percentile(took, 50):.0f}", f"{percentile(took, 99):.0f}"))
    return table, max(rates), faults


def observed(run: Run, gateway: Gateway, plan: Plan, readers: Sequence[Shot]) -> tuple[Phase, list[str]]:
    """Run one phase and look at the processors before and after."""
    watch, before_s = Watch(), gateway.cpu_s()
    samples = run.load([gateway], readers, plan)
    used_s, busy = gateway.cpu_s() - before_s, watch.busy_percent()
    crowd = len(plan.crowd) if isinstance(plan, Rush) else 0
    return phase_of(samples, used_s, busy), unexpected(samples, crowd)


def phase_of(samples: Sequence[Sample], used_s: float, busy_percent: float) -> Phase:
    """Sum up: the reads that were due after the lead and, with a crowd, before the last of it was in."""
    lead_ms = LEAD_S * 1000
    tries = [each for each in samples if each.operation != OPERATION]
    entered = [each.due_ms + each.took_ms - lead_ms for each in tries if each.is_good]
    ended_ms = max((each.due_ms + each.took_ms for each in samples), default=0.0)
    until_ms = lead_ms + max(entered) if entered else ended_ms
    reads = [each.took_ms for each in samples if each.operation == OPERATION and lead_ms <= each.due_ms < until_ms]
    return Phase(reads, used_s * 1000 / ended_ms, busy_percent, entered, sum(each.verdict == BUSY for each in tries))


def unexpected(samples: Sequence[Sample], crowd: int) -> list[str]:
    """Say which answers were not good, and how many of the crowd did not get in; told to come again is no fault."""
    faults = faults_of(
        [each for each in samples if each.verdict != BUSY or each.operation == OPERATION], "reads and crowd"
    )
    outside = crowd - sum(each.is_good for each in samples if each.operation != OPERATION)
    return [*faults, f"{outside} of {crowd} did not get in"] if outside else faults


def compared(phases: Mapping[Kind, Sequence[Phase]], rate: float, crowd: int) -> tuple[tuple[Table, Table], Goal]:
    """Hold the phases with the crowd against those without, repetition by repetition."""
    reads = Table((f"{OPERATION}, {rate:.0f} a second", *READS))
    entering = Table((f"{crowd} people at once", "first in, s", "half of them, s", "last in, s", "told to come again"))
    found = {}
    for kind, each in phases.items():
        ratio = Spread.of(ratios(phases[Kind.ALONE], each))
        found[kind] = ratio.median
        reads.rows.append(
            (
                kind,
                *(Spread.of([percentile(one.reads_ms, part) for one in each]).text(0) for part in (50, 99)),
                "" if kind is Kind.ALONE else ratio.text(2),
                str(sum(len(one.reads_ms) for one in each)),
                Spread.of([one.cores for one in each]).text(2),
                Spread.of([one.busy_percent for one in each]).text(0),
            )
        )
        if kind is not Kind.ALONE:
            entering.rows.append((kind, *entered(each)))
    what = f"p99 of {OPERATION} at {SHARE:.0%} of capacity while {crowd} sign in at once, to alone"
    ratio_found = found[Kind.CROWD]
    return (reads, entering), Goal(what, f"at most {GOAL:g}", f"{ratio_found:.2f}", ratio_found <= GOAL)


def ratios(calm: Sequence[Phase], crowded: Sequence[Phase]) -> list[float]:
    """Return the p99 of reads to that of the same repetition without a crowd."""
    return [
        percentile(with_.reads_ms, 99) / percentile(without.reads_ms, 99)
        for without, with_ in zip(calm, crowded, strict=True)
    ]


def entered(phases: Sequence[Phase]) -> list[str]:
    """Tell when the first, half and the last were in, and how many tries were refused."""
    seconds = [sorted(took / 1000 for took in each.entered_ms) for each in phases]
    return [
        Spread.of([each[0] for each in seconds]).text(2),
        Spread.of([median(each) for each in seconds]).text(1),
        Spread.of([each[-1] for each in seconds]).text(1),
        Spread.of([each.refusals for each in phases]).text(0),
    ]

"""One system takes every call and answers none: what becomes of operations that need it, and of those that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from dev.bench.load import Alternating, Phase, Sample, Shot
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile
from dev.bench.table import Finding, Goal, Table

__all__ = ["measure"]

DEADLINE_S: Final = 2.0
CLIENTS: Final = 8
GOAL: Final = 1.2
LATE: Final = 1.1
FAILED: Final = "error "
HOW: Final = f"""\
Requests come at a fixed rate whatever becomes of the earlier ones, and their time counts from when they were due (open
loop, no coordinated omission). Phases without and with the fault take turns and are compared in pairs, of which the
median counts; the fault is switched on just before its phase, so the time until the gateway notices is part of it. The
deadline of a request is {DEADLINE_S:g} s here.

An operation that needs the hanging system is answered with what the others know and an error that names the system: it
is expected then, and counted. The home screen tells of an absent claims core among its reminders, without an error."""


@dataclass(frozen=True, slots=True)
class Case:
    """A system, operations that need it, and operations that do not. Units: ``rate`` of all together, a second."""

    system: str
    needing: tuple[str, ...]
    free: tuple[str, ...]
    rate: float


CASES: Final = (
    Case("policy_core", needing=("home_screen",), free=("life_contracts",), rate=40),
    Case("claims_core", needing=("home_screen", "claim_list"), free=("policy_page", "life_page"), rate=32),
    Case("life_valuation", needing=("home_screen", "life_page"), free=("policy_page", "claim_list"), rate=32),
)


def measure(run: Run) -> Finding:
    """Let one system after another hang."""
    free = Table(("hangs", "need it not", "p50, ms", "normal", "p99, ms", "normal", "ratio of p99", "answers"))
    needing = Table(("hangs", "needs it", "p50, ms", "p99, ms", "last, ms", "answered with"))
    goals: list[Goal] = []
    faults: list[str] = []
    with run.fleet.gateways(changes={"limits": {"request_deadline_s": DEADLINE_S}}) as gateways:
        for case in CASES:
            shots = shots_of(run, case)
            switches = f"{run.fleet.stack.systems[case.system].admin_url}/faults"
            plan = Alternating(case.rate, run.size.phase_s, run.size.pairs, switches)
            samples = run.load(gateways, shots, plan, warm_up=2 * len(shots))
            goals.append(undisturbed(case, samples, free))
            goals += [in_time(case, operation, samples, needing) for operation in case.needing]
            faults += unexpected(case, samples)
    return Finding("One system hangs", HOW, [free, needing], goals, faults)


def shots_of(run: Run, case: Case) -> list[Shot]:
    """Return requests of all the case's operations in turn, from several clients."""
    shots = []
    for isn, number in run.people.owners(CLIENTS):
        for operation in (*case.free, *case.needing):
            needs_number = operation in {"policy_page", "life_page"}
            shots.append(run.shot(operation, isn, number if needs_number else None))
    return shots


def undisturbed(case: Case, samples: Sequence[Sample], table: Table) -> Goal:
    """Compare the operations that do not need the system with themselves."""
    normal, hanging = (by_pair(samples, phase, case.free) for phase in (Phase.NORMAL, Phase.HANGING))
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


def in_time(case: Case, operation: str, samples: Sequence[Sample], table: Table) -> Goal:
    """Hold an operation that needs the system against the deadline."""
    took = list(chain.from_iterable(by_pair(samples, Phase.HANGING, [operation])))
    answers = Counter(each.verdict for each in samples if each.operation == operation and each.phase is Phase.HANGING)
    said = ", ".join(f"{verdict}: {count}" for verdict, count in sorted(answers.items()))
    p99_s = percentile(took, 99) / 1000
    cells = [f"{value:.0f}" for value in (percentile(took, 50), p99_s * 1000, max(took))]
    table.rows.append((case.system, operation, *cells, said))
    what = f"p99 of {operation} while {case.system} hangs"
    wanted = f"the deadline, {DEADLINE_S:g} s, and a tenth for the way"
    return Goal(what, wanted, f"{p99_s:.2f} s", p99_s <= DEADLINE_S * LATE)


def by_pair(samples: Sequence[Sample], phase: Phase, operations: Sequence[str]) -> list[list[float]]:
    """Return the milliseconds of some operations in a phase, pair by pair."""
    found: dict[int, list[float]] = {}
    for each in samples:
        if each.phase is phase and each.operation in operations:
            found.setdefault(each.pair, []).append(each.took_ms)
    return [found[pair] for pair in sorted(found)]


def unexpected(case: Case, samples: Sequence[Sample]) -> list[str]:
    """Say which answers were not as they must be, phase by phase."""
    wrong = [each for each in samples if each.phase is not Phase.HANGING or not is_expected(each, case)]
    return [
        fault
        for phase in Phase
        for fault in faults_of([each for each in wrong if each.phase is phase], f"{case.system}, {phase}")
    ]


def is_expected(sample: Sample, case: Case) -> bool:
    """Whether an answer is good, or failed as one may that needs the hanging system: each error names that system."""
    if sample.is_good:
        return True
    named = sample.verdict.removeprefix(FAILED).split(", ")
    is_failure = sample.verdict.startswith(FAILED) and sample.operation in case.needing
    return is_failure and all(each.endswith(f" of {case.system.upper()}") for each in named)

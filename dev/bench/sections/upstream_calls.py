"""What many viewers at once ask of the systems, with and without coalescing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dev.bench.admin import SIGN_INS
from dev.bench.load import Closed, Sample
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile
from dev.bench.table import Finding, Goal, Table
from dev.demo.files import Changes

__all__ = ["measure"]

OPERATION: Final = "home_screen"
WARM_UPS: Final = 2
HOW: Final = """\
The home screen for {viewers} viewers at once, each a client of its own who asks again as soon as the answer is there
(closed loop), {requests} answers a repetition, each checked to show its own client's name, policies and payouts.
Valuations and renewal offers are warm. Calls are counted by the simulators; log-ins are left out. A system's line is
the sum of its operations. `GetRenewalOptions` takes one policy a call by its contract: offers are kept, not shared."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One repetition. ``calls`` and ``keys`` are a single answer's, by system and operation."""

    calls: Mapping[tuple[str, str], float]
    keys: Mapping[tuple[str, str], float]
    samples: Sequence[Sample]

    def of_system(self, system: str) -> float:
        """Return a system's calls for one answer."""
        return sum(calls for (owner, _), calls in self.calls.items() if owner == system)


def measure(run: Run) -> Finding:
    """Count with coalescing and without, in turn."""
    ways: dict[str, Changes] = {"coalesced": {}, "each for itself": {"coalescing": {"enabled": False}}}
    counted: dict[str, list[Counted]] = {way: [] for way in ways}
    for _ in range(run.size.repetitions):
        for way, changes in ways.items():
            counted[way].append(count(run, changes))
    how = HOW.format(viewers=run.size.viewers, requests=run.size.requests)
    faults = [fault for way, found in counted.items() for each in found for fault in faults_of(each.samples, way)]
    systems = list(run.fleet.stack.systems)
    goals = [goal(system, counted["coalesced"]) for system in systems]
    return Finding(
        "Upstream calls under concurrency", how, [calls_table(systems, counted), pace(counted)], goals, faults
    )


def count(run: Run, changes: Changes) -> Counted:
    """Warm a new gateway up, then count."""
    admin = run.fleet.admin
    shots = [run.shot(OPERATION, isn) for isn in run.people.clients(run.size.viewers)]
    with run.fleet.gateways(changes=changes) as gateways:
        run.load(gateways, shots, Closed(run.size.viewers, WARM_UPS * run.size.viewers))
        admin.forget()
        samples = run.load(gateways, shots, Closed(run.size.viewers, run.size.requests))
        seen = {
            (system, name): counts
            for system in admin.systems
            for name, counts in admin.counts(system).items()
            if name not in SIGN_INS
        }
    calls = {place: counts["calls"] / len(samples) for place, counts in seen.items()}
    keys = {place: counts["keys"] / len(samples) for place, counts in seen.items()}
    return Counted(calls, keys, samples)


def calls_table(systems: Sequence[str], counted: Mapping[str, Sequence[Counted]]) -> Table:
    """Tell the calls of one answer, by system and by operation."""
    table = Table(("calls for one answer", *counted, "keys a call, coalesced"))
    places = sorted({place for found in counted.values() for each in found for place in each.calls})
    for system in systems:
        totals = [Spread.of([each.of_system(system) for each in found]).text(2) for found in counted.values()]
        table.rows.append((f"**{system}**", *totals, ""))
        for place in places:
            if place[0] == system:
                cells = [
                    Spread.of([each.calls.get(place, 0.0) for each in found]).text(2) for found in counted.values()
                ]
                table.rows.append((place[1], *cells, batch_size(counted["coalesced"], place)))
    return table


def batch_size(found: Sequence[Counted], place: tuple[str, str]) -> str:
    """Write how many keys a call carried."""
    sizes = [each.keys[place] / each.calls[place] for each in found if each.calls.get(place)]
    return Spread.of(sizes).text(1) if sizes else ""


def pace(counted: Mapping[str, Sequence[Counted]]) -> Table:
    """Tell how fast it went meanwhile."""
    table = Table(("meanwhile", "answers/s", "p50, ms", "p99, ms"))
    for way, found in counted.items():
        rates = [len(each.samples) * 1000 / max(one.due_ms + one.took_ms for one in each.samples) for each in found]
        took = [one.took_ms for each in found for one in each.samples]
        table.rows.append((way, Spread.of(rates).text(0), f"{percentile(took, 50):.0f}", f"{percentile(took, 99):.0f}"))
    return table


def goal(system: str, found: Sequence[Counted]) -> Goal:
    """Hold a system's calls against the goal."""
    most = max(each.of_system(system) for each in found)
    return Goal(f"calls to {system} for one home screen", "below 1", f"{most:.2f}", most < 1)

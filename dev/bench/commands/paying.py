"""The whole way of a command: customers wish to pay over HTTP, a worker delivers, the database keeps the times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from dev.bench.accounts.pace import pace
from dev.bench.admin import Admin
from dev.bench.commands.accepting import Desk
from dev.bench.commands.backlogs import at_desk, settings
from dev.bench.commands.customers import Customer, signed_in
from dev.bench.commands.ledger import Kept, Ledger
from dev.bench.fleet import Gateway, cpu_s
from dev.bench.load import Once, Open, Sample, Shot
from dev.bench.run import Run, faults_of
from dev.bench.unbound import UNBOUND
from dev.processes import Child

__all__ = ["A_SECOND", "Begun", "Phase", "amiss", "in_turn", "measured"]

A_SECOND: Final = 10.0
WITHIN_S: Final = 120.0
COMMANDS: Final = 2
"""Of one payment: the bill is made out, and its order opened."""
FIRST_OF_ALL: Final = 20
"""Payments that leave no trace: connections are made and statements prepared meanwhile."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Wishes that were granted. Units: ``rate`` a second; ``gateway_ms`` of processor and ``calls`` for one."""

    rate: float
    gateway_ms: float
    calls: float


@dataclass(frozen=True, slots=True)
class Phase:
    """What came of one phase, while so many commands waited for another system.

    Units: ``took_ms`` from accepted to done and ``answered_ms``, of payments at a fixed pace; ``first`` and ``again``,
    as many as can be, then the same keys; ``done_rate`` commands a second, ``worker_ms`` of processor for one.
    """

    waiting: int
    took_ms: Sequence[float]
    answered_ms: Sequence[float]
    first: Begun
    again: Begun
    done_rate: float
    worker_ms: float


@dataclass(frozen=True, slots=True)
class House:
    """What runs: a gateway that lets customers wait for the address, one that does not, and who comes next."""

    run: Run
    patient: Gateway
    brisk: Gateway
    customers: Iterator[Customer]

    def next(self, many: int) -> list[Customer]:
        """Return customers who have not been here."""
        return list(islice(self.customers, many))

    @property
    def admin(self) -> Admin:
        """The admin ports of the systems, and of the acquirer."""
        stack = self.run.fleet.stack
        assert stack.acquirer is not None
        return Admin({**stack.systems, "acquirer": stack.acquirer})


def measured(run: Run) -> tuple[list[Phase], list[str]]:
    """Measure with nothing that waits and with many, in turn; return the faults too."""
    size, database = run.size, run.fleet.stack.database
    assert database is not None
    waits = list(in_turn(size.waiting, size.rounds))
    at_desk(run, lambda desk: desk.set_aside(size.waiting))
    customers = signed_in(run.people, database.address(), len(waits) * (FIRST_OF_ALL + size.probes + size.payments))
    changes = {**settings(run), "throttle": UNBOUND}
    brisk = {**changes, "acquirer": {**changes["acquirer"], "patience_s": 0.0}}
    with run.fleet.gateways(changes=changes) as [one], run.fleet.gateways(changes=brisk) as [other]:
        house = House(run, one, other, iter(customers))
        found = [phase(house, waiting) for waiting in waits]
    return [each for each, _ in found], [fault for _, faults in found for fault in faults]


def in_turn(waiting: int, rounds: int) -> Iterator[int]:
    """Yield how many wait in each phase: none and many, who goes first changes with every round."""
    for round_ in range(rounds):
        yield from (0, waiting) if round_ % 2 == 0 else (waiting, 0)


def phase(house: House, waiting: int) -> tuple[Phase, list[str]]:
    """Measure one phase, with a worker of its own; return the faults too."""
    run = house.run

    async def measure(desk: Desk) -> tuple[Phase, list[str]]:
        if waiting:
            await desk.park()
        with run.fleet.workers(1, settings(run)) as [worker]:
            await warmed_up(house, desk)
            took_ms, paced, bad = await at_a_pace(house, desk)
            first, again, rate, worker_ms, wrong = await in_numbers(house, desk, worker)
        answered_ms = [each.took_ms for each in paced]
        return Phase(waiting, took_ms, answered_ms, first, again, rate, worker_ms), [*bad, *wrong]

    found, faults = at_desk(run, measure)
    return found, [f"{waiting:,} waiting, {fault}" for fault in faults]


async def warmed_up(house: House, desk: Desk) -> None:
    """Have some pay before anything is measured, when the worker is at work: its start is not what is measured."""
    customers = house.next(FIRST_OF_ALL)
    samples = house.run.load([house.patient, house.brisk], wishes(customers), Once(FIRST_OF_ALL))
    await ledger_of(desk, customers).opened(good(samples), WITHIN_S)


async def at_a_pace(house: House, desk: Desk) -> tuple[list[float], list[Sample], list[str]]:
    """Have customers come at a fixed pace; return how long each took, the answers, and what was wrong."""
    customers = house.next(house.run.size.probes)
    samples = house.run.load([house.patient], wishes(customers), Open(A_SECOND, len(customers) / A_SECOND))
    kept = await ledger_of(desk, customers).opened(good(samples), WITHIN_S)
    faults = [*faults_of(samples, "at a pace"), *amiss(kept, len(customers), "at a pace")]
    return [1000 * took for took in kept.took_s], samples, faults


async def in_numbers(house: House, desk: Desk, worker: Child) -> tuple[Begun, Begun, float, float, list[str]]:
    """Have customers come as fast as they are answered, then once more with the same keys."""
    customers = house.next(house.run.size.payments)
    shots, ledger = wishes(customers), ledger_of(desk, customers)
    before_s = cpu_s(worker)
    house.admin.forget()
    first, samples = begun(house, shots)
    kept = await ledger.opened(good(samples), WITHIN_S)
    calls = sum(house.admin.calls().values()) / len(shots)
    worker_ms = 1000 * (cpu_s(worker) - before_s) / max(1, kept.commands)
    house.admin.forget()
    again, repeated = begun(house, shots)
    calls_again = sum(house.admin.calls().values()) / len(shots)
    faults = [
        *faults_of([*samples, *repeated], "in numbers"),
        *amiss(await ledger.kept(), len(customers), "in numbers"),
    ]
    return Begun(*first, calls), Begun(*again, calls_again), kept.rate, worker_ms, faults


def begun(house: House, shots: Sequence[Shot]) -> tuple[tuple[float, float], list[Sample]]:
    """Send wishes to the gateway that lets nobody wait; return rate and processor time for one, and the answers."""
    before_s = house.brisk.cpu_s()
    samples = house.run.load([house.brisk], shots, Once(house.run.size.payers))
    used_ms = 1000 * (house.brisk.cpu_s() - before_s)
    return (pace(samples), used_ms / len(shots)), samples


def amiss(kept: Kept, wishes: int, where: str) -> list[str]:
    """Say what was not done exactly once: a payment of each wish, two commands of each payment, all of them done."""
    if kept.payments != wishes:
        return [f"{where}: {kept.payments} payments of {wishes} wishes"]
    if not kept.commands == kept.done == COMMANDS * wishes:
        return [f"{where}: {kept.commands} commands for {wishes} payments, {kept.done} of them done"]
    return []


def good(samples: Sequence[Sample]) -> int:
    """Count what was granted: nobody waits for what was not, which is a fault of its own."""
    return sum(each.is_good for each in samples)


def wishes(customers: Sequence[Customer]) -> list[Shot]:
    """Return a wish of each."""
    return [each.wish() for each in customers]


def ledger_of(desk: Desk, customers: Sequence[Customer]) -> Ledger:
    """Return the payments of these."""
    return Ledger(desk.store, [each.account for each in customers])

"""What coalescing must do, as a simulation without tasks, futures or timers: one event after another."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count, groupby
from math import inf

from domain.errors import SourceGarbled, SourceTimeout
from domain.ports import Outcome
from gateway.sources.batches import CoalescingRules
from gateway.sources.bisection import BisectionBudget
from gateway.sources.coalesced import ROUNDING_S
from gateway.sources.resilient.rejections import TooLate
from tests.unit.gateway.sources.scripted import SOURCE, Asked, Line, ticks

__all__ = ["Model", "Visit", "told"]

LATE = SourceTimeout(SOURCE, "Get", "too slow")


@dataclass(frozen=True, slots=True)
class Visit:
    """One caller: when it comes, until when it waits, when it is cancelled, if ever, and how old an answer it takes."""

    at_s: float
    keys: tuple[str, ...]
    until_s: float
    leaves_s: float = inf
    since_s: float = -inf


@dataclass(eq=False, slots=True)
class Guest:
    """A visit on its way. ``told`` is what it gets, None when it was cancelled."""

    visit: Visit
    waits_for: dict[str, Flight] = field(default_factory=dict)
    got: dict[str, Outcome[str]] = field(default_factory=dict)
    told: tuple[str, ...] | None = None
    left_s: float = inf


@dataclass(eq=False, slots=True)
class Flight:
    """A batch; what it brings is not older than ``not_older_s``. Keys stay listed when nobody wants them any more."""

    wanted_by: dict[str, list[Guest]] = field(default_factory=dict)
    people: list[Guest] = field(default_factory=list)
    not_older_s: float = -inf
    since_s: float = inf
    until_s: float = inf
    calls: list[Asked] = field(default_factory=list)
    answers: dict[str, Outcome[str]] = field(default_factory=dict)
    is_bisected: bool = False


def told(outcomes: Iterable[Outcome[str]]) -> tuple[str, ...]:
    """Write outcomes down so that they can be compared."""
    return tuple(type(each).__name__ if isinstance(each, SourceTimeout) else str(each) for each in outcomes)


class Model:
    """Plays visits through and keeps what was asked and what each visit was told."""

    def __init__(self, script: dict[str, Line], tick_s: float, rules: CoalescingRules, budget: BisectionBudget) -> None:
        self.script, self.tick_s, self.rules, self.budget = script, tick_s, rules, budget
        self.asked: list[Asked] = []
        self.sizes: list[int] = []
        self.joins = 0
        self.now_s = 0.0
        self.collecting: dict[bool, Flight] = {}
        self.newest: dict[str, Flight] = {}
        self.full: list[Flight] = []
        self.under_way: list[Flight] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def play(self, visits: Sequence[Visit]) -> list[Guest]:
        guests = [Guest(visit) for visit in visits]
        arrivals = sorted(guests, key=lambda guest: guest.visit.at_s)
        for at_s, group in groupby(arrivals, key=lambda guest: guest.visit.at_s):
            self.at(at_s, partial(self.arrive, tuple(group)))
        while self._events:
            self.now_s, _, happen = heapq.heappop(self._events)
            happen()
            self.depart()
        return guests

    def at(self, at_s: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at_s, next(self._order), happen))

    def arrive(self, together: Sequence[Guest]) -> None:
        for guest in together:
            self.at(guest.visit.until_s, partial(self.run_out, guest))
            self.at(guest.visit.leaves_s, partial(self.leave, guest, is_cancelled=True))
            for key in dict.fromkeys(guest.visit.keys):
                self.board(guest, key)
            self.finish(guest)

    def board(self, guest: Guest, key: str) -> None:
        since_s, is_strict = guest.visit.since_s, guest.visit.since_s > -inf
        flight = self.newest.get(key)
        flights = [*self.under_way, *self.full, *self.collecting.values()]
        if flight is None or flight not in flights or key not in flight.wanted_by or not self.suits(flight, since_s):
            flight = self.newest[key] = self.collecting.setdefault(is_strict, Flight(not_older_s=since_s))
            flight.wanted_by.setdefault(key, [])
            if len(flight.wanted_by) == self.rules.max_batch:
                self.full.append(self.collecting.pop(is_strict))
        if flight in self.under_way:
            self.joins += 1
        elif is_strict:
            flight.not_older_s = max(flight.not_older_s, since_s)
        flight.wanted_by[key].append(guest)
        guest.waits_for[key] = flight
        if guest not in flight.people:
            flight.people.append(guest)

    def suits(self, flight: Flight, since_s: float) -> bool:
        """Who named no instant takes anything, who did only what was asked for as strictly."""
        is_strict, is_there_yet = flight.not_older_s > -inf, flight not in self.under_way
        return since_s == -inf or (is_strict and (is_there_yet or flight.not_older_s >= since_s))

    def depart(self) -> None:
        holding = [each for each in self.under_way if each.since_s + self.rules.hold_s > self.now_s]
        ready, self.full = self.full, []
        if len(holding) < self.rules.in_flight:
            ready += self.collecting.values()
            self.collecting.clear()
        for flight in ready:
            self.launch(flight)

    def launch(self, flight: Flight) -> None:
        flight.wanted_by = {key: guests for key, guests in flight.wanted_by.items() if guests}
        if flight.wanted_by:
            flight.since_s = self.now_s
            longest_s = max(guest.visit.until_s for guest in flight.people)
            flight.until_s = max(longest_s, self.now_s + self.rules.patience_s)
            self.under_way.append(flight)
            self.budget.earn()
            self.sizes.append(len(flight.wanted_by))
            self.at(self.now_s + self.rules.hold_s, lambda: None)
            self.ask(flight, list(flight.wanted_by))

    def ask(self, flight: Flight, keys: list[str]) -> None:
        call = Asked(tuple(keys), self.now_s, flight.until_s, flight.not_older_s)
        own_s = self.tick_s * ticks(call)
        fails_s = max(self.now_s, flight.until_s - own_s)
        self.asked.append(call)
        flight.calls.append(call)
        lines = [self.script[key] for key in keys]
        takes_s = max(line.after_s for line in lines) + own_s
        poison = next((line.poison for line in lines if line.poison), None)
        if self.now_s + takes_s > fails_s:
            answers: dict[str, Outcome[str]] = dict.fromkeys(keys, LATE)
        elif poison:
            answers = dict.fromkeys(keys, poison)
        else:
            answers = {key: line.answer or f"value of {key}" for key, line in zip(keys, lines, strict=True)}
        self.at(min(self.now_s + takes_s, fails_s), lambda: self.answer(flight, call, answers))

    def answer(self, flight: Flight, call: Asked, answers: dict[str, Outcome[str]]) -> None:
        if call.cancelled:
            return
        call.ended_s = self.now_s
        flight.answers |= answers
        if any(each.ended_s == inf for each in flight.calls):
            return
        outcomes = list(flight.answers.values())
        is_whole = len(outcomes) > 1 and all(each is outcomes[0] for each in outcomes)
        blames = is_whole and isinstance(outcomes[0], SourceGarbled)
        if blames and not flight.is_bisected and flight.until_s > self.now_s and self.budget.spend():
            flight.is_bisected = True
            keys = list(flight.answers)
            self.ask(flight, keys[: len(keys) // 2])
            self.ask(flight, keys[len(keys) // 2 :])
            return
        self.land(flight)

    def land(self, flight: Flight) -> None:
        self.under_way.remove(flight)
        is_over = flight.until_s <= self.now_s + ROUNDING_S
        for guest in tuple(flight.people):
            for key in [key for key, each in guest.waits_for.items() if each is flight]:
                del guest.waits_for[key]
                outcome = flight.answers[key]
                has_time = guest.visit.until_s > max(flight.until_s, self.now_s)
                if has_time and isinstance(outcome, SourceTimeout if is_over else TooLate):
                    self.board(guest, key)
                else:
                    guest.got[key] = outcome
            self.finish(guest)

    def finish(self, guest: Guest) -> None:
        if not guest.waits_for and guest.left_s == inf:
            guest.left_s = self.now_s
            guest.told = told(guest.got[key] for key in guest.visit.keys)

    def run_out(self, guest: Guest) -> None:
        if any(flight.until_s > guest.visit.until_s for flight in guest.waits_for.values()):
            self.leave(guest, is_cancelled=False)

    def leave(self, guest: Guest, *, is_cancelled: bool) -> None:
        if guest.left_s < inf:
            return
        guest.left_s = self.now_s
        if not is_cancelled:
            guest.told = told(guest.got.get(key, LATE) for key in guest.visit.keys)
        for key, flight in guest.waits_for.items():
            flight.wanted_by[key].remove(guest)
            if guest in flight.people:
                flight.people.remove(guest)
            if not flight.people and flight in self.under_way:
                self.under_way.remove(flight)
                for call in flight.calls:
                    if call.ended_s == inf:
                        call.cancelled, call.ended_s = True, self.now_s

"""Random readers of several processes, holders that die and a store that goes: computations counted, all answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain import models
from domain.errors import SourceTimeout
from domain.ports import Call, Outcome
from gateway.sources.computing import OVERTIME_S
from tests.unit.gateway.sources.caches import POLICY
from tests.unit.gateway.sources.fakes import valuation
from tests.unit.gateway.sources.shared_model import ModelProcess, Server
from tests.unit.gateway.sources.virtual_time import run

KEYS = ("A", "B", "C")
PROCESSES = 3
SLOT_S = 1 / 8
WITHIN_S = (0.5, 2.0, 20.0)
LATENCY_S = 2.0**-7
LOOKS = 80
LATE_S = 1000.0
"""What a computation takes that ignores its deadline."""

QUIET_S = 40.0
"""Longer than a computation may take, with the time that it is given to say that it was too long."""

ENDS_S = 300.0
"""Longer than any deadline, lease and computation one after the other; nobody may wait so long."""

MODEL_POLICY = replace(POLICY, lease_s=3.0, patience_s=30.0)


@dataclass(frozen=True, slots=True)
class Reader:
    """One call: where, when, what for and with how much time; ``leaves_after_s``: cancelled then."""

    process: int
    at_s: float
    keys: tuple[str, ...]
    within_s: float
    leaves_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What happens. ``takes_s``: how long the engine computes, one batch after the other, in turn.

    ``patience_s``: how long it takes to give up a store that is away.
    """

    readers: tuple[Reader, ...]
    takes_s: tuple[float, ...]
    deaths: tuple[float, ...] = ()
    outages: tuple[tuple[float, float], ...] = ()
    patience_s: float = 0.0

    @property
    def keys(self) -> set[str]:
        return {key for reader in self.readers for key in reader.keys}


@dataclass(eq=False, slots=True)
class Engine:
    """Computes what it is asked, and counts."""

    takes_s: tuple[float, ...]
    batches: list[tuple[str, ...]] = field(default_factory=list)

    async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        takes_s = self.takes_s[len(self.batches) % len(self.takes_s)]
        self.batches.append(tuple(keys))
        await asyncio.sleep(takes_s)
        return [valuation(key) for key in keys]

    def computed(self, key: str) -> int:
        return sum(key in batch for batch in self.batches)


# Readers come together; all else happens between any two steps that an exchange has.
times = st.integers(0, 80).map(lambda slots: slots * SLOT_S)
moments = st.builds(lambda at_s, nth: at_s + nth * LATENCY_S / 2, times, st.integers(0, 15))


@st.composite
def readers(draw: st.DrawFn, *, leave: bool) -> Reader:
    return Reader(
        draw(st.integers(0, PROCESSES - 1)),
        draw(times),
        tuple(draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))),
        draw(st.sampled_from(WITHIN_S)),
        draw(st.none() | moments) if leave else None,
    )


def stories(
    takes_s: tuple[float, ...] = (0.25, 1.0, 5.0, 12.0), *, deaths: int = 0, outages: int = 0, leave: bool = True
) -> st.SearchStrategy[Story]:
    lasts = st.tuples(moments, st.integers(1, 40).map(lambda slots: slots * SLOT_S))
    return st.builds(
        Story,
        st.lists(readers(leave=leave), min_size=1, max_size=25).map(tuple),
        st.lists(st.sampled_from(takes_s), min_size=1, max_size=4).map(tuple),
        st.lists(moments, max_size=deaths).map(tuple),
        st.lists(lasts, max_size=outages).map(tuple),
        st.sampled_from([0.0, 0.5]),
    )


@dataclass(eq=False, slots=True)
class Stage:
    """Where a story is played; whoever dies is there again at once, as a new process."""

    story: Story
    engine: Engine
    server: Server
    processes: list[ModelProcess] = field(default_factory=list)
    born: int = 0
    died: int = 0
    answers: list[tuple[Reader, float, Sequence[Outcome[models.LifeValuation]]]] = field(default_factory=list)

    async def play(self) -> None:
        self.processes.extend(self._new() for _ in range(PROCESSES))
        async with asyncio.timeout(ENDS_S), asyncio.TaskGroup() as parts:
            for reader in self.story.readers:
                parts.create_task(self._reads(reader))
            for at_s in self.story.deaths:
                parts.create_task(self._dies(at_s))
            parts.create_task(self._goes())
            parts.create_task(asyncio.sleep(times_end_s(self.story) + QUIET_S))
        for each in self.processes:
            assert not any(each.cached.parts.computing.running(each.cached.name(key).entry) for key in KEYS)
            assert not each.announcements.expected
            await each.cached.close()

    def _new(self) -> ModelProcess:
        self.born += 1
        return ModelProcess(self.server, f"process {self.born}", self.engine, MODEL_POLICY)

    async def _reads(self, reader: Reader) -> None:
        await asyncio.sleep(reader.at_s)
        began_s = asyncio.get_running_loop().time()
        asked = self.processes[reader.process].ask(*reader.keys, within_s=reader.within_s)
        await asyncio.wait({asked}, timeout=reader.leaves_after_s)
        asked.cancel()
        await asyncio.wait({asked})
        if not asked.cancelled():
            self.answers.append((reader, asyncio.get_running_loop().time() - began_s, asked.result()))
        else:
            # Only who left, or whose process died, goes without an answer.
            took_s = asyncio.get_running_loop().time() - began_s
            assert took_s == reader.leaves_after_s or self.died

    async def _dies(self, at_s: float) -> None:
        """Kill the next to compute something, from some moment on, if anybody does soon."""
        await asyncio.sleep(at_s)
        for _ in range(LOOKS):
            for index, each in enumerate(self.processes):
                if any(each.cached.parts.computing.running(each.cached.name(key).entry) for key in KEYS):
                    self.died += 1
                    self.processes[index] = self._new()
                    await each.die()
                    return
            await asyncio.sleep(3 * LATENCY_S)

    async def _goes(self) -> None:
        """Lose the server for a while, again and again."""
        for at_s, for_s in sorted(self.story.outages):
            await asyncio.sleep(max(0.0, at_s - asyncio.get_running_loop().time()))
            self.server.go()
            await asyncio.sleep(for_s)
            self.server.come_back()


def times_end_s(story: Story) -> float:
    """Return when nobody new comes and nothing new happens any more."""
    outages = sum(for_s for _, for_s in story.outages)
    return max(each.at_s + each.within_s for each in story.readers) + outages


def played(story: Story) -> Stage:
    """Play a story to its end; everybody must have been answered, in time, with what they asked for."""
    stage = Stage(story, Engine(story.takes_s), Server(LATENCY_S, story.patience_s))
    run(stage.play(), sweep=False)
    for reader, took_s, outcomes in stage.answers:
        # The exchange that is on its way when the time is over is waited for, and so is a computation in its overtime.
        overtime_s = OVERTIME_S if LATE_S in story.takes_s else 0.0
        assert took_s <= reader.within_s + 2 * LATENCY_S + story.patience_s + overtime_s
        for key, outcome in zip(reader.keys, outcomes, strict=True):
            if isinstance(outcome, SourceTimeout):
                assert took_s >= reader.within_s
            else:
                assert isinstance(outcome, models.LifeValuation)
                assert outcome.number == key
    return stage


@settings(max_examples=60, deadline=None)
@given(stories())
def test_while_nobody_dies_each_contract_is_computed_exactly_once(story: Story) -> None:
    stage = played(story)
    # Who leaves while a lease is on its way takes it along; then it takes somebody who waits for that to end.
    stayed = {key for each in story.readers if each.within_s > 3 and each.leaves_after_s is None for key in each.keys}
    for key in story.keys:
        assert stage.engine.computed(key) <= 1
        assert stage.engine.computed(key) == 1 or key not in stayed


@settings(max_examples=60, deadline=None)
@given(stories(deaths=4))
def test_each_holder_that_dies_costs_one_computation_at_most(story: Story) -> None:
    stage = played(story)
    event(f"{stage.died} died")
    for key in story.keys:
        assert stage.engine.computed(key) <= 1 + stage.died


@settings(max_examples=60, deadline=None)
@given(stories((0.25, 1.0), deaths=4, leave=False))
def test_who_has_time_for_that_outlives_holders_that_die(story: Story) -> None:
    for reader, _, outcomes in played(story).answers:
        if reader.within_s == max(WITHIN_S):
            assert all(isinstance(outcome, models.LifeValuation) for outcome in outcomes)


@settings(max_examples=60, deadline=None)
@given(stories((0.25, 5.0, LATE_S), deaths=2, outages=1))
def test_a_computation_that_ignores_its_deadline_holds_up_nobody_after_that(story: Story) -> None:
    stage = played(story)
    event(f"{stage.died} died")


@settings(max_examples=60, deadline=None)
@given(stories(deaths=3, outages=2))
def test_an_outage_costs_each_process_two_computations_at_most_and_all_of_them_one(story: Story) -> None:
    stage = played(story)
    event(f"{stage.died} died")
    for key in story.keys:
        assert stage.engine.computed(key) <= 1 + stage.died + len(story.outages) * (2 * PROCESSES + 1)

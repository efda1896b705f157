"""The circuit breaker's states, on a clock that moves only when told."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.settings.resilience import BreakerSettings
from gateway.sources.resilient.breaker import CircuitBreaker, State, Verdict
from tests.fakes.clock import StillClock

OK, SLOW, FAILED, HUNG = Verdict
SETTINGS = BreakerSettings(
    window_calls=10, window_s=30, minimum_calls=4, failure_share=0.5, slow_share=0.75, open_s=5, probes=2
)


@dataclass(slots=True)
class Bench:
    """A breaker, its clock, and the states it told of."""

    settings: BreakerSettings = SETTINGS
    clock: StillClock = field(default_factory=StillClock)
    states: list[State] = field(default_factory=list)
    breaker: CircuitBreaker = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = CircuitBreaker(self.settings, self.clock, self.states.append)

    def state(self) -> State:
        return self.breaker.state

    def call(self, verdict: Verdict | None, callers: int = 1) -> bool:
        """Make a call that ends so; return whether it was let through."""
        admission = self.breaker.admit()
        if admission is not None:
            self.breaker.settle(admission, verdict, callers)
        return admission is not None

    def opened(self) -> Bench:
        for _ in range(SETTINGS.minimum_calls):
            self.call(FAILED)
        assert self.state() is State.OPEN
        return self

    def half_open(self) -> Bench:
        self.opened().clock.advance(SETTINGS.open_s)
        assert self.state() is State.HALF_OPEN
        return self


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([FAILED] * 3, State.CLOSED),
        ([FAILED] * 4, State.OPEN),
        ([OK, OK, FAILED, FAILED], State.OPEN),
        ([OK, OK, OK, FAILED], State.CLOSED),
        # A good call never opens, though it makes the calls enough; the next bad one does.
        ([FAILED, FAILED, OK, OK], State.CLOSED),
        ([FAILED, FAILED, OK, OK, FAILED], State.OPEN),
        ([OK, SLOW, SLOW, SLOW], State.OPEN),
        ([OK, OK, SLOW, SLOW], State.CLOSED),
        ([None] * 20, State.CLOSED),
        ([None, FAILED, None, FAILED, None, FAILED, None], State.CLOSED),
        # Ten calls are looked at: good ones wash the failures out.
        ([OK] * 3 + [FAILED] * 2 + [OK] * 9 + [FAILED] * 4, State.CLOSED),
        ([OK] * 10 + [FAILED] * 4, State.CLOSED),
        ([OK] * 10 + [FAILED] * 5, State.OPEN),
    ],
)
def test_a_share_of_enough_calls_opens(verdicts: list[Verdict | None], state: State) -> None:
    bench = Bench()
    for verdict in verdicts:
        assert bench.call(verdict)
    assert bench.state() is state


@pytest.mark.parametrize(
    ("calls", "state"),
    [
        # Four callers in vain since the last answer, whatever the window holds from before.
        ([(OK, 1)] * 10 + [(HUNG, 2), (HUNG, 2)], State.OPEN),
        ([(OK, 1)] * 10 + [(HUNG, 1)] * 4, State.OPEN),
        ([(OK, 1)] * 10 + [(HUNG, 1)] * 3, State.CLOSED),
        # One call never opens, however many wait for it.
        ([(HUNG, 1000)], State.CLOSED),
        ([(OK, 1)] * 10 + [(HUNG, 1000)], State.CLOSED),
        ([(HUNG, 1000), (HUNG, 1)], State.CLOSED),
        ([(HUNG, 1000), (HUNG, 1000)], State.OPEN),
        # Any sign of life ends the silence, be it an error; and what says nothing does not.
        ([(HUNG, 3), (OK, 1), (HUNG, 3)], State.CLOSED),
        ([(HUNG, 3), (SLOW, 1), (HUNG, 3)], State.CLOSED),
        ([(HUNG, 3), (FAILED, 1), (HUNG, 3)], State.CLOSED),
        ([(HUNG, 3), (None, 1), (HUNG, 3)], State.OPEN),
        # Callers count for hangs alone: errors come fast enough to be counted by calls.
        ([(FAILED, 1000)] * 3, State.CLOSED),
        ([(SLOW, 1000)] * 3, State.CLOSED),
        ([(None, 1000)] * 20, State.CLOSED),
        # A hang is a failure too.
        ([(OK, 1), (HUNG, 1), (OK, 1), (FAILED, 1)], State.OPEN),
    ],
)
def test_a_silence_is_measured_in_callers(calls: list[tuple[Verdict | None, int]], state: State) -> None:
    bench = Bench()
    for verdict, callers in calls:
        assert bench.call(verdict, callers)
    assert bench.state() is state


def test_hangs_of_long_ago_do_not_count() -> None:
    bench = Bench()
    bench.call(HUNG, 2)
    bench.clock.advance(SETTINGS.window_s)
    bench.call(HUNG, 2)
    assert bench.state() is State.CLOSED
    bench.call(HUNG, 2)
    assert bench.state() is State.OPEN


def test_failures_of_long_ago_do_not_count() -> None:
    bench = Bench()
    for _ in range(3):
        bench.call(FAILED)
    bench.clock.advance(SETTINGS.window_s)
    for _ in range(3):
        bench.call(FAILED)
    assert bench.state() is State.CLOSED
    bench.call(FAILED)
    assert bench.state() is State.OPEN


def test_an_open_breaker_refuses_until_its_time_is_over() -> None:
    bench = Bench().opened()
    bench.clock.advance(SETTINGS.open_s - 0.5)
    assert bench.breaker.refuses
    assert bench.breaker.retry_after_s == 0.5
    assert not bench.call(OK)
    bench.clock.advance(0.5)
    assert not bench.breaker.retry_after_s
    assert bench.call(OK)


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([OK], State.HALF_OPEN),
        ([OK, OK], State.CLOSED),
        ([FAILED], State.OPEN),
        ([HUNG], State.OPEN),
        ([OK, FAILED], State.OPEN),
        ([SLOW], State.OPEN),
        ([None, None, None, OK], State.HALF_OPEN),
        ([None, OK, None, OK], State.CLOSED),
    ],
)
def test_probes_decide(verdicts: list[Verdict | None], state: State) -> None:
    bench = Bench().half_open()
    for verdict in verdicts:
        assert bench.call(verdict)
    assert bench.state() is state


def test_half_open_lets_a_bounded_number_through_at_once() -> None:
    bench = Bench().half_open()
    first, second = bench.breaker.admit(), bench.breaker.admit()
    assert first is not None
    assert second is not None
    assert bench.breaker.refuses
    assert bench.breaker.admit() is None
    bench.breaker.settle(first, None)
    assert bench.breaker.admit() is not None
    assert bench.breaker.admit() is None


def test_probes_that_take_for_ever_keep_nobody_out() -> None:
    bench = Bench().half_open()
    for _ in range(SETTINGS.probes):
        assert bench.breaker.admit() is not None
    bench.clock.advance(SETTINGS.open_s - 0.5)
    assert bench.breaker.refuses
    bench.clock.advance(0.5)
    assert bench.call(OK)
    assert bench.breaker.refuses
    bench.clock.advance(SETTINGS.open_s)
    assert bench.call(OK)
    assert bench.state() is State.CLOSED


def test_a_failed_probe_starts_the_time_anew() -> None:
    bench = Bench().half_open()
    bench.call(FAILED)
    assert bench.breaker.retry_after_s == SETTINGS.open_s
    assert not bench.call(OK)


def test_a_closed_breaker_begins_with_an_empty_window() -> None:
    bench = Bench().half_open()
    bench.call(OK)
    bench.call(OK)
    for _ in range(3):
        bench.call(FAILED)
    assert bench.state() is State.CLOSED


def test_calls_begun_in_an_earlier_state_say_nothing() -> None:
    bench = Bench()
    late = [bench.breaker.admit() for _ in range(3)]
    bench.half_open()
    probe = bench.breaker.admit()
    for admission in late:
        assert admission is not None
        bench.breaker.settle(admission, FAILED)
    assert bench.state() is State.HALF_OPEN
    assert probe is not None
    bench.breaker.settle(probe, OK)
    assert bench.call(OK)
    assert bench.state() is State.CLOSED


def test_each_change_is_told_once() -> None:
    bench = Bench().half_open()
    bench.call(OK)
    bench.call(OK)
    assert bench.states == [State.OPEN, State.HALF_OPEN, State.CLOSED]


class Storm(RuleBasedStateMachine):
    """Any order of calls, endings and pauses."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.under_way: list[tuple[int, float]] = []

    @rule()
    def call(self) -> None:
        before = self.bench.state()
        refuses = self.bench.breaker.refuses
        admission = self.bench.breaker.admit()
        assert (admission is None) is refuses
        if before is State.OPEN:
            assert admission is None
        if before is State.CLOSED:
            assert admission is not None
        if admission is not None:
            self.under_way.append((admission, self.bench.clock.monotonic()))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), verdict=st.sampled_from([*Verdict, None]), callers=st.integers(1, 9))
    def end(self, data: st.DataObject, verdict: Verdict | None, callers: int) -> None:
        admission, _ = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        self.bench.breaker.settle(admission, verdict, callers)

    @rule(seconds=st.sampled_from([0.0, 1.0, 4.9, 5.0, 31.0]))
    def pause(self, seconds: float) -> None:
        self.bench.clock.advance(seconds)

    @invariant()
    def probes_are_bounded(self) -> None:
        if self.bench.state() is State.HALF_OPEN:
            era = self.bench.breaker._era
            recent_s = self.bench.clock.monotonic() - SETTINGS.open_s
            assert sum(each == era and at_s > recent_s for each, at_s in self.under_way) <= SETTINGS.probes

    @invariant()
    def only_probes_close(self) -> None:
        for earlier, later in zip(self.bench.states, self.bench.states[1:], strict=False):
            assert (earlier, later) in {
                (State.OPEN, State.HALF_OPEN),
                (State.HALF_OPEN, State.CLOSED),
                (State.HALF_OPEN, State.OPEN),
                (State.CLOSED, State.OPEN),
            }

    @invariant()
    def it_always_recovers(self) -> None:
        if not self.under_way and self.bench.state() is State.HALF_OPEN:
            assert not self.bench.breaker.refuses


TestStorm = Storm.TestCase

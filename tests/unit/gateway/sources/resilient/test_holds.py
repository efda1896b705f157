"""Throttling, maintenance and pace: what is known of a system for a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from gateway.settings.resilience import HoldSettings
from gateway.sources.resilient.maintenance import Maintenance
from gateway.sources.resilient.pace import FORGOTTEN_AFTER_S, Pace
from gateway.sources.resilient.throttle import Throttle
from tests.fakes.clock import StillClock

SETTINGS = HoldSettings(throttled_s=1, throttled_max_s=60, maintenance_probe_s=30)


@dataclass(slots=True)
class Bench:
    """A system's maintenance, its clock and what was told of it."""

    clock: StillClock = field(default_factory=StillClock)
    told: list[tuple[bool, datetime | None]] = field(default_factory=list)
    maintenance: Maintenance = field(init=False)

    def __post_init__(self) -> None:
        self.maintenance = Maintenance(SETTINGS, self.clock, self.tell)

    def tell(self, *, closed: bool, until: datetime | None) -> None:
        self.told.append((closed, until))

    def refuses(self) -> bool:
        return self.maintenance.refuses

    def after(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked_s", "held_s"), [(7.0, 7.0), (None, 1.0), (0.0, 0.0), (86_400.0, 60.0)])
def test_a_throttle_holds_as_long_as_asked_within_reason(asked_s: float | None, held_s: float) -> None:
    throttle = Throttle(SETTINGS, StillClock())
    throttle.hold(asked_s)
    assert throttle.remaining_s == held_s


def test_a_shorter_wait_never_cuts_a_longer_one() -> None:
    clock = StillClock()
    throttle = Throttle(SETTINGS, clock)
    throttle.hold(10)
    clock.advance(4)
    throttle.hold(1)
    assert throttle.remaining_s == 6
    clock.advance(6)
    assert not throttle.remaining_s


def test_announced_maintenance_ends_by_itself() -> None:
    bench = Bench()
    until = bench.after(100)
    bench.maintenance.announced(until)
    bench.clock.advance(29)
    assert (bench.maintenance.refuses, bench.maintenance.until) == (True, until)
    bench.clock.advance(71)
    assert not bench.maintenance.is_closed
    assert not bench.maintenance.admit()
    assert bench.told == [(True, until), (False, None)]


def test_one_call_each_period_looks() -> None:
    bench = Bench()
    bench.maintenance.announced(None)
    for _ in range(3):
        assert bench.refuses()
        bench.clock.advance(SETTINGS.maintenance_probe_s)
        assert not bench.refuses()
        assert bench.maintenance.admit()
        assert bench.refuses()
    assert bench.maintenance.is_closed


def test_a_look_that_was_given_up_leaves_the_next_call_to_look() -> None:
    bench = Bench()
    bench.maintenance.announced(None)
    bench.clock.advance(SETTINGS.maintenance_probe_s)
    assert bench.maintenance.admit()
    bench.maintenance.look_given_up()
    assert not bench.maintenance.refuses


@pytest.mark.parametrize("seconds", [0, -60])
def test_an_end_that_is_past_is_none(seconds: float) -> None:
    bench = Bench()
    bench.maintenance.announced(bench.after(seconds))
    assert (bench.maintenance.is_closed, bench.maintenance.until) == (True, None)


def test_only_news_is_told() -> None:
    bench = Bench()
    first, second = bench.after(100), bench.after(200)
    for until in (first, first, second, second, None):
        bench.maintenance.announced(until)
    bench.maintenance.end()
    bench.maintenance.end()
    assert bench.told == [(True, first), (True, second), (True, None), (False, None)]


def test_nothing_is_known_of_the_pace_at_first() -> None:
    assert Pace(StillClock()).quick_s == 0


def test_one_answer_in_ten_is_quicker_than_quick() -> None:
    pace = Pace(StillClock())
    for hundredths in range(20, 0, -1):
        pace.answered(hundredths / 100)
    assert pace.quick_s == 0.03


def test_the_pace_is_forgotten_when_nothing_is_answered() -> None:
    clock = StillClock()
    pace = Pace(clock)
    pace.answered(2)
    clock.advance(FORGOTTEN_AFTER_S)
    assert pace.quick_s == 2
    clock.advance(0.1)
    assert pace.quick_s == 0
    pace.answered(1)
    assert pace.quick_s == 1

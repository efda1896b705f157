"""The arithmetic of the retry budget."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.settings.resilience import RetrySettings
from gateway.sources.resilient.budget import RetryBudget
from tests.fakes.clock import StillClock

SETTINGS = RetrySettings(share=0.25, floor_per_s=0.0, burst=3)


def emptied(settings: RetrySettings, clock: StillClock) -> RetryBudget:
    budget = RetryBudget(settings, clock)
    while budget.spend():
        pass
    return budget


def test_it_begins_full() -> None:
    budget = RetryBudget(SETTINGS, StillClock())
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]


def test_reads_pay_for_retries() -> None:
    budget = emptied(SETTINGS, StillClock())
    for _ in range(3):
        budget.called()
    assert not budget.spend()
    budget.called()
    assert budget.spend()
    assert not budget.spend()


def test_time_pays_too() -> None:
    clock = StillClock()
    budget = emptied(replace(SETTINGS, floor_per_s=0.5), clock)
    clock.advance(1.5)
    assert not budget.spend()
    clock.advance(0.5)
    assert budget.spend()


def test_no_more_is_saved_than_the_burst() -> None:
    clock = StillClock()
    budget = emptied(replace(SETTINGS, floor_per_s=1), clock)
    clock.advance(1000)
    for _ in range(1000):
        budget.called()
    assert budget.tokens == SETTINGS.burst


@given(st.lists(st.one_of(st.just("call"), st.just("retry"), st.floats(0, 10)), max_size=200))
def test_retries_never_exceed_their_share(events: list[str | float]) -> None:
    clock = StillClock()
    settings = RetrySettings(share=0.1, floor_per_s=0.2, burst=5)
    budget = RetryBudget(settings, clock)
    calls = retries = 0
    for event in events:
        if event == "call":
            calls += 1
            budget.called()
        elif event == "retry":
            retries += budget.spend()
        else:
            clock.advance(float(event))
        allowed = settings.burst + calls * settings.share + clock.seconds * settings.floor_per_s
        assert retries <= allowed + 1e-9
        assert 0 <= budget.tokens <= settings.burst

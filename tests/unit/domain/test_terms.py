"""Days left, as the account shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Deadline, today
from domain.models import Period
from domain.terms import days_left
from tests.fakes.clock import StillClock

TERM = Period(date(2023, 6, 7), date(2026, 6, 6))


@pytest.mark.parametrize(
    ("day", "left"),
    [
        (date(2026, 1, 15), 142),  # the demo contract's picture
        (date(2026, 6, 5), 1),
        (date(2026, 6, 6), 0),
        (date(2026, 6, 7), 0),
        (date(2030, 1, 1), 0),
    ],
)
def test_days_are_counted_to_the_last_day_of_cover_and_never_below_zero(day: date, left: int) -> None:
    assert days_left(TERM, day) == left


@given(st.dates(date(2023, 6, 7), date(2026, 6, 6)))
def test_days_left_lead_to_the_last_day(day: date) -> None:
    assert day + timedelta(days=days_left(TERM, day)) == TERM.end


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 14, 20, 59, 59, tzinfo=UTC), date(2026, 1, 14)),
        (datetime(2026, 1, 14, 21, 0, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 7, 14, 21, 0, tzinfo=UTC), date(2026, 7, 15)),  # Moscow keeps one time all year
    ],
)
def test_the_insurance_day_changes_at_midnight_in_moscow(instant: datetime, day: date) -> None:
    assert today(StillClock(instant)) == day


def test_a_deadline_never_has_less_than_no_time_left() -> None:
    clock = StillClock()
    deadline = Deadline.after(clock, 2.0)

    assert deadline.remaining_s() == 2.0
    clock.advance(1.5)
    assert deadline.remaining_s() == 0.5
    clock.advance(5)
    assert deadline.remaining_s() == 0.0

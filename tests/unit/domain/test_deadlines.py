"""Time limits by law and contract, counted on real calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deadlines import (
    RULES,
    Basis,
    Counting,
    DeadlineRule,
    claim_deadlines,
    counts,
    due,
    policy_deadlines,
)
from domain.models import Line
from tests.fakes import objects

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("rule", "started_on", "due_on"),
    [
        # 20 calendar days without public holidays
        (DeadlineRule.OSAGO_DECISION, date(2025, 9, 1), date(2025, 9, 21)),
        (DeadlineRule.OSAGO_DECISION, date(2025, 12, 20), date(2026, 1, 17)),  # over 1 to 8 January
        (DeadlineRule.OSAGO_DECISION, date(2025, 12, 31), date(2026, 1, 28)),
        (DeadlineRule.OSAGO_DECISION, date(2025, 2, 20), date(2025, 3, 14)),  # over 23 February and 8 March
        (DeadlineRule.OSAGO_DECISION, date(2025, 4, 25), date(2025, 5, 17)),  # over 1 and 9 May, not 2 and 8
        # 30 working days
        (DeadlineRule.KASKO_SETTLEMENT, date(2025, 9, 1), date(2025, 10, 13)),
        (DeadlineRule.KASKO_SETTLEMENT, date(2025, 9, 5), date(2025, 10, 17)),  # from a Friday
        (DeadlineRule.KASKO_SETTLEMENT, date(2025, 9, 6), date(2025, 10, 17)),  # from a Saturday
        (DeadlineRule.KASKO_SETTLEMENT, date(2025, 10, 1), date(2025, 11, 13)),  # 1 November was worked, 3 was not
        (DeadlineRule.KASKO_SETTLEMENT, date(2025, 12, 25), date(2026, 2, 17)),  # 31 December and 9 January were off
        # 15 working days
        (DeadlineRule.COMPLAINT_ANSWER, date(2025, 9, 1), date(2025, 9, 22)),
        # calendar days, holidays or not
        (DeadlineRule.COOLING_OFF, date(2025, 12, 25), date(2026, 1, 8)),
        (DeadlineRule.COOLING_OFF_SINGLE_PREMIUM_LIFE, date(2025, 12, 25), date(2026, 1, 24)),
        (DeadlineRule.COOLING_OFF, date(2024, 2, 20), date(2024, 3, 5)),  # over a leap day
    ],
)
def test_the_last_day_in_time(rule: DeadlineRule, started_on: date, due_on: date) -> None:
    assert due(rule, started_on).due_on == due_on


@given(st.sampled_from(DeadlineRule), days)
def test_exactly_as_many_days_count_as_the_rule_says_and_the_last_one_counts(
    rule: DeadlineRule, started_on: date
) -> None:
    limit = due(rule, started_on)
    passed = [started_on + timedelta(days=n) for n in range(1, (limit.due_on - started_on).days + 1)]

    assert sum(counts(day, limit.counting) for day in passed) == RULES[rule].days
    assert counts(limit.due_on, limit.counting)


@given(st.sampled_from(DeadlineRule), days)
def test_starting_later_never_ends_earlier(rule: DeadlineRule, started_on: date) -> None:
    assert due(rule, started_on).due_on <= due(rule, started_on + timedelta(days=1)).due_on


@pytest.mark.parametrize(
    ("day", "but_holidays", "working"),
    [
        (date(2026, 1, 8), False, False),  # New Year
        (date(2026, 1, 9), True, False),  # off instead of a Saturday that was a holiday
        (date(2026, 1, 10), True, False),  # a Saturday
        (date(2026, 1, 12), True, True),
        (date(2026, 5, 9), False, False),  # a holiday on a Saturday
        (date(2026, 5, 11), True, False),  # off instead
        (date(2025, 11, 1), True, True),  # a Saturday worked for a day off
    ],
)
def test_a_day_off_given_for_a_holiday_is_no_holiday(day: date, but_holidays: bool, working: bool) -> None:
    assert counts(day, Counting.CALENDAR_DAYS)
    assert counts(day, Counting.CALENDAR_DAYS_BUT_PUBLIC_HOLIDAYS) is but_holidays
    assert counts(day, Counting.WORKING_DAYS) is working


def test_who_set_each_time_limit() -> None:
    contractual = {rule for rule, row in RULES.items() if row.basis is Basis.CONTRACT}

    assert set(RULES) == set(DeadlineRule)
    assert contractual == {DeadlineRule.KASKO_SETTLEMENT}


@pytest.mark.parametrize(
    ("line", "rule"), [(Line.OSAGO, DeadlineRule.OSAGO_DECISION), (Line.KASKO, DeadlineRule.KASKO_SETTLEMENT)]
)
def test_the_insurers_time_starts_once_the_documents_are_complete(line: Line, rule: DeadlineRule) -> None:
    complete = objects.claim(documents_complete_on=date(2025, 9, 1))

    assert claim_deadlines(complete, line) == (due(rule, date(2025, 9, 1)),)
    assert claim_deadlines(objects.claim(documents_complete_on=None), line) == ()


@pytest.mark.parametrize("line", [Line.PROPERTY, Line.TRAVEL, Line.HEALTH, Line.LIFE])
def test_other_lines_have_no_settlement_limit_on_record(line: Line) -> None:
    assert claim_deadlines(objects.claim(documents_complete_on=date(2025, 9, 1)), line) == ()


@pytest.mark.parametrize(
    ("line", "single_premium", "days"),
    [(Line.KASKO, False, 14), (Line.KASKO, True, 14), (Line.LIFE, False, 14), (Line.LIFE, True, 30)],
)
def test_cooling_off_lasts_14_days_and_30_for_life_contracts_paid_at_once(
    line: Line, single_premium: bool, days: int
) -> None:
    concluded = date(2026, 1, 10)
    policy = objects.policy(line=line, single_premium=single_premium, concluded_on=concluded)

    [limit] = policy_deadlines(policy)

    assert (limit.basis, limit.days, limit.started_on) == (Basis.LAW, days, concluded)
    assert limit.due_on == concluded + timedelta(days=days)


def test_compulsory_insurance_has_no_cooling_off() -> None:
    assert policy_deadlines(objects.policy(line=Line.OSAGO)) == ()

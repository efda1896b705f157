"""Legal and contractual time limits, as data: a rule's name, where its time starts, how it is counted, when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

import holidays

from domain.models import Claim, Line, Policy

__all__ = [
    "RULES",
    "Basis",
    "Counting",
    "Deadline",
    "DeadlineRule",
    "Rule",
    "claim_deadlines",
    "due",
    "policy_deadlines",
]


class DeadlineRule(StrEnum):
    """Name of a time limit."""

    OSAGO_DECISION = "OSAGO_DECISION"
    KASKO_SETTLEMENT = "KASKO_SETTLEMENT"
    COMPLAINT_ANSWER = "COMPLAINT_ANSWER"
    COOLING_OFF = "COOLING_OFF"
    COOLING_OFF_SINGLE_PREMIUM_LIFE = "COOLING_OFF_SINGLE_PREMIUM_LIFE"


class Basis(StrEnum):
    """Who set the time limit."""

    LAW = "LAW"
    CONTRACT = "CONTRACT"


class Counting(StrEnum):
    """Which days count."""

    CALENDAR_DAYS = "CALENDAR_DAYS"
    CALENDAR_DAYS_BUT_PUBLIC_HOLIDAYS = "CALENDAR_DAYS_BUT_PUBLIC_HOLIDAYS"
    WORKING_DAYS = "WORKING_DAYS"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. Units: ``days`` counted as ``counting`` says, the starting day not included."""

    basis: Basis
    days: int
    counting: Counting


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit at work on one object. Dates in Europe/Moscow; ``due_on`` is the last day in time."""

    rule: DeadlineRule
    basis: Basis
    counting: Counting
    days: int
    started_on: date
    due_on: date


RULES: Final = {
    DeadlineRule.OSAGO_DECISION: Rule(Basis.LAW, 20, Counting.CALENDAR_DAYS_BUT_PUBLIC_HOLIDAYS),
    DeadlineRule.KASKO_SETTLEMENT: Rule(Basis.CONTRACT, 30, Counting.WORKING_DAYS),
    DeadlineRule.COMPLAINT_ANSWER: Rule(Basis.LAW, 15, Counting.WORKING_DAYS),
    DeadlineRule.COOLING_OFF: Rule(Basis.LAW, 14, Counting.CALENDAR_DAYS),
    DeadlineRule.COOLING_OFF_SINGLE_PREMIUM_LIFE: Rule(Basis.LAW, 30, Counting.CALENDAR_DAYS),
}


PUBLIC_HOLIDAYS: Final = frozenset(
    {*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
)
"""Month and day, by article 112 of the Labour Code. A day off moved from a holiday or given for it is none itself."""

CALENDAR: Final = holidays.country_holidays("RU")
"""Knows the days off, and the Saturdays worked for them, that the government sets for each year."""


def counts(day: date, counting: Counting) -> bool:
    """Return whether a day counts towards a time limit."""
    match counting:
        case Counting.CALENDAR_DAYS:
            return True
        case Counting.CALENDAR_DAYS_BUT_PUBLIC_HOLIDAYS:
            return (day.month, day.day) not in PUBLIC_HOLIDAYS
        case Counting.WORKING_DAYS:
            return CALENDAR.is_working_day(day)


@lru_cache(maxsize=4096)
def due(rule: DeadlineRule, started_on: date) -> Deadline:
    """Return the time limit that a rule gives for something that started on a day."""
    row = RULES[rule]
    day, left = started_on, row.days
    while left:
        day += timedelta(days=1)
        left -= counts(day, row.counting)
    return Deadline(rule, row.basis, row.counting, row.days, started_on, day)


SETTLEMENT_RULES: Final = {Line.OSAGO: DeadlineRule.OSAGO_DECISION, Line.KASKO: DeadlineRule.KASKO_SETTLEMENT}


def claim_deadlines(claim: Claim, line: Line) -> tuple[Deadline, ...]:
    """Return the insurer's time limits on a claim: they start once the documents are complete."""
    rule = SETTLEMENT_RULES.get(line)
    if rule is None or claim.documents_complete_on is None:
        return ()
    return (due(rule, claim.documents_complete_on),)


def policy_deadlines(policy: Policy) -> tuple[Deadline, ...]:
    """Return the customer's time limits on a policy: cooling-off, longer for life contracts paid at once.

    Compulsory insurance has none: the law lets people withdraw from voluntary contracts alone.
    """
    if policy.line is Line.OSAGO:
        return ()
    single = policy.line is Line.LIFE and policy.single_premium
    rule = DeadlineRule.COOLING_OFF_SINGLE_PREMIUM_LIFE if single else DeadlineRule.COOLING_OFF
    return (due(rule, policy.concluded_on),)

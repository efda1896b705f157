"""When the simulated core renews a policy, and why it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dev.simulators.policy_core import offers
from dev.simulators.population import population_on
from dev.simulators.population.products import BY_CODE
from dev.simulators.population.records import Line, Policy, PolicyStatus
from tests.fakes.clock import TODAY

DEMO = 2_596_516_901
POPULATION = population_on(1, TODAY)
OSAGO, KASKO, TRIP = (
    next(policy for policy in POPULATION.policies_of(DEMO) if policy.line is line)
    for line in (Line.OSAGO, Line.KASKO, Line.TRAVEL)
)
CANCELLED = replace(OSAGO, status=PolicyStatus.CANCELLED)


@pytest.mark.parametrize(
    "policy, days_to_end, refusal",
    [
        (OSAGO, 61, "1"),
        (OSAGO, 60, None),
        (OSAGO, 0, None),
        (OSAGO, -30, None),
        (OSAGO, -31, "2"),
        (CANCELLED, 0, "3"),
        (KASKO, 0, "4"),
        (TRIP, 0, "5"),
    ],
)
def test_a_renewal_is_offered_from_sixty_days_before_to_thirty_after(
    policy: Policy, days_to_end: int, refusal: str | None
) -> None:
    today: date = policy.end - timedelta(days=days_to_end)

    row = offers.renewal(policy, POPULATION.instalments(policy), today)

    reason = re.search("<RefusalReason>(.)<", row)
    assert (reason[1] if reason else None) == refusal
    assert ("<Allowed>Y<" in row) is (refusal is None)
    assert ("<Premium>" in row) is (refusal is None)


@pytest.mark.parametrize("code, days", [("ISJ", 30), ("NSJ", 14), ("OSAGO", 14)])
def test_life_paid_at_once_cools_off_for_thirty_days(code: str, days: int) -> None:
    assert f"<CoolingOffDays>{days}<" in offers.rules(BY_CODE[code])


def test_a_lagging_replica_has_not_seen_the_last_payment() -> None:
    parts = POPULATION.instalments(OSAGO)
    assert [part.paid_on is None for part in parts] == [False]

    assert [part.paid_on for part in offers.unpaid(parts)] == [None]
    assert offers.unpaid(offers.unpaid(parts)) == offers.unpaid(parts)
    assert offers.behind(OSAGO).status is PolicyStatus.FUTURE

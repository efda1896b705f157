"""When a reminder shows, and who is left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import models
from domain.reminders import ReminderKind
from tests.fakes import objects
from tests.fakes.objects import in_days, rub
from tests.unit.domain.reminding import SETTLED, kinds, shown, with_instalments

FINISHED = (models.ClaimStatus.CLOSED, models.ClaimStatus.PAID, models.ClaimStatus.REJECTED)
DUE = in_days(200)
WINDOWS = {
    ReminderKind.RENEWAL_DUE: (45, {"policies": (objects.policy(period=models.Period(in_days(-160), DUE)),)}),
    ReminderKind.INSTALMENT_DUE: (30, with_instalments(objects.instalment(days=200))),
    ReminderKind.INSPECTION: (
        30,
        {
            "claims": (
                objects.claim(
                    status=models.ClaimStatus.INSPECTION,
                    inspection_at=datetime(DUE.year, DUE.month, DUE.day, 7, 0, tzinfo=UTC),
                ),
            )
        },
    ),
    ReminderKind.REFERRAL_EXPIRING: (
        14,
        {"claims": (objects.claim(referral=objects.referral(valid_until=DUE, deductible_due=None)),)},
    ),
    ReminderKind.MATURITY_SOON: (180, {"contracts": (objects.contract(period=models.Period(in_days(0), DUE)),)}),
    ReminderKind.OBSERVATION_DATE: (
        30,
        {
            "contracts": (
                objects.contract(
                    period=models.Period(in_days(0), in_days(900)),
                    coupon_terms=models.CouponTerms(rub("80").amount, rub("5").amount, False, (DUE,)),
                ),
            )
        },
    ),
    ReminderKind.CONSENT_EXPIRING: (
        30,
        {"client": objects.client(consents=(objects.consent(expires_on=DUE),))},
    ),
}


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_reminder_shows_from_its_first_day_to_its_last_and_not_a_day_around(kind: ReminderKind) -> None:
    ahead, held = WINDOWS[kind]
    first = DUE - timedelta(days=ahead)

    def is_shown(day: date) -> bool:
        return kind in kinds(shown(day, **held))

    assert [is_shown(first - timedelta(days=1)), is_shown(first)] == [False, True]
    assert [is_shown(DUE), is_shown(DUE + timedelta(days=1))] == [True, False]


def test_cooling_off_shows_from_conclusion_to_its_last_day() -> None:
    policy = replace(SETTLED, concluded_on=in_days(0))

    def is_shown(days: int) -> bool:
        return ReminderKind.COOLING_OFF_END in kinds(shown(in_days(days), policies=(policy,)))

    assert [is_shown(-1), is_shown(0), is_shown(14), is_shown(15)] == [False, True, True, False]


def test_a_deductible_shows_at_once_and_no_longer_than_the_referral_holds() -> None:
    claim = objects.claim(referral=objects.referral(valid_until=in_days(200)))

    assert kinds(shown(claims=(claim,))) == [ReminderKind.DEDUCTIBLE_DUE]
    assert shown(in_days(201), claims=(claim,)) == []


def test_every_kind_with_a_due_date_has_its_window_tested_here() -> None:
    without = {ReminderKind.DOCUMENTS_REQUIRED, ReminderKind.INSTALMENT_OVERDUE}
    apart = {ReminderKind.COOLING_OFF_END, ReminderKind.DEDUCTIBLE_DUE}

    assert set(WINDOWS) | without | apart == set(ReminderKind)


@pytest.mark.parametrize("status", FINISHED)
def test_a_finished_claim_asks_nothing(status: models.ClaimStatus) -> None:
    claim = objects.claim(
        status=status,
        required_documents=(objects.required_document(),),
        inspection_at=datetime(2026, 1, 20, 7, 0, tzinfo=UTC),
        referral=objects.referral(),
    )

    assert shown(claims=(claim,)) == []


@pytest.mark.parametrize("status", sorted({*models.ClaimStatus} - {*FINISHED, models.ClaimStatus.INSPECTION}))
def test_an_appointment_counts_in_the_state_of_inspection_alone(status: models.ClaimStatus) -> None:
    claim = objects.claim(status=status, inspection_at=datetime(2026, 1, 20, 7, 0, tzinfo=UTC))

    assert shown(claims=(claim,)) == []


@pytest.mark.parametrize("status", [models.PolicyStatus.EXPIRED, models.PolicyStatus.CANCELLED])
def test_a_policy_that_has_ended_asks_nothing(status: models.PolicyStatus) -> None:
    policy = objects.policy(status=status, period=models.Period(in_days(-350), in_days(15)), concluded_on=in_days(-2))

    assert shown(**with_instalments(objects.instalment(), policy=policy)) == []


def test_a_life_policy_matures_and_is_not_renewed() -> None:
    policy = objects.policy(line=models.Line.LIFE, period=models.Period(in_days(-350), in_days(15)))

    assert shown(policies=(policy,)) == []

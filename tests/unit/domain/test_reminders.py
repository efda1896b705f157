"""Reminders of every kind, with what each says and asks to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain import models, reminders
from domain.reminders import Reminder, ReminderKind
from tests.fakes import objects
from tests.fakes.objects import in_days, rub
from tests.unit.domain.reminding import SETTLED, kinds, shown, with_instalments


def test_a_policy_that_ends_asks_to_be_renewed_at_a_price_not_known_yet() -> None:
    policy = objects.policy(period=models.Period(in_days(-350), in_days(15)))

    assert shown(policies=(policy,)) == [
        Reminder(ReminderKind.RENEWAL_DUE, "policy/100", in_days(15), None, reminders.RenewPolicy(policy))
    ]


def test_an_unpaid_instalment_asks_for_its_amount() -> None:
    instalment = objects.instalment(2, days=10, amount=rub("12500.50"))

    [found] = shown(**with_instalments(instalment))

    assert found.kind is ReminderKind.INSTALMENT_DUE
    assert (found.source, found.due_on, found.amount) == ("policy/100/instalment/2", in_days(10), rub("12500.50"))
    assert found.action == reminders.PayInstalment(SETTLED, instalment)


def test_an_instalment_is_overdue_from_the_day_after_its_last_day() -> None:
    instalment = objects.instalment(days=10)

    assert kinds(shown(in_days(10), **with_instalments(instalment))) == [ReminderKind.INSTALMENT_DUE]
    assert kinds(shown(in_days(11), **with_instalments(instalment))) == [ReminderKind.INSTALMENT_OVERDUE]
    assert kinds(shown(in_days(200), **with_instalments(instalment))) == [ReminderKind.INSTALMENT_OVERDUE]


def test_a_paid_instalment_asks_nothing() -> None:
    assert shown(**with_instalments(objects.instalment(paid_on=in_days(-1)))) == []


@pytest.mark.parametrize("status", models.PolicyStatus)
def test_instalments_are_asked_for_while_the_policy_lives(status: models.PolicyStatus) -> None:
    policy = replace(SETTLED, status=status)

    found = shown(**with_instalments(objects.instalment(), policy=policy))

    assert kinds(found) == ([ReminderKind.INSTALMENT_DUE] if status in reminders.PAYABLE else [])


def test_a_deductible_is_to_be_paid_while_the_referral_holds() -> None:
    claim = objects.claim(referral=objects.referral(progress=models.RepairProgress.VEHICLE_RECEIVED))

    assert shown(claims=(claim,)) == [
        Reminder(ReminderKind.DEDUCTIBLE_DUE, "claim/c1", in_days(10), rub("15000.00"), reminders.PayDeductible(claim))
    ]


@pytest.mark.parametrize("change", [{"deductible_due": None}, {"deductible_paid_on": in_days(-1)}])
def test_no_deductible_or_a_paid_one_asks_nothing(change: dict[str, Any]) -> None:
    referral = objects.referral(progress=models.RepairProgress.DONE, **change)

    assert shown(claims=(objects.claim(referral=referral),)) == []


def test_a_referral_not_used_yet_is_about_to_end() -> None:
    referral = objects.referral(deductible_due=None)
    claim = objects.claim(referral=referral)

    assert shown(claims=(claim,)) == [
        Reminder(ReminderKind.REFERRAL_EXPIRING, "claim/c1", in_days(10), None, reminders.UseReferral(claim, referral))
    ]


def test_a_claim_asks_for_exactly_the_documents_that_are_still_wanted() -> None:
    states = models.RequirementState
    documents = tuple(objects.required_document(str(n), state=state) for n, state in enumerate(states))
    claim = objects.claim(status=models.ClaimStatus.DOCUMENTS_REQUIRED, required_documents=documents)

    [found] = shown(claims=(claim,))

    assert (found.kind, found.due_on) == (ReminderKind.DOCUMENTS_REQUIRED, None)
    assert isinstance(found.action, reminders.UploadDocuments)
    assert [each.state for each in found.action.documents] == [states.AWAITED, states.REJECTED]


def test_a_claim_with_all_documents_asks_for_none() -> None:
    documents = (objects.required_document(state=models.RequirementState.UPLOADED),)
    claim = objects.claim(status=models.ClaimStatus.DOCUMENTS_REQUIRED, required_documents=documents)

    assert shown(claims=(claim,)) == []


def test_an_inspection_is_due_on_its_day_in_moscow() -> None:
    late_evening_utc = datetime(2026, 1, 19, 22, 0, tzinfo=UTC)
    claim = objects.claim(status=models.ClaimStatus.INSPECTION, inspection_at=late_evening_utc)

    assert shown(claims=(claim,)) == [
        Reminder(ReminderKind.INSPECTION, "claim/c1", date(2026, 1, 20), None, reminders.AttendInspection(claim))
    ]


def test_a_life_contract_is_to_be_looked_at_before_it_matures() -> None:
    contract = objects.contract()

    assert shown(contracts=(contract,)) == [
        Reminder(ReminderKind.MATURITY_SOON, "life/200", date(2026, 6, 6), None, reminders.ReviewLifeContract(contract))
    ]


def test_the_next_observation_is_announced_and_none_of_the_later_ones() -> None:
    dates = (in_days(25), in_days(-5), in_days(5))
    terms = models.CouponTerms(rub("80").amount, rub("5").amount, memory=True, observation_dates=dates)
    contract = objects.contract(coupon_terms=terms, period=models.Period(in_days(-100), in_days(900)))

    [found] = shown(contracts=(contract,))

    assert (found.kind, found.due_on) == (ReminderKind.OBSERVATION_DATE, in_days(5))


@pytest.mark.parametrize("status", [models.PolicyStatus.ACTIVE, models.PolicyStatus.FUTURE])
def test_withdrawing_is_possible_until_cooling_off_ends(status: models.PolicyStatus) -> None:
    policy = replace(SETTLED, status=status, concluded_on=in_days(-4))

    assert shown(policies=(policy,)) == [
        Reminder(
            ReminderKind.COOLING_OFF_END,
            "policy/100",
            in_days(10),
            None,
            reminders.WithdrawFromPolicy(policy),
        )
    ]


def test_compulsory_insurance_has_no_cooling_off() -> None:
    policy = replace(SETTLED, line=models.Line.OSAGO, concluded_on=in_days(-4))

    assert shown(policies=(policy,)) == []


def test_a_consent_about_to_end_is_to_be_given_anew() -> None:
    ending = objects.consent(purpose=models.ConsentPurpose.MARKETING, expires_on=in_days(20))
    client = objects.client(consents=(objects.consent(), ending))

    assert shown(client=client) == [
        Reminder(
            ReminderKind.CONSENT_EXPIRING,
            "client/1/consent/MARKETING",
            in_days(20),
            None,
            reminders.RenewConsent(ending),
        )
    ]


def test_a_revoked_consent_is_left_alone() -> None:
    revoked = objects.consent(expires_on=in_days(20), revoked_on=in_days(-1))

    assert shown(client=objects.client(consents=(revoked,))) == []

"""Reminders: derived from what the systems hold, shown when it is time, the same on every reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain import models, reminders
from domain.reminders import Holdings, Reminder, ReminderKind
from tests.fakes import objects
from tests.fakes.clock import TODAY
from tests.fakes.objects import in_days, rub

FINISHED = (models.ClaimStatus.CLOSED, models.ClaimStatus.PAID, models.ClaimStatus.REJECTED)
SETTLED = objects.policy(period=models.Period(in_days(-30), in_days(335)))
"""A policy that asks for nothing today."""


def shown(today: date = TODAY, **held: Any) -> list[Reminder]:
    """What shows on a day."""
    return list(reminders.reminders(Holdings(**held), today))


def kinds(found: Sequence[Reminder]) -> list[ReminderKind]:
    return [each.kind for each in found]


def with_instalments(*instalments: models.Instalment, policy: models.Policy = SETTLED) -> dict[str, Any]:
    return {"policies": (policy,), "instalments": {policy.key: instalments}}


# Every kind, with what it says.


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


# When they show.

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


# Who is left in peace.


@pytest.mark.parametrize("status", FINISHED)
def test_a_finished_claim_asks_nothing(status: models.ClaimStatus) -> None:
    claim = objects.claim(
        status=status,
        required_documents=(objects.required_document(),),
        inspection_at=datetime(2026, 1, 20, 7, 0, tzinfo=UTC),
        referral=objects.referral(),
    )

    assert shown(claims=(claim,)) == []


@pytest.mark.parametrize("status", set(models.ClaimStatus) - {*FINISHED, models.ClaimStatus.INSPECTION})
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


# The list as a whole.


def everything() -> dict[str, Any]:
    """Holdings that ask for something of most kinds."""
    ending = objects.policy(100, period=models.Period(in_days(-350), in_days(15)))
    fresh = objects.policy(101, concluded_on=in_days(-4))
    return {
        "client": objects.client(consents=(objects.consent(expires_on=in_days(20)),)),
        "policies": (ending, fresh),
        "instalments": {
            ending.key: (objects.instalment(1, days=-20), objects.instalment(2, days=15)),
            fresh.key: (objects.instalment(1, days=15),),
        },
        "claims": (
            objects.claim("c2", referral=objects.referral()),
            objects.claim(
                "c1",
                status=models.ClaimStatus.DOCUMENTS_REQUIRED,
                required_documents=(objects.required_document(),),
            ),
        ),
        "contracts": (objects.contract(),),
    }


def test_the_most_urgent_comes_first_and_what_has_no_date_last() -> None:
    assert [each.key for each in shown(**everything())] == [
        "INSTALMENT_OVERDUE:policy/100/instalment/1:2025-12-26",
        "COOLING_OFF_END:policy/101:2026-01-25",
        "DEDUCTIBLE_DUE:claim/c2:2026-01-25",
        "REFERRAL_EXPIRING:claim/c2:2026-01-25",
        "INSTALMENT_DUE:policy/100/instalment/2:2026-01-30",
        "INSTALMENT_DUE:policy/101/instalment/1:2026-01-30",
        "RENEWAL_DUE:policy/100:2026-01-30",
        "CONSENT_EXPIRING:client/1/consent/PERSONAL_DATA:2026-02-04",
        "MATURITY_SOON:life/200:2026-06-06",
        "DOCUMENTS_REQUIRED:claim/c1:",
    ]


def test_the_order_in_which_systems_answer_changes_nothing() -> None:
    held = everything()
    turned: dict[str, Any] = {key: value[::-1] if isinstance(value, tuple) else value for key, value in held.items()}

    assert shown(**turned) == shown(**held)


def test_ids_are_unique_and_the_same_on_every_reading() -> None:
    keys = [each.key for each in shown(**everything())]

    assert len(set(keys)) == len(keys)
    assert keys == [each.key for each in shown(**everything())]


def test_an_id_is_kind_source_and_due_date_and_nothing_else() -> None:
    before = objects.instalment(1, days=10, amount=rub("100.00"))
    [dearer] = shown(**with_instalments(replace(before, amount=rub("200.00"))))
    [moved] = shown(**with_instalments(replace(before, due_on=in_days(11))))
    [asked] = shown(in_days(1), **with_instalments(before))

    assert dearer.key == asked.key == "INSTALMENT_DUE:policy/100/instalment/1:2026-01-25"
    assert moved.key == "INSTALMENT_DUE:policy/100/instalment/1:2026-01-26"


def test_two_clients_never_share_an_id() -> None:
    consents = (objects.consent(expires_on=in_days(20)),)
    keys = [shown(client=objects.client(isn, consents=consents))[0].key for isn in (1, 2)]

    assert len(set(keys)) == 2


@pytest.mark.parametrize("lost", ["client", "policies", "instalments", "claims", "contracts"])
def test_what_a_system_could_not_tell_takes_only_its_own_reminders(lost: str) -> None:
    whole = everything()
    partial = {key: value for key, value in whole.items() if key != lost}
    needs = {
        "client": {ReminderKind.CONSENT_EXPIRING},
        "policies": {
            ReminderKind.RENEWAL_DUE,
            ReminderKind.COOLING_OFF_END,
            ReminderKind.INSTALMENT_DUE,
            ReminderKind.INSTALMENT_OVERDUE,
        },
        "instalments": {ReminderKind.INSTALMENT_DUE, ReminderKind.INSTALMENT_OVERDUE},
        "claims": {
            ReminderKind.DEDUCTIBLE_DUE,
            ReminderKind.REFERRAL_EXPIRING,
            ReminderKind.DOCUMENTS_REQUIRED,
        },
        "contracts": {ReminderKind.MATURITY_SOON},
    }

    assert shown(**partial) == [each for each in shown(**whole) if each.kind not in needs[lost]]


def test_nothing_held_asks_nothing() -> None:
    assert shown() == []

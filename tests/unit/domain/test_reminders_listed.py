"""The list of reminders as a whole: its order, its ids, and what is missing with a system."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain import models
from domain.reminders import ReminderKind
from tests.fakes import objects
from tests.fakes.objects import in_days, rub
from tests.unit.domain.reminding import shown, with_instalments


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

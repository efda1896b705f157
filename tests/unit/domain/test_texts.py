"""Whatever a customer reads is there in both languages."""

from __future__ import annotations

import re
from enum import Enum

import pytest

from adapters.life_valuation.mapping.codes import REASONS
from adapters.policy_core.mapping.codes import REFUSALS
from domain.deadlines import DeadlineRule
from domain.models import ClaimStatus
from domain.money import Locale
from domain.reminders import ReminderKind
from domain.renewals.models import PREMIUM_DIFFERS
from domain.texts import TEXTS, text
from resolvers.use_cases.operating import DROPPED
from schema.renewal_problem import DECLINED

FAMILIES: dict[str, type[Enum]] = {"reminder": ReminderKind, "claim_status": ClaimStatus, "deadline": DeadlineRule}
# What only the gateway says of an offer that came to nothing.
OWN = {PREMIUM_DIFFERS, DROPPED}
CODES = {*REFUSALS.values(), *REASONS.values(), *OWN, DECLINED}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_shown_as_a_text_has_one_and_no_text_is_left_over(family: str) -> None:
    assert {key for key in TEXTS if key.startswith(f"{family}.")} == {f"{family}.{each}" for each in FAMILIES[family]}


def test_every_reason_why_not_has_words_and_no_words_are_left_over() -> None:
    assert {key for key in TEXTS if key.startswith("refusal.")} == {f"refusal.{code}" for code in CODES}


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_is_in_its_language_and_written_alike(key: str) -> None:
    russian, english = text(key, Locale.RU), text(key, Locale.EN)

    assert re.search("[а-яё]", russian)
    assert not re.search("[а-яёА-ЯЁ]", english)
    assert re.search("[a-z]", english)
    for written in (russian, english):
        assert written == written.strip()
        assert written[0].isupper()
        assert not written.endswith(".")


def test_a_reason_without_words_of_its_own_is_still_told_in_words() -> None:
    assert text("refusal.NEVER_SEEN", Locale.RU) == "Сейчас недоступно"
    assert text("refusal.NEVER_SEEN", Locale.EN) == "Not available now"

"""Every template in both languages, and what an SMS has room for."""

from __future__ import annotations

from string import Formatter

import pytest

from domain.accounts.models import CodePurpose
from domain.accounts.ports import Message, Template
from domain.models import ContactKind
from domain.money import Locale
from gateway.channels import texts
from resolvers.use_cases.renewals.accepting import MOST_OF_A_NAME

TWO_SEGMENTS = 134
"""Characters of UCS-2 in two joined segments of 67."""

LINK = "https://cabinet.insurer.example/activate/" + "x" * 43
"""As long as a link gets: 32 random bytes behind a long host."""

VALUES = {
    "code": "123456",
    "link": LINK,
    "product": "x" * MOST_OF_A_NAME,
    "term": "31.01.2026-30.01.2027",
    "price": "RUB 1,234,567.00",
    "number": "1234567890",
}
CASES = [(template, "") for template in Template] + [(Template.CODE, purpose.value) for purpose in CodePurpose]


def worded(kind: ContactKind, template: Template, purpose: str, locale: Locale) -> texts.Wording:
    return texts.wording(Message(kind, "", template, locale, {**VALUES, "purpose": purpose}))


def test_each_template_and_purpose_has_a_row_and_no_row_is_left_over() -> None:
    wanted = {template.value for template in Template} | {f"CODE.{purpose.value}" for purpose in CodePurpose}
    assert set(texts.TEXTS) == wanted


@pytest.mark.parametrize("template, purpose", CASES)
@pytest.mark.parametrize("kind", ContactKind)
def test_it_says_something_else_in_each_language(kind: ContactKind, template: Template, purpose: str) -> None:
    russian, english = (worded(kind, template, purpose, locale) for locale in (Locale.RU, Locale.EN))
    assert russian.text != english.text
    assert russian.subject != english.subject
    assert english.text.replace("—", "").isascii()
    assert english.subject.isascii()
    assert any("а" <= letter <= "я" for letter in russian.text)
    assert any("а" <= letter <= "я" for letter in russian.subject)


@pytest.mark.parametrize("row", texts.TEXTS.values(), ids=texts.TEXTS)
def test_both_languages_and_both_kinds_take_the_same_values_and_subjects_none(row: texts.Row) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    assert len({frozenset(fields(text)) for text in (*row.sms, *row.mail)}) == 1
    assert fields("".join(row.subject)) == set()


@pytest.mark.parametrize("template, purpose", CASES)
@pytest.mark.parametrize("locale", Locale)
def test_an_sms_fits_in_two_segments(template: Template, purpose: str, locale: Locale) -> None:
    text = worded(ContactKind.PHONE, template, purpose, locale).text
    assert len(text.encode("utf-16-be")) // 2 <= TWO_SEGMENTS
    assert text.count("\n") == 0


def test_a_code_reads_as_agreed() -> None:
    text = worded(ContactKind.PHONE, Template.CODE, CodePurpose.SIGN_IN.value, Locale.RU).text
    assert text == "123456 — код для входа в личный кабинет. Никому его не сообщайте."


def test_a_purpose_without_a_row_is_a_code_all_the_same() -> None:
    wording = worded(ContactKind.PHONE, Template.CODE, "NEVER_SEEN", Locale.RU)
    assert wording.text == "123456 — код подтверждения. Никому его не сообщайте."

"""Control questions as they are read: they name a policy so that its owner finds it, and nobody learns of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import models
from domain.accounts.questions import QuestionKind
from domain.accounts.registration import Asked
from domain.errors import Source, SourceUnavailable
from domain.money import Locale
from resolvers import control_questions
from tests.fakes import objects
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request

NUMBER = models.PolicyNumber("P10033148")
POLICY = replace(objects.policy(), key=NUMBER, line=models.Line.OSAGO)

READ = {
    QuestionKind.POLICY_YEAR: (
        "В каком году начал действовать полис ОСАГО с номером на …3148?",
        "In which year did the motor liability policy whose number ends in 3148 begin?",
    ),
    QuestionKind.PLATE_DIGITS: (
        "Назовите три цифры номера автомобиля из полиса ОСАГО с номером на …3148.",
        "Which three digits are on the plate of the car in the motor liability policy whose number ends in 3148?",
    ),
    # Of several instalments one is meant, and the reader must know which.
    QuestionKind.INSTALMENT_MONTH: (
        "В каком месяце следующий взнос по полису ОСАГО с номером на …3148? Если все внесены, то последний.",
        (
            "In which month is the next instalment of the motor liability policy whose number ends in 3148 due? "
            "If all are paid, the last one."
        ),
    ),
    QuestionKind.BIRTH_YEAR: ("В каком году вы родились?", "In which year were you born?"),
}


def policies(*held: models.Policy) -> FakeReads:
    return FakeReads(**rows(clients=[objects.client()], policies=held))


@pytest.mark.parametrize("kind", QuestionKind)
@pytest.mark.parametrize("locale", Locale)
async def test_each_is_read_in_the_language_of_the_request(kind: QuestionKind, locale: Locale) -> None:
    subject = "" if kind is QuestionKind.BIRTH_YEAR else NUMBER
    [text] = await control_questions.texts([Asked(kind, subject)], request(policies(POLICY), None, locale=locale))
    assert text == READ[kind][0 if locale is Locale.RU else 1]


@pytest.mark.parametrize("line", models.Line)
@pytest.mark.parametrize("locale", Locale)
async def test_each_line_of_insurance_has_a_name_and_no_text_shows_a_whole_number(
    line: models.Line, locale: Locale
) -> None:
    asked = [Asked(kind, NUMBER) for kind in QuestionKind if kind is not QuestionKind.BIRTH_YEAR]
    ctx = request(policies(replace(POLICY, line=line)), None, locale=locale)
    for text in await control_questions.texts(asked, ctx):
        assert control_questions.LINES[line][0 if locale is Locale.RU else 1] in text
        assert NUMBER not in text


async def test_several_are_read_in_one_call_in_their_order() -> None:
    reads = policies(POLICY)
    asked = [Asked(QuestionKind.BIRTH_YEAR, ""), Asked(QuestionKind.POLICY_YEAR, NUMBER)] * 2
    texts = await control_questions.texts(asked, request(reads, None))
    assert texts == [READ[each.kind][0] for each in asked]
    assert reads.calls["policies_by_number"] == 1


async def test_a_question_about_no_policy_is_read_while_the_policy_core_is_away() -> None:
    reads = policies(POLICY)
    reads.fail("policies_by_number", SourceUnavailable(Source.POLICY_CORE, "GetPolicies", "connection refused"))
    assert await control_questions.texts([Asked(QuestionKind.BIRTH_YEAR, "")], request(reads, None)) == [
        "В каком году вы родились?"
    ]
    with pytest.raises(SourceUnavailable):
        await control_questions.texts([Asked(QuestionKind.POLICY_YEAR, NUMBER)], request(reads, None))

"""Control questions of a registration: what a contact costs that is not the one known, and how answers count."""

from __future__ import annotations

from functools import partial

import pytest

from domain.accounts.ports import Template
from domain.accounts.problems import (
    CannotContinue,
    StepOver,
    WrongAnswer,
)
from domain.accounts.questions import QuestionKind
from domain.accounts.registration import Step
from domain.errors import Source, SourceUnavailable
from domain.models import ContactKind
from resolvers.use_cases import asking
from tests.fakes import objects
from tests.fakes.accounts import FakeAccounts
from tests.unit.resolvers.use_cases.registering import (
    EMAIL,
    PHONE,
    Registrant,
    problem_of,
    progress_of,
)

OTHER_PHONE = "+7 905 000-11-22"
OTHER_EMAIL = "someone@example.com"


@pytest.mark.parametrize(("phone", "email"), [(OTHER_PHONE, EMAIL), (PHONE, OTHER_EMAIL)])
async def test_a_contact_that_is_not_known_costs_a_control_question(phone: str, email: str) -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, phone, email)
    [asked] = olga.kept.rows.registrations[-1].questions

    taken = await olga.answer(answer_to(asked.kind))

    assert taken.problems == ()
    assert progress_of(taken).step is Step.PASSWORD


async def test_two_contacts_that_are_not_known_cost_two_questions() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE, OTHER_EMAIL)
    asked = []
    for step in (Step.QUESTION, Step.PASSWORD):
        question = olga.kept.rows.registrations[-1].question
        assert question is not None
        asked.append(question.kind)
        assert progress_of(await olga.answer(answer_to(question.kind))).step is step
    assert len(set(asked)) == 2


async def test_a_wrong_answer_brings_another_question_and_the_second_one_ends_it() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    first = progress_of(await olga.answer("1812"))
    assert first.step is Step.QUESTION
    taken = await olga.answer("1812")

    assert problem_of(taken) == CannotContinue()
    assert progress_of(taken).step is Step.REFUSED
    assert isinstance(problem_of(await olga.finish()), StepOver)


async def test_a_wrong_answer_is_told() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    assert problem_of(await olga.answer("1812")) == WrongAnswer()


async def test_who_cannot_be_asked_anything_cannot_go_on() -> None:
    olga = Registrant()
    olga.reads.by_name["policies_of_holder"].rows = {1: (objects.policy(),)}
    olga.reads.by_name["clients"].rows = {1: objects.client(birth_date=None)}
    for take in (olga.start, partial(olga.phone, OTHER_PHONE), olga.code, olga.email):
        await take()
    taken = await olga.code()
    assert problem_of(taken) == CannotContinue()
    assert progress_of(taken).step is Step.REFUSED


async def test_a_code_that_led_to_a_question_can_be_repeated_and_the_question_stays() -> None:
    olga = Registrant()
    await olga.until(Step.EMAIL_CODE, OTHER_PHONE)
    token = olga.token

    first, second = await olga.code(token=token), await olga.code(token=token)

    assert first.problems == second.problems == ()
    assert progress_of(first).question is not None
    assert progress_of(first).question == progress_of(second).question


async def test_a_repeated_answer_is_not_judged_by_the_next_question() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE, OTHER_EMAIL)
    token, question = olga.token, olga.kept.rows.registrations[-1].question
    assert question is not None

    first, again = [await olga.answer(answer_to(question.kind), token=token) for _ in range(2)]

    assert first.problems == again.problems == ()
    assert progress_of(first).question == progress_of(again).question
    assert olga.kept.rows.registrations[-1].wrong_answers == 0


async def test_guesses_are_counted_by_whom_they_are_about_whatever_the_registration() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    olga.kept.takes.clear()
    await olga.answer("1812")
    assert olga.kept.takes == [("question_client", "1")]
    olga.kept.exhausted.add("question_client")
    [*_, asked] = olga.kept.rows.registrations[-1].questions
    assert problem_of(await olga.answer(answer_to(asked.kind))) == CannotContinue()
    assert olga.kept.rows.registrations[-1].step is Step.QUESTION


async def test_what_cannot_be_looked_up_is_no_wrong_answer() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    down = SourceUnavailable(Source.POLICY_CORE, "GetInstalments", "connection refused")
    olga.reads.fail("instalments", down)
    with pytest.raises(SourceUnavailable):
        await olga.answer("1812")
    assert olga.kept.rows.registrations[-1].wrong_answers == 0


async def test_a_question_whose_answer_is_gone_is_taken_back() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    olga.reads.by_name["clients"].rows = {1: objects.client(birth_date=None)}
    olga.reads.by_name["policies_of_holder"].rows = {1: (objects.policy(),)}
    assert problem_of(await olga.answer("1984")) == CannotContinue()
    assert olga.kept.rows.registrations[-1].wrong_answers == 0


async def test_who_begins_anew_is_asked_the_same_so_nobody_can_look_for_an_easy_question() -> None:
    olga = Registrant()
    assert len({await first_question(olga) for _ in range(12)}) == 1


async def test_each_person_has_lots_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    olga, parts = Registrant(), list[tuple[str, ...]]()

    def lot(_self: FakeAccounts, *given: str) -> bytes:
        parts.append(given)
        return b""

    monkeypatch.setattr(FakeAccounts, "lot", lot)
    await olga.until(Step.QUESTION, OTHER_PHONE)
    assert {each[0] for each in parts} == {"1"}
    assert {each[-1] for each in parts} >= {QuestionKind.BIRTH_YEAR, QuestionKind.POLICY_YEAR}


async def test_while_it_is_not_known_what_stands_on_the_typed_policy_nothing_is_asked() -> None:
    olga = Registrant()
    await olga.until(Step.EMAIL_CODE, OTHER_PHONE)
    olga.reads.by_name["policies"].rows = {}
    taken = await olga.code()
    assert problem_of(taken) == CannotContinue()
    assert olga.kept.rows.registrations[-1].questions == ()


async def test_in_time_another_question_comes_first_for_who_cannot_answer_the_one() -> None:
    olga, asked = Registrant(), set()
    for _ in range(12):
        asked.add(await first_question(olga))
        olga.clock.advance(asking.SAME_FOR)
    assert len(asked) == 2


async def test_whoever_is_reached_by_what_was_known_hears_of_an_account_with_other_contacts() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    [asked] = olga.kept.rows.registrations[-1].questions
    await olga.answer(answer_to(asked.kind))
    await olga.finish()
    told = [(each.kind, each.address) for each in olga.kept.rows.messages if each.template is Template.REGISTERED]
    assert told == [(ContactKind.EMAIL, EMAIL), (ContactKind.PHONE, "+79161234567")]


async def first_question(olga: Registrant) -> QuestionKind:
    """Register anew with a phone that is not known, and give back what is asked then."""
    await olga.until(Step.QUESTION, OTHER_PHONE)
    [asked] = olga.kept.rows.registrations[-1].questions
    return asked.kind


def answer_to(kind: QuestionKind) -> str:
    """What Olga answers."""
    return {QuestionKind.BIRTH_YEAR: "1984", QuestionKind.POLICY_YEAR: str(objects.in_days(-800).year)}[kind]

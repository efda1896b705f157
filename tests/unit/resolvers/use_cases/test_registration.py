"""Self registration, from the picture code to the signed-in customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import pytest

from domain.accounts.models import AccountOrigin, EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import (
    AccountExists,
    CannotContinue,
    InvalidField,
    NotConfirmed,
    PictureWrong,
    Reason,
    StepOver,
    TryLater,
    WrongAnswer,
    WrongCode,
)
from domain.accounts.questions import QuestionKind
from domain.accounts.registration import Step
from domain.errors import Source, SourceUnavailable
from domain.models import ConsentPurpose, ContactKind, Isn
from resolvers import accounts
from resolvers.use_cases.progress import Taken
from tests.fakes import objects
from tests.unit.resolvers.use_cases.registering import (
    CONSENTS,
    EMAIL,
    NAME,
    PASSWORD,
    PHONE,
    Registrant,
    problem_of,
    progress_of,
)

OTHER_PHONE = "+7 905 000-11-22"
OTHER_EMAIL = "someone@example.com"


async def test_policy_name_phone_and_email_make_an_account_whose_owner_is_signed_in() -> None:
    olga = Registrant()

    steps = [progress_of(await take()).step for take in (olga.start, olga.phone, olga.code, olga.email, olga.code)]
    done = await olga.finish()

    assert steps == [Step.PHONE, Step.PHONE_CODE, Step.EMAIL, Step.EMAIL_CODE, Step.PASSWORD]
    assert progress_of(done).step is Step.DONE
    assert done.issued is not None
    [account] = olga.kept.rows.accounts.values()
    assert (account.client_isn, account.origin) == (1, AccountOrigin.SELF)
    assert (account.phone, account.email) == ("+79161234567", EMAIL)
    assert account.password_hash == f"hash of {PASSWORD}"
    assert [(each.purpose, each.text_version) for each in olga.kept.rows.consents] == CONSENTS
    [session] = olga.kept.rows.sessions.values()
    assert (session.id, session.account, session.device) == (done.issued.session, account.id, "a test")


async def test_codes_go_to_what_was_given_and_the_account_is_told_of() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()

    sent = [(each.kind, each.address, each.template) for each in olga.kept.rows.messages]
    assert sent == [
        (ContactKind.PHONE, "+79161234567", Template.CODE),
        (ContactKind.EMAIL, EMAIL, Template.CODE),
        (ContactKind.EMAIL, EMAIL, Template.REGISTERED),
    ]


async def test_progress_tells_where_the_code_went_masked() -> None:
    olga = Registrant()
    await olga.start()
    assert progress_of(await olga.phone()).sent_to == "+7 *** ***-45-67"
    await olga.code()
    assert progress_of(await olga.email()).sent_to == "o***@e***.ru"


@pytest.mark.parametrize(
    ("policy", "name"), [("P999", NAME), ("P100", "Калинина Ольга Ивановна"), ("P999", "Никто Нигде")]
)
async def test_an_unknown_policy_and_a_wrong_name_are_the_same_answer_and_the_same_work(policy: str, name: str) -> None:
    olga = Registrant()

    taken = await olga.start(policy, name)

    assert (taken.progress, taken.problems) == (None, (NotConfirmed(),))
    assert olga.reads.calls == {"policies_by_number": 1, "clients": 1}
    assert (olga.kept.rows.writes, olga.kept.hashes, olga.kept.rows.messages) == (0, 0, [])
    assert [limit for limit, _ in olga.kept.takes] == ["picture_address", "registration_address", "registration_policy"]


async def test_a_policy_no_longer_in_force_is_as_good() -> None:
    olga = Registrant()
    assert progress_of(await olga.start("P101")).step is Step.PHONE


async def test_a_picture_code_is_good_once_and_comes_before_anything_is_looked_up() -> None:
    olga = Registrant()
    await accounts.picture(olga.context())
    first = await accounts.start(olga.context(), "picture 1", "wrong", "P100", NAME)
    again = await accounts.start(olga.context(), "picture 1", "123456", "P100", NAME)

    assert first.problems == again.problems == (PictureWrong(),)
    assert olga.reads.calls == {}


@pytest.mark.parametrize("limit", ["registration_address", "registration_policy"])
async def test_over_a_limit_nothing_is_looked_up(limit: str) -> None:
    olga = Registrant()
    olga.kept.exhausted.add(limit)
    assert isinstance(problem_of(await olga.start()), TryLater)
    assert olga.reads.calls == {}


async def test_codes_are_not_sent_over_a_limit() -> None:
    olga = Registrant()
    await olga.start()
    olga.kept.exhausted.add("code_contact")
    assert isinstance(problem_of(await olga.phone()), TryLater)
    assert olga.kept.rows.messages == []


async def test_a_wrong_code_costs_one_of_its_tries_and_the_last_one_voids_it() -> None:
    olga = Registrant()
    await olga.until(Step.PHONE_CODE)
    right = olga.sent_code

    left = [problem_of(await olga.code("000000")) for _ in range(3)]

    assert left == [WrongCode(2), WrongCode(1), WrongCode(0)]
    assert problem_of(await olga.code(right)) == WrongCode(0)
    await olga.phone()
    assert progress_of(await olga.code()).step is Step.EMAIL


async def test_a_code_is_good_for_its_time_and_only_the_newest_counts() -> None:
    olga = Registrant()
    await olga.until(Step.PHONE_CODE)
    first = olga.sent_code
    await olga.phone()
    assert problem_of(await olga.code(first)) == WrongCode(2)
    olga.clock.advance(10 * 60)
    assert problem_of(await olga.code()) == WrongCode(0)


async def test_a_phone_mistyped_can_be_given_anew_until_its_code_was_entered() -> None:
    olga = Registrant()
    await olga.start()
    await olga.phone(OTHER_PHONE)
    await olga.phone()
    await olga.code()
    assert isinstance(problem_of(await olga.phone()), StepOver)


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


async def test_an_account_that_exists_is_told_of_only_at_the_end() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    await olga.until(Step.PASSWORD)

    taken = await olga.finish()

    assert taken.problems == (AccountExists(),)
    assert taken.issued is None
    assert len(olga.kept.rows.accounts) == 1


@pytest.mark.parametrize("consents", [[], [(ConsentPurpose.MARKETING, "v1")]])
async def test_without_consent_to_personal_data_there_is_no_account(consents: list[object]) -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    assert problem_of(await olga.finish(consents=consents)) == InvalidField("consents", Reason.CONSENT_MISSING)
    assert olga.kept.rows.accounts == {}


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short", Reason.TOO_SHORT), ("КАЛИНИНА-1984", Reason.PERSONAL), ("x" * 200, Reason.TOO_LONG)],
)
async def test_a_weak_password_is_not_taken_and_not_hashed(password: str, reason: Reason) -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    assert problem_of(await olga.finish(password)) == InvalidField("password", reason)
    assert olga.kept.hashes == 0


async def test_after_its_time_a_registration_is_over() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    olga.clock.advance(60 * 60)
    assert isinstance(problem_of(await olga.finish()), StepOver)


async def test_a_strange_token_leads_nowhere() -> None:
    olga = Registrant()
    await olga.until(Step.PHONE_CODE)
    for take in (olga.phone, olga.code, olga.email):
        assert isinstance(problem_of(await take(token="guessed")), StepOver)
    for other in (olga.answer, olga.finish):
        assert isinstance(problem_of(await other("anything at all", token="guessed")), StepOver)


STEPS: dict[str, tuple[Step, Callable[[Registrant, str], Awaitable[Taken]]]] = {
    "phone": (Step.PHONE, lambda olga, token: olga.phone(token=token)),
    "phone code": (Step.PHONE_CODE, lambda olga, token: olga.code(token=token)),
    "email": (Step.EMAIL, lambda olga, token: olga.email(token=token)),
    "email code": (Step.EMAIL_CODE, lambda olga, token: olga.code(token=token)),
    "password": (Step.PASSWORD, lambda olga, token: olga.finish(token=token)),
}


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_whose_answer_was_lost_can_be_repeated_with_its_token_as_often_as_need_be(name: str) -> None:
    at, take = STEPS[name]
    olga = Registrant()
    await olga.start() if at is Step.PHONE else await olga.until(at)
    token = olga.token

    first, second, third = [await take(olga, token) for _ in range(3)]

    assert first.problems == second.problems == third.problems == ()
    assert progress_of(first).step is progress_of(second).step is progress_of(third).step
    assert len({progress_of(each).token for each in (first, second, third)}) == 1


async def test_the_last_step_repeated_signs_in_again_but_only_with_the_password_that_was_chosen() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    token = olga.token
    await olga.finish(token=token)

    again, guessed = await olga.finish(token=token), await olga.finish("девять синих слонов", token=token)

    assert again.issued is not None
    assert guessed.problems == (StepOver(),)
    assert len(olga.kept.rows.accounts) == 1


async def test_a_code_of_the_phone_does_not_pass_for_that_of_the_email() -> None:
    olga = Registrant()
    await olga.until(Step.EMAIL)
    phone_code = olga.sent_code
    await olga.email()
    assert problem_of(await olga.code(phone_code)) == WrongCode(2)


async def test_a_browser_gets_its_tokens_in_cookies() -> None:
    olga = Registrant()
    olga.visitor.by_cookie = True
    await olga.until(Step.PASSWORD)

    done = await olga.finish()

    assert (done.issued, len(olga.visitor.given)) == (None, 1)
    assert EndReason.SIGNED_OUT not in {each.end_reason for each in olga.kept.rows.sessions.values()}


def answer_to(kind: QuestionKind) -> str:
    """What Olga answers."""
    return {QuestionKind.BIRTH_YEAR: "1984", QuestionKind.POLICY_YEAR: str(objects.in_days(-800).year)}[kind]


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


async def test_an_answer_that_got_lost_is_not_judged_again() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    token = olga.token
    first = await olga.answer("1812", token=token)
    again = await olga.answer("1812", token=token)
    assert (problem_of(first), again.problems) == (WrongAnswer(), ())
    assert progress_of(first).token == progress_of(again).token
    assert olga.kept.rows.registrations[-1].wrong_answers == 1


async def test_the_step_that_leads_to_a_question_can_be_repeated() -> None:
    olga = Registrant()
    await olga.until(Step.EMAIL_CODE, OTHER_PHONE)
    token = olga.token
    first, again = await olga.code(token=token), await olga.code(token=token)
    assert progress_of(first) == progress_of(again)
    assert progress_of(again).question is not None


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


async def test_nothing_of_another_person_is_used_up_by_who_has_shown_nothing() -> None:
    olga = Registrant()
    await accounts.start(olga.context(), "no picture", "123456", "P100", NAME)
    await accounts.give_phone(olga.context(), "made up", PHONE)
    assert olga.kept.takes == [("registration_address", "192.0.2.1"), ("code_address", "192.0.2.1")]


async def test_each_limit_is_counted_for_whom_it_is_about() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    whose = olga.visitor.address
    [registration] = olga.kept.rows.registrations
    assert olga.kept.takes == [
        ("picture_address", whose),
        ("registration_address", whose),
        ("registration_policy", "P100"),
        ("code_address", whose),
        ("code_registration", str(registration.id)),
        ("code_contact", "+79161234567"),
        ("code_address", whose),
        ("code_registration", str(registration.id)),
        ("code_contact", EMAIL),
        ("finish_registration", str(registration.id)),
    ]


async def test_whoever_is_reached_by_what_was_known_hears_of_an_account_with_other_contacts() -> None:
    olga = Registrant()
    await olga.until(Step.QUESTION, OTHER_PHONE)
    [asked] = olga.kept.rows.registrations[-1].questions
    await olga.answer(answer_to(asked.kind))
    await olga.finish()
    told = [(each.kind, each.address) for each in olga.kept.rows.messages if each.template is Template.REGISTERED]
    assert told == [(ContactKind.EMAIL, EMAIL), (ContactKind.PHONE, "+79161234567")]


async def test_an_address_of_another_account_has_to_be_given_anew() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    olga.kept.rows.accounts = {id_: replace(each, client_isn=Isn(2)) for id_, each in olga.kept.rows.accounts.items()}
    await olga.until(Step.PASSWORD)
    taken = await olga.finish()
    assert problem_of(taken) == InvalidField("email", Reason.TAKEN)
    assert progress_of(taken).step is Step.EMAIL


async def test_a_lock_holds_for_the_last_step_repeated_too() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    token = olga.token
    await olga.finish(token=token)
    [account] = olga.kept.rows.accounts.values()
    olga.kept.rows.accounts[account.id] = replace(account, locked_at=olga.clock.now())
    assert problem_of(await olga.finish(token=token)) == StepOver()


async def test_a_consent_is_to_the_text_in_force() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    taken = await olga.finish(consents=[(ConsentPurpose.PERSONAL_DATA, "v2")])
    assert problem_of(taken) == InvalidField("consents", Reason.CONSENT_MISSING)

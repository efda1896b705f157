"""Recovery: from a forgotten password to a new one, with nothing told to who is not the owner."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import (
    CannotContinue,
    InvalidField,
    PictureWrong,
    Reason,
    StepOver,
    TryLater,
    WrongAnswer,
    WrongCode,
)
from domain.accounts.registration import Step
from domain.models import ContactKind
from resolvers import accounts, recoveries
from tests.fakes import objects
from tests.unit.resolvers.use_cases.recovering import NEW_PASSWORD, forgetful, ready
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, PHONE, problem_of, progress_of

NOBODYS_EMAIL = "nobody@example.ru"
NOBODYS_PHONE = "+7 999 000-00-00"


@pytest.mark.parametrize(
    ("login", "steps"),
    [(EMAIL, [Step.EMAIL_CODE, Step.PHONE_CODE]), (PHONE, [Step.PHONE_CODE, Step.EMAIL_CODE])],
)
async def test_both_codes_and_a_question_lead_to_a_new_password(login: str, steps: list[Step]) -> None:
    olga = await forgetful()
    [before] = olga.kept.rows.sessions

    taken = [await olga.begin(login), await olga.confirm(), await olga.confirm(), await olga.reply()]
    done = await olga.choose()

    assert [progress_of(each).step for each in taken] == [*steps, Step.QUESTION, Step.PASSWORD]
    assert progress_of(done).step is Step.DONE
    assert done.issued is not None
    assert olga.account.password_hash == f"hash of {NEW_PASSWORD}"
    assert olga.kept.rows.sessions[before].end_reason is EndReason.RECOVERED
    assert olga.kept.rows.sessions[done.issued.session].ended_at is None
    assert [(each.address, each.template) for each in olga.sent[2:]] == [(EMAIL, Template.PASSWORD_CHANGED)]


async def test_the_other_contact_shows_masked_and_only_after_the_first_code() -> None:
    olga = await forgetful()

    first = await olga.begin(EMAIL)
    second = await olga.confirm()

    assert (progress_of(first).sent_to, progress_of(second).sent_to) == ("o***@e***.ru", "+7 *** ***-45-67")
    assert [(each.kind, each.template) for each in olga.sent] == [
        (ContactKind.EMAIL, Template.CODE),
        (ContactKind.PHONE, Template.CODE),
    ]


@pytest.mark.parametrize(("known", "unknown"), [(EMAIL, NOBODYS_EMAIL), (PHONE, NOBODYS_PHONE)])
async def test_without_an_account_all_is_the_same_but_what_the_message_says(known: str, unknown: str) -> None:
    olga, other = await forgetful(), await forgetful()

    answers = []
    for person, login in ((olga, known), (other, unknown)):
        taken = [await person.begin(login), *[await person.confirm("nothing") for _ in range(4)]]
        taken += [await person.send_again(), await person.confirm("nothing")]
        taken += [await person.lose_phone(), await person.reply("1984"), await person.choose()]
        steps = [None if each.progress is None else each.progress.step for each in taken]
        answers.append((steps, [each.problems for each in taken], person.costs()))

    assert answers[0] == answers[1]
    assert [each.template for each in olga.sent] == [Template.CODE] * 2
    assert [(each.template, dict(each.values)) for each in other.sent] == [(Template.NO_ACCOUNT, {})] * 2
    assert [each.account for each in other.kept.rows.recoveries] == [None]


async def test_without_an_account_even_a_guessed_code_is_wrong() -> None:
    olga = await forgetful()
    await olga.begin(NOBODYS_EMAIL)
    guessed = olga.kept.rows.codes[-1].hash.decode()
    assert problem_of(await olga.confirm(guessed)) == WrongCode(2)


async def test_a_recovery_asks_the_systems_nothing_before_both_codes() -> None:
    olga = await forgetful()
    olga.reads.by_name["clients"].batches.clear()
    before = olga.reads.calls
    for login in (EMAIL, NOBODYS_EMAIL):
        await olga.begin(login)
        await olga.confirm("nothing")
    assert olga.reads.calls == before


async def test_a_picture_code_comes_before_anything_is_looked_up() -> None:
    olga = await forgetful()
    await accounts.picture(olga.context())
    assert problem_of(await recoveries.start(olga.context(), "picture 1", "wrong", EMAIL)) == PictureWrong()
    assert (olga.kept.works, olga.sent) == (0, [])


@pytest.mark.parametrize("limit", ["recovery_address", "recovery_account", "code_address", "code_contact"])
@pytest.mark.parametrize("login", [EMAIL, NOBODYS_EMAIL])
async def test_over_a_limit_nothing_is_sent_or_kept(limit: str, login: str) -> None:
    olga = await forgetful()
    olga.kept.exhausted.add(limit)
    assert isinstance(problem_of(await olga.begin(login)), TryLater)
    assert (olga.kept.rows.recoveries, olga.kept.rows.writes, olga.sent) == ([], 0, [])


@pytest.mark.parametrize(("login", "other"), [(EMAIL, "+79161234567"), (PHONE, EMAIL)])
async def test_the_code_to_the_other_contact_counts_once_the_first_is_right(login: str, other: str) -> None:
    olga = await forgetful()
    await olga.begin(login)
    token, code = olga.token, olga.sent_code
    await olga.confirm("nothing")
    assert ("code_contact", other) not in olga.kept.takes
    await olga.confirm(code, token=token)
    await olga.confirm(code, token=token)
    assert olga.kept.takes.count(("code_contact", other)) == 1


async def test_over_the_other_contacts_limit_its_code_waits_and_the_first_one_stays_good() -> None:
    olga = await forgetful()
    await olga.begin()
    code = olga.sent_code
    olga.kept.most = {"code_contact": 1}
    olga.kept.takes.append(("code_contact", "+79161234567"))

    over = await olga.confirm(code)

    assert isinstance(problem_of(over), TryLater)
    assert len(olga.sent) == 1
    olga.kept.most.clear()
    assert progress_of(await olga.confirm(code)).step is Step.PHONE_CODE


async def test_contacts_and_accounts_are_counted_only_behind_the_picture() -> None:
    olga = await forgetful()
    await accounts.picture(olga.context())
    await recoveries.start(olga.context(), "picture 1", "wrong", EMAIL)
    assert "recovery_account" not in {limit for limit, _ in olga.kept.takes}


async def test_an_account_is_counted_as_one_but_attempts_by_one_contact_tell_nothing_of_the_other() -> None:
    olga, other = await forgetful(), await forgetful()
    answers = []
    for person, logins in ((olga, (PHONE, EMAIL)), (other, (NOBODYS_PHONE, NOBODYS_EMAIL))):
        person.kept.most = {"recovery_account": 5}
        taken = [await person.begin(logins[0]) for _ in range(6)] + [await person.begin(logins[1])]
        taken += [await person.confirm("nothing"), await person.send_again(), await person.lose_phone()]
        shown = [None if each.progress is None else (each.progress.step, each.progress.expires_at) for each in taken]
        answers.append((shown, [each.problems for each in taken], person.costs()))

    assert answers[0] == answers[1]
    assert isinstance(answers[0][1][5][0], TryLater)
    assert answers[0][1][6] == ()
    assert [each.account for each in olga.kept.rows.recoveries] == [olga.account.id] * 5 + [None]


async def test_a_recovery_over_the_accounts_limit_leads_nowhere_and_the_contact_is_told_why() -> None:
    olga = await forgetful()
    olga.kept.most = {"recovery_account": 1}
    await olga.begin(PHONE)
    olga.sent.clear()
    await olga.begin(EMAIL)
    for _ in range(2):
        guessed = olga.kept.rows.codes[-1].hash.decode()
        assert problem_of(await olga.confirm(guessed)) == WrongCode(2)
        await olga.send_again()
    assert [(each.address, each.template) for each in olga.sent] == [(EMAIL, Template.ATTEMPTS_USED_UP)] * 3


async def test_the_last_step_repeated_signs_in_again_but_only_with_the_password_that_was_chosen() -> None:
    olga = await ready()
    token = olga.token
    await olga.choose(token=token)
    again, guessed = await olga.choose(token=token), await olga.choose("девять синих слонов", token=token)
    assert again.issued is not None
    assert problem_of(guessed) == StepOver()


@pytest.mark.parametrize(("login", "reason"), [("12", Reason.NOT_A_PHONE), ("a@", Reason.NOT_AN_EMAIL)])
async def test_what_cannot_be_a_login_is_told(login: str, reason: Reason) -> None:
    olga = await forgetful()
    assert problem_of(await olga.begin(login)) == InvalidField("login", reason)


async def test_a_lost_phone_costs_one_question_more() -> None:
    olga = await forgetful()
    await olga.begin(EMAIL)
    await olga.confirm()

    steps = [progress_of(each).step for each in (await olga.lose_phone(), await olga.reply(), await olga.reply())]

    assert steps == [Step.QUESTION, Step.QUESTION, Step.PASSWORD]
    assert (await olga.choose()).issued is not None


async def test_a_phone_that_was_called_lost_is_told_of_the_new_password_besides_the_mailbox() -> None:
    olga = await forgetful()
    for take in (olga.begin, olga.confirm, olga.lose_phone, olga.reply, olga.reply):
        await take()
    olga.sent.clear()
    await olga.choose()
    assert [(each.kind, each.address, each.template) for each in olga.sent] == [
        (ContactKind.EMAIL, EMAIL, Template.PASSWORD_CHANGED),
        (ContactKind.PHONE, "+79161234567", Template.PASSWORD_CHANGED),
    ]


async def test_the_phone_can_be_skipped_only_after_the_emails_code() -> None:
    olga = await forgetful()
    await olga.begin(EMAIL)
    assert problem_of(await olga.lose_phone()) == StepOver()
    await olga.begin(PHONE)
    assert problem_of(await olga.lose_phone()) == StepOver()
    await olga.confirm()
    assert problem_of(await olga.lose_phone()) == StepOver()


async def test_wrong_answers_end_it() -> None:
    olga = await forgetful()
    for take in (olga.begin, olga.confirm, olga.confirm):
        await take()

    first, second = await olga.reply("1812"), await olga.reply("1812")

    assert (problem_of(first), problem_of(second)) == (WrongAnswer(), CannotContinue())
    assert progress_of(second).step is Step.REFUSED
    assert problem_of(await olga.choose()) == StepOver()


async def test_who_cannot_be_asked_anything_cannot_go_on() -> None:
    olga = await forgetful()
    olga.reads.by_name["policies_of_holder"].rows = {}
    olga.reads.by_name["clients"].rows = {1: objects.client(birth_date=None)}
    await olga.begin()
    await olga.confirm()
    assert problem_of(await olga.confirm()) == CannotContinue()


async def test_a_code_of_one_contact_does_not_pass_for_the_others() -> None:
    olga = await forgetful()
    await olga.begin()
    first = olga.sent_code
    await olga.confirm()
    assert problem_of(await olga.confirm(first)) == WrongCode(2)


async def test_the_code_at_hand_can_be_sent_again_and_voids_the_one_before() -> None:
    olga = await forgetful()
    await olga.begin()
    for _ in range(2):
        before = olga.sent_code
        sent = await olga.send_again()
        assert sent.problems == ()
        assert olga.sent[-1].address == olga.sent[-2].address
        assert problem_of(await olga.confirm(before)) == WrongCode(2)
        await olga.confirm()
    assert problem_of(await olga.send_again()) == StepOver()


async def test_no_code_is_sent_again_over_a_limit() -> None:
    olga = await forgetful()
    await olga.begin()
    olga.kept.exhausted.add("code_contact")
    assert isinstance(problem_of(await olga.send_again()), TryLater)
    assert len(olga.sent) == 1


async def test_a_weak_password_is_not_taken_and_not_hashed() -> None:
    olga = await ready()
    assert problem_of(await olga.choose("КАЛИНИНА-1984")) == InvalidField("password", Reason.PERSONAL)
    assert olga.kept.hashes == 0


async def test_a_locked_account_stays_locked_which_is_told_at_the_end() -> None:
    olga = await ready()
    olga.kept.rows.accounts[olga.account.id] = replace(olga.account, locked_at=olga.clock.now())

    taken = await olga.choose()

    assert (taken.issued, taken.problems) == (None, (CannotContinue(),))
    assert progress_of(taken).step is Step.REFUSED
    assert olga.account.password_hash == f"hash of {PASSWORD}"

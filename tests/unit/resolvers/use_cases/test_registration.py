"""Self registration, from the picture code to the signed-in customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.accounts.models import AccountOrigin, EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import (
    AccountExists,
    InvalidField,
    NotConfirmed,
    PictureWrong,
    Reason,
    StepOver,
    TryLater,
    WrongCode,
)
from domain.accounts.registration import Step
from domain.models import ConsentPurpose, ContactKind, Isn
from resolvers import accounts
from resolvers.use_cases.progress import Taken
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
    [
        ("short", Reason.TOO_SHORT),
        ("КАЛИНИНА-1984", Reason.PERSONAL),
        ("my policy P-100 it is", Reason.PERSONAL),
        ("123-45-67 is my phone", Reason.PERSONAL),
        ("olga at example", Reason.PERSONAL),
        ("x" * 200, Reason.TOO_LONG),
    ],
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

"""Pre-registration: an employee does part, the client opens a link and finishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.accounts.ports import Template
from domain.accounts.problems import AccountExists, InvalidField, Reason, StepOver, TryLater, WrongCode
from domain.accounts.registration import Step
from domain.audit import AccountAction, AccountActionKind
from domain.errors import NotFound, SignInRequired
from domain.models import ContactKind, Isn
from domain.money import Locale
from domain.viewer import Viewer
from resolvers import accounts, ids
from resolvers.use_cases.preparing import Prepared
from resolvers.use_cases.progress import Taken
from tests.fakes.accounts import ACTIVATION
from tests.fakes.clock import NOW
from tests.fakes.requests import EMPLOYEE, client
from tests.unit.resolvers.use_cases.registering import EMAIL, PHONE, Registrant, problem_of, progress_of

OLGA = ids.encode("Client", 1)
OTHER_EMAIL = "someone@example.com"
OTHER_PHONE = "+7 905 000-11-22"


async def prepared(olga: Registrant, phone: str | None = PHONE, email: str | None = EMAIL) -> Prepared:
    return await accounts.prepare(olga.context(EMPLOYEE), OLGA, phone, email)


def links(olga: Registrant) -> list[tuple[ContactKind, str, str]]:
    """Where activation links went, and their tokens."""
    sent = [each for each in olga.kept.rows.messages if each.template is Template.ACTIVATION]
    return [(each.kind, each.address, each.values["link"].removeprefix(ACTIVATION.address)) for each in sent]


async def opened(olga: Registrant, token: str | None = None) -> Taken:
    return olga._went(await accounts.open_activation(olga.context(), token or links(olga)[-1][2]))


async def test_an_employee_prepares_and_the_client_finishes() -> None:
    olga = Registrant()

    made = await prepared(olga)
    at_phone = progress_of(await opened(olga))
    at_password = progress_of(await olga.code())
    done = await olga.finish()

    assert (made.sent_to, made.problems) == ("o***@e***.ru", ())
    assert made.expires_at == olga.clock.now() + ACTIVATION.life
    assert [(kind, address) for kind, address, _ in links(olga)] == [(ContactKind.EMAIL, EMAIL)]
    assert (at_phone.step, at_phone.sent_to) == (Step.PHONE_CODE, "+7 *** ***-45-67")
    assert at_password.step is Step.PASSWORD
    assert done.issued is not None
    [account] = olga.kept.rows.accounts.values()
    assert (account.client_isn, account.origin, account.email) == (1, AccountOrigin.PREPARED, EMAIL)


async def test_a_code_whose_answer_was_lost_can_be_entered_again_beside_a_contact_that_the_link_has_shown() -> None:
    olga = Registrant()
    await prepared(olga)
    await opened(olga)
    token, code = olga.token, olga.sent_code
    first, again = await olga.code(code, token=token), await olga.code(code, token=token)
    assert first == again
    assert (again.problems, progress_of(again).step) == ((), Step.PASSWORD)


async def test_who_prepared_it_is_kept_with_the_link() -> None:
    olga = Registrant()
    await prepared(olga)
    kept = AccountAction(olga.clock.now(), EMPLOYEE.subject, Isn(1), AccountActionKind.PREPARE)
    assert olga.kept.rows.actions == [kept]
    await prepared(olga, email="no address")
    olga.kept.exhausted.add("code_contact")
    await prepared(olga)
    assert olga.kept.rows.actions == [kept]


async def test_without_the_record_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    olga = Registrant()
    monkeypatch.setattr("tests.fakes.account_rows.FakeAccountActions.add", None)
    with pytest.raises(TypeError):
        await prepared(olga)
    assert (olga.kept.rows.registrations, olga.kept.rows.messages) == ([], [])


@pytest.mark.parametrize("employees", Locale)
async def test_the_link_is_told_of_in_russian_whatever_language_the_employee_has(employees: Locale) -> None:
    olga = Registrant(locale=employees)
    await prepared(olga)
    assert [(each.template, each.locale) for each in olga.kept.rows.messages] == [(Template.ACTIVATION, Locale.RU)]


async def test_the_employee_never_learns_a_token() -> None:
    olga = Registrant()
    made = await prepared(olga)
    [(_, _, token)] = links(olga)
    assert token not in repr(made)


async def test_with_a_phone_alone_the_link_goes_by_sms_and_the_email_is_asked_for() -> None:
    olga = Registrant()

    made = await prepared(olga, email=None)
    steps = [progress_of(each).step for each in (await opened(olga), await olga.email(), await olga.code())]

    assert made.sent_to == "+7 *** ***-45-67"
    assert [(kind, address) for kind, address, _ in links(olga)] == [(ContactKind.PHONE, "+79161234567")]
    assert steps == [Step.EMAIL, Step.EMAIL_CODE, Step.PASSWORD]


async def test_with_an_email_alone_the_phone_is_asked_for() -> None:
    olga = Registrant()
    await prepared(olga, phone=None)
    steps = [progress_of(each).step for each in (await opened(olga), await olga.phone(), await olga.code())]
    assert steps == [Step.PHONE, Step.PHONE_CODE, Step.PASSWORD]


async def test_a_contact_that_the_policy_core_does_not_hold_costs_a_control_question() -> None:
    olga = Registrant()
    await prepared(olga, email=OTHER_EMAIL)
    await opened(olga)
    assert progress_of(await olga.code()).step is Step.QUESTION


async def test_preparing_again_voids_the_link_that_was_sent_before() -> None:
    olga = Registrant()
    await prepared(olga)
    await prepared(olga)
    first, second = (token for _, _, token in links(olga))

    assert problem_of(await opened(olga, first)) == StepOver()
    assert progress_of(await opened(olga, second)).step is Step.PHONE_CODE
    assert len(olga.kept.rows.registrations) == 1


async def test_a_link_can_be_opened_again_until_there_is_an_account_and_not_after_its_time() -> None:
    olga, late = Registrant(), Registrant()
    for each in (olga, late):
        await prepared(each)
    [(_, _, token)] = links(olga)

    for _ in range(2):
        assert progress_of(await opened(olga, token)).step is Step.PHONE_CODE
        assert problem_of(await olga.code("mistyped")) == WrongCode(2)
    await opened(olga, token)
    await olga.code()
    assert (await olga.finish()).issued is not None
    assert problem_of(await opened(olga, token)) == StepOver()

    await opened(late)
    await late.code("mistyped")
    late.clock.advance(ACTIVATION.life.total_seconds())
    assert problem_of(await opened(late, links(late)[-1][2])) == StepOver()


async def test_who_only_has_the_link_gains_nothing_by_the_code_that_another_has_entered() -> None:
    olga = Registrant()
    olga.reads.by_name["policies_of_holder"].rows = {}  # So that there is but one question, of the year of birth.
    await prepared(olga, phone=OTHER_PHONE)
    [(_, _, token)] = links(olga)
    await opened(olga, token)
    await olga.code()
    await olga.answer("1984")
    owners = olga.token
    [before] = olga.kept.rows.registrations
    assert before.step is Step.PASSWORD

    again = progress_of(await opened(olga, token))

    assert (again.step, again.question) == (Step.PHONE_CODE, None)
    assert problem_of(await olga.finish(token=owners)) == StepOver()
    await olga.phone("+7 999 000-00-00")
    assert progress_of(await olga.code()).step is Step.QUESTION


async def test_an_opened_link_spares_nobody_the_question_at_hand() -> None:
    olga = Registrant()
    await prepared(olga, phone=OTHER_PHONE)
    [(_, _, token)] = links(olga)
    await opened(olga, token)
    asked = progress_of(await olga.code()).question
    await olga.answer("1812")
    second = olga.kept.rows.registrations[0].question
    assert second not in {asked, None}

    await opened(olga, token)

    assert progress_of(await olga.code()).question == second
    assert olga.kept.rows.registrations[0].wrong_answers == 1


async def test_with_a_link_by_sms_the_emails_code_is_sent_again() -> None:
    olga = Registrant()
    await prepared(olga, email=None)
    [(_, _, token)] = links(olga)
    await opened(olga, token)
    await olga.email()
    await olga.code()

    again = progress_of(await opened(olga, token))

    assert (again.step, again.sent_to) == (Step.EMAIL_CODE, "o***@e***.ru")
    assert progress_of(await olga.code()).step is Step.PASSWORD


async def test_a_link_is_not_the_token_of_any_step_but_the_first() -> None:
    olga = Registrant()
    await prepared(olga)
    [(_, _, token)] = links(olga)
    await opened(olga, token)
    await olga.code()
    assert problem_of(await olga.finish(token=token)) == StepOver()
    assert problem_of(await olga.code(token=token)) == StepOver()


async def test_a_link_to_an_email_that_another_account_has_leads_nowhere_once_that_is_known() -> None:
    olga = Registrant()
    await prepared(olga)
    [(_, _, token)] = links(olga)
    await opened(olga, token)
    await olga.code()
    made = Account(AccountId(uuid4()), Isn(77), AccountOrigin.SELF, "+79050001199", EMAIL, "hash", False, NOW)
    olga.kept.rows.accounts[made.id] = made

    refused = await olga.finish()

    assert (problem_of(refused), progress_of(refused).step) == (InvalidField("email", Reason.TAKEN), Step.EMAIL)
    for each in (token, olga.token):
        assert problem_of(await opened(olga, each)) == StepOver()
    await olga.email(OTHER_EMAIL)
    assert progress_of(await olga.code()).step is Step.QUESTION


async def test_a_code_of_the_phone_can_be_repeated_though_the_email_was_confirmed_first() -> None:
    olga = Registrant()
    await prepared(olga)
    await opened(olga)
    shown, code = olga.token, olga.sent_code
    await olga.code(code)
    assert progress_of(await olga.code(code, token=shown)).step is Step.PASSWORD


async def test_another_email_than_the_link_went_to_is_not_confirmed_by_it() -> None:
    olga = Registrant()
    await prepared(olga)
    [(_, _, token)] = links(olga)
    await olga.phone(token=token)
    await olga.code()
    await olga.email(OTHER_EMAIL)
    assert problem_of(await opened(olga, olga.token)) == StepOver()


async def test_a_client_with_an_account_is_told_of_as_data() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    assert (await prepared(olga)).problems == (AccountExists(),)
    assert links(olga) == []


async def test_who_got_an_account_meanwhile_is_told_so_when_opening_the_link() -> None:
    olga = Registrant()
    await prepared(olga, phone=None)
    [(_, _, token)] = links(olga)
    await olga.until(Step.PASSWORD)
    await olga.finish()
    await opened(olga, token)
    await olga.phone()
    await olga.code()
    assert problem_of(await olga.finish()) == AccountExists()
    assert len(olga.kept.rows.accounts) == 1


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"phone": "12"}, InvalidField("phone", Reason.NOT_A_PHONE)),
        ({"email": "nobody"}, InvalidField("email", Reason.NOT_AN_EMAIL)),
        ({"phone": None, "email": None}, InvalidField("email", Reason.NOT_AN_EMAIL)),
    ],
)
async def test_contacts_must_be_ones(given: dict[str, Any], problem: InvalidField) -> None:
    olga = Registrant()
    assert (await prepared(olga, **given)).problems == (problem,)


async def test_links_are_not_sent_over_a_limit() -> None:
    olga = Registrant()
    olga.kept.exhausted.add("code_contact")
    assert isinstance(problem_of(await prepared(olga)), TryLater)
    assert links(olga) == []


@pytest.mark.parametrize("id_", [ids.encode("Client", 999), ids.encode("Policy", 100), "nonsense"])
async def test_a_client_that_is_not_there_is_not_found(id_: str) -> None:
    olga = Registrant()
    with pytest.raises(NotFound):
        await accounts.prepare(olga.context(EMPLOYEE), id_, PHONE, EMAIL)


@pytest.mark.parametrize(
    ("viewer", "failure"),
    [
        (client(1), NotFound),
        (replace(client(1), scopes=EMPLOYEE.scopes), NotFound),
        (replace(EMPLOYEE, scopes=frozenset({"accounts:lock", "clients:find"})), NotFound),
        (None, SignInRequired),
    ],
)
async def test_only_employees_with_the_scope_may_prepare(viewer: Viewer | None, failure: type[Exception]) -> None:
    olga = Registrant()
    with pytest.raises(failure):
        await accounts.prepare(olga.context(viewer), OLGA, PHONE, EMAIL)
    assert olga.kept.rows.writes == 0


async def test_a_registration_of_ones_own_has_no_link_to_open() -> None:
    olga = Registrant()
    await olga.start()
    assert problem_of(await opened(olga, olga.token)) == StepOver()

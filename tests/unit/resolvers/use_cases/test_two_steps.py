"""Sign-in with a code besides the password, where the owner wants that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, Reason, StepOver, TryLater, WrongCode, WrongSignIn
from domain.errors import SignInRequired
from domain.models import ContactKind
from resolvers import accounts, ids, recoveries
from resolvers.use_cases.sign_in import Challenge, SignedIn
from tests.unit.resolvers.use_cases.recovering import EMPLOYEE, NEW_PASSWORD, Forgetful, forgetful
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, PHONE, problem_of


async def careful() -> Forgetful:
    """Somebody who has switched the second step on."""
    olga = await forgetful()
    olga.kept.rows.accounts[olga.account.id] = replace(olga.account, two_step=True)
    return olga


async def challenged(olga: Forgetful) -> Challenge:
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.challenge is not None
    return signed_in.challenge


async def enter(olga: Forgetful, challenge: Challenge, code: str | None = None) -> SignedIn:
    return await recoveries.sign_in_with_code(olga.context(), challenge.token, code or olga.sent_code)


async def test_after_the_password_a_code_goes_to_the_phone_and_finishes() -> None:
    olga = await careful()

    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)

    assert (signed_in.issued, signed_in.problems) == (None, ())
    assert signed_in.challenge is not None
    assert signed_in.challenge.sent_to == "+7 *** ***-45-67"
    [message] = olga.sent
    assert (message.kind, message.address, message.template) == (ContactKind.PHONE, "+79161234567", Template.CODE)
    assert len(olga.kept.rows.sessions) == 1
    assert (await enter(olga, signed_in.challenge)).issued is not None
    assert len(olga.kept.rows.sessions) == 2


@pytest.mark.parametrize("login", [EMAIL, PHONE, "nobody@example.ru"])
async def test_a_wrong_password_looks_as_on_any_account(login: str) -> None:
    olga, plain = await careful(), await forgetful()

    answers = [(await accounts.sign_in_(each.context(), login, "wrong"), each.costs()) for each in (olga, plain)]

    assert answers[0] == answers[1]
    assert answers[0][0].problems == (WrongSignIn(),)
    assert olga.sent == []


async def test_the_challenge_is_kept_hashed_and_good_for_one_use() -> None:
    olga = await careful()
    challenge = await challenged(olga)
    assert [each.token for each in olga.kept.rows.challenges] == [olga.kept.hash(challenge.token)]

    await enter(olga, challenge)

    assert problem_of(await enter(olga, challenge)) == StepOver()
    assert olga.kept.rows.challenges == []


async def test_a_challenge_expires_with_its_code() -> None:
    olga = await careful()
    challenge = await challenged(olga)
    assert challenge.expires_at == olga.kept.rows.codes[-1].expires_at
    olga.clock.advance(10 * 60)
    assert problem_of(await enter(olga, challenge)) == StepOver()


async def test_a_wrong_code_costs_one_of_its_tries() -> None:
    olga = await careful()
    challenge = await challenged(olga)
    left = [problem_of(await enter(olga, challenge, "nothing")) for _ in range(3)]
    assert left == [WrongCode(2), WrongCode(1), WrongCode(0)]
    assert problem_of(await enter(olga, challenge)) == WrongCode(0)


async def test_a_code_belongs_to_its_own_challenge() -> None:
    olga = await careful()
    first, code = await challenged(olga), olga.sent_code
    second = await challenged(olga)
    assert problem_of(await enter(olga, second, code)) == WrongCode(2)
    assert (await enter(olga, first, code)).issued is not None


async def test_a_strange_challenge_leads_nowhere() -> None:
    olga = await careful()
    await challenged(olga)
    guess = await recoveries.sign_in_with_code(olga.context(), "guessed", olga.sent_code)
    assert problem_of(guess) == StepOver()


@pytest.mark.parametrize("limit", ["code_contact", "code_address"])
async def test_codes_are_not_sent_over_a_limit(limit: str) -> None:
    olga = await careful()
    olga.kept.exhausted.add(limit)
    assert isinstance(problem_of(await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)), TryLater)
    assert olga.sent == []


async def test_a_changed_password_or_a_lock_voids_what_waits_for_a_code() -> None:
    for change in ("password", "lock"):
        olga = await careful()
        challenge, code = await challenged(olga), olga.sent_code
        if change == "password":
            await recoveries.change_password(olga.context(olga.viewer), PASSWORD, NEW_PASSWORD)
        else:
            await recoveries.lock(olga.context(EMPLOYEE), ids.encode("Client", 1), "stolen")
        assert problem_of(await enter(olga, challenge, code)) == StepOver()


@pytest.mark.parametrize("is_on", [True, False])
async def test_the_owner_switches_it_with_the_password(is_on: bool) -> None:
    olga = await forgetful()
    olga.kept.rows.accounts[olga.account.id] = replace(olga.account, two_step=not is_on)
    changed = await recoveries.set_two_step(olga.context(olga.viewer), PASSWORD, is_on=is_on)
    assert (changed.is_done, olga.account.two_step) == (True, is_on)


async def test_without_the_password_nothing_is_switched() -> None:
    olga = await forgetful()
    changed = await recoveries.set_two_step(olga.context(olga.viewer), "wrong", is_on=True)
    assert problem_of(changed) == InvalidField("password", Reason.NOT_THE_PASSWORD)
    assert not olga.account.two_step
    with pytest.raises(SignInRequired):
        await recoveries.set_two_step(olga.context(), PASSWORD, is_on=True)


async def test_tries_at_the_password_count() -> None:
    olga = await forgetful()
    olga.kept.exhausted.add("sign_in_account")
    assert isinstance(
        problem_of(await recoveries.set_two_step(olga.context(olga.viewer), PASSWORD, is_on=True)), TryLater
    )
    assert olga.kept.hashes == 0


async def test_another_password_ends_the_other_sessions_and_is_told_of() -> None:
    olga = await forgetful()
    [other] = olga.kept.rows.sessions
    await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)

    changed = await recoveries.change_password(olga.context(olga.viewer), PASSWORD, NEW_PASSWORD)

    assert changed.is_done
    reasons = [each.end_reason for each in olga.kept.rows.sessions.values()]
    assert reasons == [EndReason.PASSWORD_CHANGED, None]
    assert olga.kept.rows.sessions[other].ended_at is not None
    assert [(each.address, each.template) for each in olga.sent] == [(EMAIL, Template.PASSWORD_CHANGED)]
    assert (await accounts.sign_in_(olga.context(), EMAIL, NEW_PASSWORD)).issued is not None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("wrong", NEW_PASSWORD, InvalidField("oldPassword", Reason.NOT_THE_PASSWORD)),
        ("wrong", "short", InvalidField("oldPassword", Reason.NOT_THE_PASSWORD)),
        (PASSWORD, "short", InvalidField("newPassword", Reason.TOO_SHORT)),
        (PASSWORD, "КАЛИНИНА-1984", InvalidField("newPassword", Reason.PERSONAL)),
    ],
)
async def test_a_password_that_is_not_taken_changes_nothing(old: str, new: str, problem: InvalidField) -> None:
    olga = await forgetful()
    assert problem_of(await recoveries.change_password(olga.context(olga.viewer), old, new)) == problem
    assert (olga.kept.hashes, olga.kept.rows.writes, olga.sent) == (1, 0, [])

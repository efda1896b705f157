"""Sign-in, and the sessions that it begins."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.accounts.models import AccountId, EndReason
from domain.accounts.problems import TryLater, WrongSignIn
from domain.accounts.registration import Step
from domain.errors import SignInRequired, TooBusy
from domain.models import Isn
from domain.viewer import Viewer, ViewerKind
from resolvers import accounts
from tests.fakes.accounts import LIFETIMES
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, PHONE, Registrant, problem_of


async def registered() -> Registrant:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    olga.kept.hashes = olga.kept.rows.writes = 0
    olga.kept.takes.clear()
    olga.reads.by_name["clients"].batches.clear()
    return olga


def viewer(olga: Registrant, session: object = None) -> Viewer:
    [account] = olga.kept.rows.accounts.values()
    return Viewer(ViewerKind.CLIENT, str(account.id), account.client_isn, None if session is None else str(session))


@pytest.mark.parametrize("login", [PHONE, "8 (916) 123 45 67", EMAIL, " OLGA@Example.RU "])
async def test_phone_or_email_and_the_password_sign_in(login: str) -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), login, PASSWORD)
    assert signed_in.problems == ()
    assert signed_in.issued is not None
    assert signed_in.issued.access_token.startswith("access of 1 in ")


@pytest.mark.parametrize(
    ("login", "password"),
    [(EMAIL, "another password"), ("nobody@example.ru", PASSWORD), ("+79990000000", PASSWORD), ("???", PASSWORD)],
)
async def test_an_account_that_is_not_there_costs_what_a_wrong_password_does(login: str, password: str) -> None:
    olga = await registered()

    signed_in = await accounts.sign_in_(olga.context(), login, password)

    assert (signed_in.issued, signed_in.problems) == (None, (WrongSignIn(),))
    assert (olga.kept.hashes, olga.kept.rows.writes) == (1, 0)
    assert [limit for limit, _ in olga.kept.takes] == ["sign_in_address", "sign_in_account", "sign_in_account"]
    assert olga.reads.calls.get("clients") is None


@pytest.mark.parametrize("login", [EMAIL, "nobody@example.ru"])
async def test_who_is_too_many_is_refused_before_anything_is_counted_or_looked_up(login: str) -> None:
    olga = await registered()
    olga.kept.crowded, works = True, olga.kept.works

    with pytest.raises(TooBusy):
        await accounts.sign_in_(olga.context(), login, PASSWORD)

    assert (olga.kept.hashes, olga.kept.takes, olga.kept.works) == (0, [], works)


async def test_a_locked_account_cannot_sign_in_and_says_no_more() -> None:
    olga = await registered()
    [account] = olga.kept.rows.accounts.values()
    olga.kept.rows.accounts[account.id] = replace(account, locked_at=olga.clock.now())
    assert problem_of(await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)) == WrongSignIn()
    assert olga.kept.hashes == 1


async def test_over_a_limit_no_password_is_hashed() -> None:
    olga = await registered()
    olga.kept.exhausted.add("sign_in_account")
    assert isinstance(problem_of(await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)), TryLater)
    assert olga.kept.hashes == 0


async def test_an_outdated_hash_is_made_anew() -> None:
    olga = await registered()
    [account] = olga.kept.rows.accounts.values()
    olga.kept.matches = lambda password, hash_: _yes()  # type: ignore[method-assign]
    olga.kept.rows.accounts[account.id] = replace(account, password_hash="old hash")
    await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert olga.kept.rows.accounts[account.id].password_hash == f"hash of {PASSWORD}"


async def _yes() -> bool:
    return True


async def test_a_refresh_token_is_good_for_one_use_and_the_second_ends_the_session() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.issued is not None
    first = signed_in.issued.refresh_token

    renewed = await accounts.refresh(olga.context(), first)
    stolen = await accounts.refresh(olga.context(), first)

    assert renewed.issued is not None
    assert renewed.issued.session == signed_in.issued.session
    assert problem_of(stolen) == WrongSignIn()
    assert olga.kept.rows.sessions[renewed.issued.session].end_reason is EndReason.REUSED_TOKEN
    assert problem_of(await accounts.refresh(olga.context(), renewed.issued.refresh_token)) == WrongSignIn()


async def test_a_session_is_over_after_its_longest_time_however_often_it_is_used() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    for _ in range(7):
        assert signed_in.issued is not None
        olga.clock.advance(29 * 86_400)
        signed_in = await accounts.refresh(olga.context(), signed_in.issued.refresh_token)
    assert problem_of(signed_in) == WrongSignIn()


async def test_unused_for_long_a_session_is_over() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.issued is not None
    olga.clock.advance(30 * 86_400)
    assert problem_of(await accounts.refresh(olga.context(), signed_in.issued.refresh_token)) == WrongSignIn()


async def test_a_locked_account_gets_no_new_tokens() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.issued is not None
    [account] = olga.kept.rows.accounts.values()
    olga.kept.rows.accounts[account.id] = replace(account, locked_at=olga.clock.now())
    assert problem_of(await accounts.refresh(olga.context(), signed_in.issued.refresh_token)) == WrongSignIn()


async def test_a_browsers_refresh_token_comes_from_its_cookie_and_goes_when_it_is_no_good() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.issued is not None
    olga.visitor.refresh_cookie = signed_in.issued.refresh_token

    assert (await accounts.refresh(olga.context())).issued is not None
    assert olga.visitor.forgotten == 0
    olga.clock.advance(LIFETIMES.again.total_seconds())
    assert problem_of(await accounts.refresh(olga.context())) == WrongSignIn()
    assert olga.visitor.forgotten == 1


async def test_the_viewer_sees_and_ends_their_own_sessions_alone() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.issued is not None
    other = signed_in.issued.session
    context = olga.context(viewer(olga))

    assert {each.id for each in await accounts.own_sessions(context)} == olga.kept.rows.sessions.keys()
    assert await accounts.end_session(context, str(other))
    assert other not in {each.id for each in await accounts.own_sessions(context)}
    assert not await accounts.end_session(context, str(uuid4()))
    assert not await accounts.end_session(context, "no id at all")
    [owner] = olga.kept.rows.accounts.values()
    neighbour = replace(owner, id=AccountId(uuid4()), client_isn=Isn(2), email="other@example.ru")
    olga.kept.rows.accounts[neighbour.id] = neighbour
    stranger = Viewer(ViewerKind.CLIENT, str(neighbour.id), Isn(2))
    [mine] = await accounts.own_sessions(context)
    assert not await accounts.end_session(olga.context(stranger), str(mine.id))


async def test_signing_out_ends_the_session_of_the_request() -> None:
    olga = await registered()
    [session] = olga.kept.rows.sessions
    assert await accounts.sign_out(olga.context(viewer(olga, session)))
    assert olga.kept.rows.sessions[session].end_reason is EndReason.SIGNED_OUT
    assert olga.visitor.forgotten == 1
    assert await accounts.sign_out(olga.context())


@pytest.mark.parametrize("who", [None, Viewer(ViewerKind.CLIENT, "of another issuer", Isn(1))])
async def test_sessions_are_for_who_has_an_account_here(who: Viewer | None) -> None:
    olga = await registered()
    with pytest.raises(SignInRequired):
        await accounts.own_sessions(olga.context(who))


async def test_attempts_with_one_login_tell_nothing_of_the_other() -> None:
    olga, other = await registered(), await registered()
    answers = []
    for person, logins in ((olga, (PHONE, EMAIL)), (other, ("+79990000000", "nobody@example.ru"))):
        person.kept.most = {"sign_in_account": 10, "sign_in_notice": 1}
        kept, works = person.kept, person.kept.works
        went = [await accounts.sign_in_(person.context(), login, "wrong") for login in logins for _ in range(12)]
        took = [limit for limit, _ in kept.takes]
        answers.append(([each.problems for each in went], kept.hashes, kept.works - works, kept.rows.writes, took))

    assert answers[0] == answers[1]
    assert [isinstance(problem, TryLater) for [problem] in answers[0][0]] == ([False] * 10 + [True] * 2) * 2


async def test_both_logins_of_an_account_are_counted_together_so_that_no_more_guesses_are_right() -> None:
    olga = await registered()
    olga.kept.most = {"sign_in_account": 10}
    for _ in range(10):
        await accounts.sign_in_(olga.context(), PHONE, "wrong")
    assert problem_of(await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)) == WrongSignIn()
    assert (olga.kept.hashes, len(olga.kept.rows.sessions)) == (11, 1)
    olga.kept.most.clear()
    assert (await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)).issued is not None


@pytest.mark.parametrize("login", ["a\0b@example.ru", "x\0", "\ud800@example.ru"])
async def test_what_no_database_takes_is_nobodys_login(login: str) -> None:
    olga = await registered()
    assert problem_of(await accounts.sign_in_(olga.context(), login, PASSWORD)) == WrongSignIn()
    assert olga.kept.hashes == 1


async def test_signing_out_without_an_access_token_ends_the_session_of_the_cookie() -> None:
    olga = await registered()
    signed_in = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert signed_in.issued is not None
    olga.visitor.refresh_cookie = signed_in.issued.refresh_token
    await accounts.sign_out(olga.context())
    assert olga.kept.rows.sessions[signed_in.issued.session].end_reason is EndReason.SIGNED_OUT


async def test_a_session_of_another_issuers_token_is_nobodys() -> None:
    olga = await registered()
    assert await accounts.sign_out(olga.context(viewer(olga, "no id of ours")))


async def test_sessions_that_ran_out_are_not_listed() -> None:
    olga = await registered()
    olga.clock.advance(30 * 86_400)
    assert await accounts.own_sessions(olga.context(viewer(olga))) == []

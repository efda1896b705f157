"""Accounts closed by employees, and what their owners are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.accounts.messages import NOBODY
from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, NoAccount, Reason, TryLater, WrongSignIn
from domain.audit import AccountAction, AccountActionKind
from domain.errors import NotFound, SignInRequired
from domain.models import Isn
from resolvers import accounts, ids, recoveries
from resolvers.use_cases.security import Changed
from tests.unit.resolvers.use_cases.recovering import EMPLOYEE, Forgetful, forgetful
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, PHONE, problem_of

CLIENT = ids.encode("Client", 1)


async def test_a_lock_ends_all_sessions_keeps_everybody_out_and_is_told_by_mail() -> None:
    olga = await forgetful()

    changed = await recoveries.lock(olga.context(EMPLOYEE), CLIENT, " a stolen phone ")

    assert changed.is_done
    assert (olga.account.locked_at, olga.account.lock_reason) == (olga.clock.now(), "a stolen phone")
    assert [each.end_reason for each in olga.kept.rows.sessions.values()] == [EndReason.LOCKED]
    assert [(each.address, each.template, dict(each.values)) for each in olga.sent] == [
        (EMAIL, Template.ACCOUNT_LOCKED, {})
    ]
    assert problem_of(await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)) == WrongSignIn()


async def test_a_second_lock_changes_nothing() -> None:
    olga = await forgetful()
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "first")
    olga.clock.advance(60)
    assert (await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "second")).is_done
    assert (olga.account.lock_reason, len(olga.sent)) == ("first", 1)


async def test_an_unlocked_account_can_be_signed_in_to() -> None:
    olga = await forgetful()
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "a mistake")
    assert (await recoveries.unlock(olga.context(EMPLOYEE), CLIENT, "found again")).is_done
    assert (olga.account.locked_at, olga.account.lock_reason) == (None, None)
    assert (await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)).issued is not None


@pytest.mark.parametrize(
    "client", [ids.encode("Client", 2), ids.encode("Policy", 1), "no id", ids.encode("Client", "x")]
)
async def test_a_client_without_an_account_is_told(client: str) -> None:
    olga = await forgetful()
    assert problem_of(await recoveries.lock(olga.context(EMPLOYEE), client, "why")) == NoAccount()
    assert problem_of(await recoveries.unlock(olga.context(EMPLOYEE), client, "found again")) == NoAccount()


@pytest.mark.parametrize("do", [recoveries.lock, recoveries.unlock])
@pytest.mark.parametrize(("reason", "wrong"), [("  ", Reason.TOO_SHORT), ("x" * 501, Reason.TOO_LONG)])
async def test_locks_and_unlocks_want_a_reason(
    do: Callable[..., Awaitable[Changed]], reason: str, wrong: Reason
) -> None:
    olga = await forgetful()
    assert problem_of(await do(olga.context(EMPLOYEE), CLIENT, reason)) == InvalidField("reason", wrong)
    assert olga.kept.rows.actions == []


async def test_who_locked_and_who_unlocked_it_is_kept_with_when_and_why() -> None:
    olga, other = await forgetful(), replace(EMPLOYEE, subject="desk-2")
    began = olga.clock.now()
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, " a stolen phone ")
    olga.clock.advance(60)
    await recoveries.unlock(olga.context(other), CLIENT, "found again")
    assert olga.kept.rows.actions == [
        AccountAction(began, EMPLOYEE.subject, Isn(1), AccountActionKind.LOCK, "a stolen phone"),
        AccountAction(olga.clock.now(), "desk-2", Isn(1), AccountActionKind.UNLOCK, "found again"),
    ]


async def test_what_changes_nothing_is_not_kept() -> None:
    olga = await forgetful()
    assert (await recoveries.unlock(olga.context(EMPLOYEE), CLIENT, "by mistake")).is_done
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "first")
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "second")
    await recoveries.lock(olga.context(EMPLOYEE), ids.encode("Client", 2), "nobody's")
    assert [each.reason for each in olga.kept.rows.actions] == ["first"]


@pytest.mark.parametrize("do", [recoveries.lock, recoveries.unlock])
async def test_without_the_record_nothing_is_changed(
    do: Callable[..., Awaitable[Changed]], monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = await forgetful()
    if do is recoveries.unlock:
        await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "stolen")
    before = olga.account
    monkeypatch.setattr("tests.fakes.account_rows.FakeAccountActions.add", None)
    with pytest.raises(TypeError):
        await do(olga.context(EMPLOYEE), CLIENT, "why")
    assert olga.account == before


async def test_locks_are_for_employees_with_the_scope() -> None:
    olga = await forgetful()
    scopeless = replace(EMPLOYEE, scopes=frozenset({"accounts:prepare", "clients:find"}))
    scoped = replace(olga.viewer, scopes=EMPLOYEE.scopes)
    refused = [(each, NotFound) for each in (olga.viewer, scoped, scopeless)]
    for viewer, error in (*refused, (None, SignInRequired)):
        with pytest.raises(error):
            await recoveries.lock(olga.context(viewer), CLIENT, "why")
        with pytest.raises(error):
            await recoveries.unlock(olga.context(viewer), CLIENT, "found again")
    assert olga.account.locked_at is None


@pytest.mark.parametrize("login", [EMAIL, PHONE])
async def test_that_attempts_are_used_up_is_told_once_in_a_window_and_the_account_stays_open(login: str) -> None:
    olga = await forgetful()
    await used_up(olga, login)
    olga.kept.exhausted.add("sign_in_notice")
    await used_up(olga, login)

    assert [(each.address, each.template) for each in olga.sent] == [(EMAIL, Template.ATTEMPTS_USED_UP)]
    olga.kept.exhausted.clear()
    assert (await accounts.sign_in_(olga.context(), login, PASSWORD)).issued is not None


async def test_whose_attempts_are_used_up_without_an_account_nobody_is_told_and_as_much_is_done() -> None:
    olga, other = await forgetful(), await forgetful()
    await used_up(olga, EMAIL)
    await used_up(other, "nobody@example.ru")
    assert [each.address for each in other.sent] == [NOBODY]
    assert [olga.kept.works, olga.kept.rows.writes, olga.kept.hashes, [limit for limit, _ in olga.kept.takes]] == [
        other.kept.works, other.kept.rows.writes, other.kept.hashes, [limit for limit, _ in other.kept.takes]
    ]  # fmt: skip


async def test_an_exhausted_network_address_and_a_locked_account_are_told_to_no_owner() -> None:
    olga = await forgetful()
    olga.kept.exhausted.add("sign_in_address")
    await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert olga.sent == []
    olga.kept.exhausted.clear()
    olga.kept.rows.accounts[olga.account.id] = replace(olga.account, locked_at=olga.clock.now())
    await used_up(olga, EMAIL)
    assert [each.address for each in olga.sent] == [NOBODY]


async def used_up(olga: Forgetful, login: str) -> None:
    """Try once more than there are attempts."""
    olga.kept.exhausted.add("sign_in_account")
    assert isinstance(problem_of(await accounts.sign_in_(olga.context(), login, PASSWORD)), TryLater)

"""Once something of an account has changed, what was on its way for it is void, and its codes are worth nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from domain.accounts.ports import Message, Template
from domain.accounts.problems import StepOver, WrongSignIn
from domain.accounts.registration import Step
from domain.models import ContactKind
from resolvers import ids, recoveries
from resolvers.use_cases import contact_changes, contact_confirming
from tests.unit.resolvers.use_cases.recovering import EMPLOYEE, NEW_PASSWORD, Forgetful, forgetful
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, problem_of, progress_of
from tests.unit.resolvers.use_cases.test_two_steps import careful, challenged, enter

CLIENT = ids.encode("Client", 1)
NEW_PHONE, NEW_EMAIL = "+79050001122", "new@example.ru"

Act: TypeAlias = Callable[[], Awaitable[Any]]
Begin: TypeAlias = Callable[[Forgetful], Awaitable[Act]]
"""Begins something, and returns what goes on with it."""


async def a_recovery(olga: Forgetful) -> Act:
    await olga.begin()
    token, code = olga.token, olga.sent_code
    return lambda: olga.confirm(code, token=token)


async def a_second_step(olga: Forgetful) -> Act:
    challenge, code = await challenged(olga), olga.sent_code
    return lambda: enter(olga, challenge, code)


async def a_change(olga: Forgetful, contact: str = NEW_EMAIL) -> Act:
    kind = ContactKind.EMAIL if "@" in contact else ContactKind.PHONE
    # In no session: that the one at hand may have ended as well is another matter.
    viewer = replace(olga.viewer, session=None)
    begun = await contact_changes.begin(olga.context(viewer), str(uuid4()), kind, contact, PASSWORD)
    assert begun.change is not None, begun.problems
    id_, (new, old) = ids.encode("ContactChange", begun.change.id), [each.values["code"] for each in olga.sent[-2:]]
    return lambda: contact_confirming.confirm(olga.context(viewer), str(uuid4()), id_, new, old)


async def another_change(olga: Forgetful) -> Act:
    return lambda: a_change(olga, NEW_PHONE)


async def another_change_confirmed(olga: Forgetful) -> Act:
    return await a_change(olga, NEW_PHONE)


async def another_password(olga: Forgetful) -> Act:
    return lambda: recoveries.change_password(olga.context(olga.viewer), PASSWORD, NEW_PASSWORD)


async def a_lock(olga: Forgetful) -> Act:
    async def locked_and_opened_again() -> None:
        await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "stolen")
        await recoveries.unlock(olga.context(EMPLOYEE), CLIENT, "found again")

    return locked_and_opened_again


async def another_recovery_finished(olga: Forgetful) -> Act:
    for take in (olga.begin, olga.confirm, olga.confirm, olga.reply):
        await take()
    token = olga.token
    return lambda: olga.choose(token=token)


UNDERWAY: list[Begin] = [a_recovery, a_second_step, a_change]
EVENTS: list[Begin] = [
    another_change,
    another_change_confirmed,
    another_password,
    a_lock,
    another_recovery_finished,
]
VOID = [
    pytest.param(event, begin, id=f"{event.__name__}-{begin.__name__}")
    for event in EVENTS
    for begin in UNDERWAY
    # Beginning a change voids another, and a recovery, already.
    if (event, begin) not in {(another_change_confirmed, a_change), (another_recovery_finished, a_change)}
]


@pytest.mark.parametrize(("event", "begin"), VOID)
async def test_what_is_underway_is_void_once_something_changes(event: Begin, begin: Begin) -> None:
    olga = await careful()
    happen = await event(olga)
    sent_before = len(olga.sent)
    go_on = await begin(olga)
    codes = [each for each in olga.sent[sent_before:] if each.template is Template.CODE]

    came = await happen()

    assert not getattr(came, "problems", ()), came.problems
    assert codes
    assert [each for each in codes if each not in olga.kept.rows.worthless] == []
    assert problem_of(await go_on()) == StepOver()


async def test_a_change_that_was_only_begun_is_void_once_a_recovery_is_finished() -> None:
    olga = await forgetful()
    confirm = await a_change(olga)
    finish = await another_recovery_finished(olga)
    await finish()
    assert problem_of(await confirm()) == StepOver()
    assert olga.account.email == EMAIL


@pytest.mark.parametrize("begin", UNDERWAY)
async def test_what_is_underway_goes_on_while_nothing_changes(begin: Begin) -> None:
    olga = await careful()
    go_on = await begin(olga)
    assert (await go_on()).problems == ()


@pytest.mark.parametrize("event", EVENTS)
async def test_what_is_underway_for_somebody_else_is_left_alone(event: Begin) -> None:
    olga = await careful()
    happen = await event(olga)
    await olga.begin("nobody@example.ru")
    theirs = olga.kept.rows.recoveries[-1]
    await happen()
    assert theirs in olga.kept.rows.recoveries


async def test_a_recovery_that_was_finished_can_be_repeated_by_who_lost_the_answer() -> None:
    olga = await forgetful()
    finish = await another_recovery_finished(olga)
    assert progress_of(await finish()).step is progress_of(await finish()).step is Step.DONE


async def test_the_password_of_a_finished_recovery_leads_nowhere_after_a_lock() -> None:
    olga = await forgetful()
    finish = await another_recovery_finished(olga)
    await finish()
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "stolen")
    await recoveries.unlock(olga.context(EMPLOYEE), CLIENT, "found again")
    assert problem_of(await finish()) == StepOver()


def changes_meanwhile(olga: Forgetful, limit: str, **changed: Any) -> None:
    """Let an account change when a limit is looked at: before the transaction that follows, after what was read."""
    took = olga.kept.take

    async def take(name: str, *keys: str) -> timedelta | None:
        if name == limit:
            olga.kept.rows.accounts[olga.account.id] = replace(olga.account, **changed)
        return await took(name, *keys)

    olga.kept.take = take  # type: ignore[assignment, method-assign]


async def test_a_recovery_that_begins_while_the_contact_is_changed_sends_no_code_to_the_old_one() -> None:
    olga = await forgetful()
    changes_meanwhile(olga, "recovery_account", email=NEW_EMAIL)
    await olga.begin(EMAIL)
    assert [(each.address, each.template) for each in olga.sent] == [(EMAIL, Template.NO_ACCOUNT)]
    assert [each.account for each in olga.kept.rows.recoveries] == [None]


@pytest.mark.parametrize("changed", [{"password_hash": "another"}, {"phone": "+79990000000"}, {"email": NEW_EMAIL}])
async def test_a_change_is_not_begun_on_what_was_changed_meanwhile(changed: dict[str, str]) -> None:
    olga = await forgetful()
    changes_meanwhile(olga, "code_contact", **changed)
    begun = await contact_changes.begin(olga.context(olga.viewer), "a new key", ContactKind.PHONE, NEW_PHONE, PASSWORD)
    assert problem_of(begun) == WrongSignIn("password")
    assert (olga.kept.rows.contact_changes, codes_of(olga.sent)) == ([], [])


def codes_of(sent: list[Message]) -> list[str]:
    return [each.values["code"] for each in sent if each.template is Template.CODE]

"""A change of phone or e-mail: the password, a code from each end, and then it will happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.accounts.contacts import ContactChangeState
from domain.accounts.models import Account, AccountId
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, Reason, StepOver, TryLater, WrongCode, WrongSignIn
from domain.accounts.registration import Step
from domain.errors import SignInRequired
from domain.models import ContactKind, Isn
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.context import Context
from resolvers.use_cases import contact_changes, contact_confirming
from resolvers.use_cases.contact_changes import Begun
from resolvers.use_cases.contact_confirming import Confirmed
from tests.fakes.requests import EMPLOYEE
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, Registrant, problem_of

PHONE = "+79161234567"
NEW_PHONE = "+79050001122"
NEW_EMAIL = "new@example.ru"
LIFE = timedelta(minutes=10)


async def registered() -> Registrant:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    olga.kept.hashes = olga.kept.rows.writes = 0
    olga.kept.takes.clear()
    olga.kept.rows.messages.clear()
    return olga


def account(olga: Registrant) -> Account:
    [found] = olga.kept.rows.accounts.values()
    return found


def signed_in(olga: Registrant) -> Context:
    return olga.context(Viewer(ViewerKind.CLIENT, str(account(olga).id), Isn(1)))


def new_key() -> str:
    return str(uuid4())


async def begin(
    olga: Registrant,
    contact: str = "8 905 000-11-22",
    password: str = PASSWORD,
    *,
    key: str | None = None,
    old_is_lost: bool | None = None,
) -> Begun:
    kind = ContactKind.EMAIL if "@" in contact else ContactKind.PHONE
    return await contact_changes.begin(signed_in(olga), key or new_key(), kind, contact, password, old_is_lost)


def codes(olga: Registrant) -> dict[str, str]:
    """The code that was sent last to each address."""
    sent = [each for each in olga.kept.rows.messages if each.template is Template.CODE]
    return {each.address: each.values["code"] for each in sent}


def id_of(begun: Begun) -> str:
    assert begun.change is not None, begun.problems
    return ids.encode("ContactChange", begun.change.id)


async def confirm(olga: Registrant, begun: Begun, new: str, old: str, *, key: str | None = None) -> Confirmed:
    return await contact_confirming.confirm(signed_in(olga), key or new_key(), id_of(begun), new, old)


async def test_codes_go_to_both_ends_and_nothing_has_changed_yet() -> None:
    olga = await registered()

    begun = await begin(olga)

    assert begun.problems == ()
    assert begun.change is not None
    assert (begun.change.state, begun.change.expires_at) == (ContactChangeState.BEGUN, olga.clock.now() + LIFE)
    assert begun.sent_to == ("+7 *** ***-11-22", "+7 *** ***-45-67")
    assert set(codes(olga)) == {NEW_PHONE, PHONE}
    assert account(olga).phone == PHONE
    assert olga.kept.rows.underway.commands == []
    assert await contact_changes.own(signed_in(olga)) == []


async def test_both_codes_change_the_account_tell_the_old_contact_and_leave_it_to_be_delivered() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)

    done = await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE])

    assert done.problems == ()
    assert done.change is not None
    assert done.change.state is ContactChangeState.WAITING
    assert (account(olga).phone, account(olga).email) == (NEW_PHONE, EMAIL)
    assert [each.owner for each in olga.kept.rows.underway.commands] == [done.change.id]
    told = olga.kept.rows.messages[-1]
    assert (told.kind, told.address, told.template) == (ContactKind.PHONE, PHONE, Template.CONTACT_CHANGED)
    assert await contact_changes.own(signed_in(olga)) == [done.change]


async def test_an_email_is_changed_in_the_same_way() -> None:
    olga = await registered()
    begun = await begin(olga, " New@Example.RU")
    sent = codes(olga)
    done = await confirm(olga, begun, sent[NEW_EMAIL], sent[EMAIL])
    assert done.problems == ()
    assert (account(olga).phone, account(olga).email) == (PHONE, NEW_EMAIL)


async def test_where_the_old_one_is_lost_the_other_contact_proves_it_and_the_lost_one_is_told() -> None:
    olga = await registered()
    begun = await begin(olga, old_is_lost=True)
    sent = codes(olga)
    assert set(sent) == {NEW_PHONE, EMAIL}

    done = await confirm(olga, begun, sent[NEW_PHONE], sent[EMAIL])

    assert done.problems == ()
    assert account(olga).phone == NEW_PHONE
    assert olga.kept.rows.messages[-1].address == PHONE


async def test_the_code_of_one_end_is_not_that_of_the_other() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    swapped = await confirm(olga, begun, sent[PHONE], sent[NEW_PHONE])
    assert swapped.problems == (WrongCode(2, "newCode"), WrongCode(2, "oldCode"))
    assert account(olga).phone == PHONE


async def test_a_code_that_was_right_is_good_again_beside_the_other() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)

    half = await confirm(olga, begun, sent[NEW_PHONE], "999999")
    bad = await confirm(olga, begun, "999999", sent[PHONE])
    done = await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE])

    assert half.problems == (WrongCode(2, "oldCode"),)
    assert bad.problems == (WrongCode(2, "newCode"),)
    assert done.problems == ()


async def test_codes_have_few_tries() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    for left in (2, 1, 0, 0):
        wrong = await confirm(olga, begun, sent[NEW_PHONE], "999999")
        assert wrong.problems == (WrongCode(left, "oldCode"),)
    assert (await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE])).problems == (WrongCode(0, "oldCode"),)
    assert account(olga).phone == PHONE


async def test_a_newer_beginning_voids_the_one_before() -> None:
    olga = await registered()
    first = await begin(olga)
    old = codes(olga)
    second = await begin(olga, "+79050003344")
    sent = codes(olga)
    assert problem_of(await confirm(olga, first, old[NEW_PHONE], old[PHONE])) == StepOver()
    assert (await confirm(olga, second, sent["+79050003344"], sent[PHONE])).problems == ()


async def test_after_its_time_a_change_is_over() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    olga.clock.advance(10 * 60)
    assert problem_of(await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE])) == StepOver()
    assert account(olga).phone == PHONE


async def test_nobody_else_can_confirm_it_and_no_locked_account_is_changed() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    given = (new_key(), id_of(begun), sent[NEW_PHONE], sent[PHONE])
    owner = account(olga)
    neighbour = replace(owner, id=AccountId(uuid4()), client_isn=Isn(2), email="other@example.ru")
    locked = replace(owner, locked_at=olga.clock.now())
    olga.kept.rows.accounts |= {neighbour.id: neighbour, locked.id: locked}
    stranger = olga.context(Viewer(ViewerKind.CLIENT, str(neighbour.id), Isn(2)))
    assert problem_of(await contact_confirming.confirm(stranger, *given)) == StepOver()
    with pytest.raises(SignInRequired):
        await contact_confirming.confirm(olga.context(Viewer(ViewerKind.CLIENT, str(owner.id), Isn(1))), *given)
    assert olga.kept.rows.accounts == {neighbour.id: neighbour, locked.id: locked}


async def test_a_wrong_password_sends_nothing_and_guesses_are_counted_for_the_account() -> None:
    olga = await registered()
    assert problem_of(await begin(olga, password="another password")) == WrongSignIn("password")
    assert (olga.kept.rows.messages, olga.kept.rows.contact_changes, olga.kept.hashes) == ([], [], 1)
    assert olga.kept.takes == [("code_address", "192.0.2.1"), ("sign_in_account", str(account(olga).id))]


async def test_who_has_no_account_is_told_to_sign_in_and_no_password_is_looked_at() -> None:
    olga = await registered()
    nobody = olga.context(Viewer(ViewerKind.CLIENT, str(uuid4()), Isn(2)))
    with pytest.raises(SignInRequired):
        await contact_changes.begin(nobody, new_key(), ContactKind.PHONE, NEW_PHONE, PASSWORD)
    assert (olga.kept.hashes, olga.kept.takes) == (0, [])


async def test_codes_are_counted_for_both_ends_before_they_are_sent() -> None:
    olga = await registered()
    await begin(olga)
    assert olga.kept.takes[2:] == [("code_contact", NEW_PHONE), ("code_contact", PHONE)]
    olga.kept.rows.messages.clear()
    olga.kept.exhausted.add("code_contact")
    assert isinstance(problem_of(await begin(olga)), TryLater)
    assert olga.kept.rows.messages == []


@pytest.mark.parametrize("limit", ["code_address", "sign_in_account"])
async def test_over_a_limit_no_password_is_hashed(limit: str) -> None:
    olga = await registered()
    olga.kept.exhausted.add(limit)
    assert isinstance(problem_of(await begin(olga)), TryLater)
    assert olga.kept.hashes == 0


@pytest.mark.parametrize(
    ("contact", "problem"),
    [
        ("+7 1", InvalidField("phone", Reason.NOT_A_PHONE)),
        ("no one@", InvalidField("email", Reason.NOT_AN_EMAIL)),
        ("8 916 123 45 67", InvalidField("phone", Reason.UNCHANGED)),
        ("OLGA@example.ru", InvalidField("email", Reason.UNCHANGED)),
    ],
)
async def test_what_cannot_be_a_new_contact_is_told(contact: str, problem: InvalidField) -> None:
    olga = await registered()
    assert problem_of(await begin(olga, contact)) == problem
    assert olga.kept.rows.messages == []


@pytest.mark.parametrize("viewer", [None, EMPLOYEE])
async def test_it_is_for_those_who_have_an_account(viewer: Viewer | None) -> None:
    olga = await registered()
    for asked in (
        contact_changes.begin(olga.context(viewer), new_key(), ContactKind.PHONE, NEW_PHONE, PASSWORD),
        contact_confirming.confirm(olga.context(viewer), new_key(), "id", "1", "2"),
        contact_changes.own(olga.context(viewer)),
    ):
        with pytest.raises(SignInRequired):
            await asked


async def test_an_email_of_another_account_is_refused_to_who_has_shown_to_read_it() -> None:
    olga = await registered()
    neighbour = replace(account(olga), id=AccountId(uuid4()), client_isn=Isn(2), email=NEW_EMAIL, phone="+79990000000")
    begun = await begin(olga, NEW_EMAIL)
    sent = codes(olga)
    owner = signed_in(olga)
    olga.kept.rows.accounts[neighbour.id] = neighbour

    for _ in range(2):
        refused = await contact_confirming.confirm(owner, new_key(), id_of(begun), sent[NEW_EMAIL], sent[EMAIL])
        assert problem_of(refused) == InvalidField("email", Reason.TAKEN)
    assert olga.kept.rows.underway.commands == []

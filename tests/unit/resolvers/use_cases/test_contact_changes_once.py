"""A key makes a change of a contact once: what was asked again is shown as it is now, and nothing is sent again."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.accounts.contacts import ContactChangeState
from domain.accounts.models import AccountId
from domain.accounts.problems import InvalidField, Reason, StepOver, TryLater, WrongCode, WrongSignIn
from domain.models import ContactKind, Isn
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.use_cases import contact_changes, contact_confirming
from resolvers.use_cases.contact_changes import Begun
from resolvers.use_cases.once import wish
from tests.unit.resolvers.use_cases.registering import PASSWORD, Registrant, problem_of
from tests.unit.resolvers.use_cases.test_contact_changes import (
    NEW_PHONE,
    PHONE,
    account,
    begin,
    codes,
    confirm,
    id_of,
    registered,
    signed_in,
)

KEY = "key of the wish"
OTHER_KEY = "key of another wish"
OTHER_PHONE = "+79050003344"


def done(olga: Registrant) -> tuple[int, int, int]:
    """How much was written, sent and accepted."""
    rows = olga.kept.rows
    return rows.writes, len(rows.messages), len(rows.underway.commands)


async def test_the_same_key_sends_no_other_code_and_shows_the_same_change() -> None:
    olga = await registered()
    first = await begin(olga, key=KEY)
    before = done(olga)

    again = await begin(olga, key=KEY)

    assert again == first
    assert again.sent_to == ("+7 *** ***-11-22", "+7 *** ***-45-67")
    assert done(olga) == before
    sent = codes(olga)
    assert (await confirm(olga, again, sent[NEW_PHONE], sent[PHONE])).problems == ()


async def test_a_new_key_sends_new_codes_within_the_limits_and_voids_the_first() -> None:
    olga = await registered()
    first = await begin(olga, key=KEY)
    second = await begin(olga, key=OTHER_KEY)
    assert len(olga.kept.rows.messages) == 4
    assert id_of(first) != id_of(second)

    olga.kept.exhausted.add("code_contact")
    assert isinstance(problem_of(await begin(olga, key="a third of the keys")), TryLater)
    assert (await begin(olga, key=OTHER_KEY)) == second


async def test_a_key_whose_change_was_voided_or_has_expired_begins_nothing() -> None:
    olga = await registered()
    await begin(olga, key=KEY)
    await begin(olga, key=OTHER_KEY)
    before = done(olga)
    assert problem_of(await begin(olga, key=KEY)) == StepOver()
    olga.clock.advance(10 * 60)
    assert problem_of(await begin(olga, key=OTHER_KEY)) == StepOver()
    assert done(olga) == before


async def test_what_became_of_the_change_since_is_shown_as_it_is_now() -> None:
    olga = await registered()
    begun = await begin(olga, key=KEY)
    sent = codes(olga)
    await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE])
    [waiting] = olga.kept.rows.contact_changes
    assert await begin(olga, key=KEY) == Begun(waiting)

    for state in (waiting.delivered(olga.clock.now()), waiting.given_up("REFUSED", olga.clock.now())):
        olga.kept.rows.contact_changes = [state]
        # By now the contact is the account's own, and the time for codes is over.
        olga.clock.advance(10 * 60)
        assert await begin(olga, key=KEY) == Begun(state)


@pytest.mark.parametrize(
    ("contact", "lost"), [(OTHER_PHONE, None), ("8 905 000-11-22", True), ("a@b.example", None), ("+7 1", None)]
)
async def test_the_same_key_with_another_input_is_refused(contact: str, lost: bool | None) -> None:
    olga = await registered()
    await begin(olga, key=KEY)
    before = done(olga)
    assert problem_of(await begin(olga, contact, key=KEY, old_is_lost=lost)) == KeyReused()
    assert done(olga) == before


async def test_no_word_of_a_lost_contact_is_the_same_as_that_it_is_not_lost() -> None:
    olga = await registered()
    assert await begin(olga, key=KEY, old_is_lost=False) == await begin(olga, key=KEY)


@pytest.mark.parametrize("key", ["", "short", "ключ из восьми", "k" * 101])
async def test_what_is_no_key_does_nothing(key: str) -> None:
    olga = await registered()
    begun = await begin(olga, key=OTHER_KEY)
    before = done(olga)
    takes, hashes = len(olga.kept.takes), olga.kept.hashes
    sent = codes(olga)
    unfit = await contact_changes.begin(signed_in(olga), key, ContactKind.PHONE, OTHER_PHONE, PASSWORD)
    confirmed = await contact_confirming.confirm(signed_in(olga), key, id_of(begun), sent[NEW_PHONE], sent[PHONE])
    assert (unfit.problems, confirmed.problems) == ((KeyUnfit(),), (KeyUnfit(),))
    assert done(olga) == before
    assert (len(olga.kept.takes), olga.kept.hashes) == (takes, hashes)


@pytest.mark.parametrize("password", [PASSWORD, "another password", ""])
async def test_a_repeated_key_tells_nothing_of_the_password_and_uses_up_no_try(password: str) -> None:
    olga = await registered()
    first = await begin(olga, key=KEY)
    takes, hashes = len(olga.kept.takes), olga.kept.hashes
    olga.kept.exhausted |= {"sign_in_account", "code_address", "code_contact"}

    assert await begin(olga, password=password, key=KEY) == first
    assert problem_of(await begin(olga, OTHER_PHONE, password, key=KEY)) == KeyReused()

    assert (len(olga.kept.takes), olga.kept.hashes) == (takes, hashes)


async def test_a_key_with_which_the_password_was_wrong_is_as_good_as_new_and_each_try_is_counted() -> None:
    olga = await registered()
    for _ in range(2):
        assert problem_of(await begin(olga, password="another password", key=KEY)) == WrongSignIn("password")
    assert olga.kept.takes.count(("sign_in_account", str(account(olga).id))) == 2
    assert olga.kept.rows.underway.wishes == {}
    assert (await begin(olga, OTHER_PHONE, key=KEY)).problems == ()


@pytest.mark.parametrize("contact", ["+7 1", "8 916 123 45 67"])
async def test_nor_is_a_key_remembered_with_which_nothing_was_begun(contact: str) -> None:
    olga = await registered()
    assert isinstance(problem_of(await begin(olga, contact, key=KEY)), InvalidField)
    assert (await begin(olga, key=KEY)).problems == ()


async def test_of_the_input_nothing_is_kept_that_could_be_found_by_trying() -> None:
    olga = await registered()
    begun = await begin(olga, key=KEY)
    sent = codes(olga)
    await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=KEY)

    owner = str(account(olga).id)
    # The contact is keyed before it is hashed; the password and the codes are no part of it.
    keyed = olga.kept.lot("changeContact", owner, "8 905 000-11-22").hex()
    asked = wish(owner, "changeContact", KEY, {"kind": "PHONE", "contact": keyed, "lost": False})
    entered = wish(owner, "confirmContactChange", KEY, {"change": id_of(begun)})
    digests = [digest for digest, _ in olga.kept.rows.underway.wishes.values()]
    assert digests == [each.digest for each in (asked, entered) if each is not None]


async def test_a_change_is_confirmed_once_by_its_key_and_shown_as_it_is_by_now() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    first = await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=KEY)
    before = done(olga)

    assert await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=KEY) == first
    assert await confirm(olga, begun, "000000", "000000", key=KEY) == first
    assert done(olga) == before

    [waiting] = olga.kept.rows.contact_changes
    delivered = waiting.delivered(olga.clock.now())
    olga.kept.rows.contact_changes = [delivered]
    assert (await confirm(olga, begun, "", "", key=KEY)).change == delivered


async def test_another_key_for_one_that_was_accepted_shows_it_and_is_its_own_from_then() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    first = await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=KEY)
    before = done(olga)
    assert await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=OTHER_KEY) == first
    assert done(olga) == before

    later = await begin(olga, "new@example.ru")
    assert problem_of(await confirm(olga, later, "1", "2", key=OTHER_KEY)) == KeyReused()


async def test_a_wrong_code_is_counted_and_its_key_is_as_good_as_new() -> None:
    olga = await registered()
    begun = await begin(olga)
    sent = codes(olga)
    for left in (2, 1):
        wrong = await confirm(olga, begun, sent[NEW_PHONE], "999999", key=KEY)
        assert wrong.problems == (WrongCode(left, "oldCode"),)
    assert (await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=KEY)).problems == ()


async def test_a_key_of_the_beginning_confirms_as_well_since_it_is_another_mutation() -> None:
    olga = await registered()
    begun = await begin(olga, key=KEY)
    sent = codes(olga)
    assert (await confirm(olga, begun, sent[NEW_PHONE], sent[PHONE], key=KEY)).problems == ()
    assert len(olga.kept.rows.underway.wishes) == 2


async def test_the_key_of_another_viewer_is_another_wish_and_their_change_is_as_none() -> None:
    olga = await registered()
    begun = await begin(olga, key=KEY)
    sent = codes(olga)
    neighbour = replace(
        account(olga), id=AccountId(uuid4()), client_isn=Isn(2), phone="+79990000000", email="other@example.ru"
    )
    olga.kept.rows.accounts[neighbour.id] = neighbour
    stranger = olga.context(Viewer(ViewerKind.CLIENT, str(neighbour.id), Isn(2)))

    for id_ in (id_of(begun), ids.encode("ContactChange", uuid4()), "no id", str(uuid4())):
        refused = await contact_confirming.confirm(stranger, KEY, id_, sent[NEW_PHONE], sent[PHONE])
        assert refused.problems == (StepOver(),)
    theirs = await contact_changes.begin(stranger, KEY, ContactKind.PHONE, OTHER_PHONE, PASSWORD)
    assert theirs.problems == ()
    assert len(olga.kept.rows.contact_changes) == 2
    assert {each.state for each in olga.kept.rows.contact_changes} == {ContactChangeState.BEGUN}


async def test_a_change_that_failed_for_a_taken_email_is_refused_again_under_its_key() -> None:
    olga = await registered()
    begun = await begin(olga, "new@example.ru")
    sent = codes(olga)
    other = replace(account(olga), id=AccountId(uuid4()), client_isn=Isn(2), email="new@example.ru", phone=OTHER_PHONE)
    owner = signed_in(olga)
    olga.kept.rows.accounts[other.id] = other
    for _ in range(2):
        refused = await contact_confirming.confirm(
            owner, KEY, id_of(begun), sent["new@example.ru"], sent["olga@example.ru"]
        )
        assert problem_of(refused) == InvalidField("email", Reason.TAKEN)

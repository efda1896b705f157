"""Changes of contacts: one begun at a time, delivered in their order, nothing personal left behind."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts.contacts import ContactChange, ContactChangeId, ContactChangeState, ContactDelivery
from domain.accounts.models import AccountId, ConsentRecord
from domain.models import ConsentPurpose, ContactKind, Isn
from domain.outbox.models import CommandKind
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, SOON, kept_account, rows, somebody_waits

NEW_PHONE = "+79050001122"
JOBS = "SELECT task_name, args FROM procrastinate_jobs"


def change(owner: AccountId, **changed: Any) -> ContactChange:
    values: dict[str, Any] = {
        "id": ContactChangeId(uuid4()),
        "account": owner,
        "kind": ContactKind.PHONE,
        "address": NEW_PHONE,
        "proved_by": ContactKind.PHONE,
        "begun_at": NOON,
        "expires_at": SOON,
    }
    return ContactChange(**{**values, **changed})


def confirmed(owner: AccountId, **changed: Any) -> ContactChange:
    return change(owner, new_confirmed=True, old_confirmed=True, **changed).accepted(SOON)


async def accepted(store: PostgresStore, owner: AccountId, **changed: Any) -> ContactChange:
    made = confirmed(owner, **changed)
    async with store.work() as work:
        await work.contact_changes.begin(replace(made, state=ContactChangeState.BEGUN, accepted_at=None))
        await work.contact_changes.change(made)
        await work.commands.accept(CommandKind.UPDATE_CONTACTS, made.subject, made.id, SOON)
    return made


async def broken_off(store: PostgresStore, owner: AccountId) -> None:
    """Accept a change, and break a rule after that in the same transaction."""
    made = confirmed(owner)
    async with store.work() as work:
        await work.contact_changes.begin(replace(made, state=ContactChangeState.BEGUN, accepted_at=None))
        await work.contact_changes.change(made)
        await work.commands.accept(CommandKind.UPDATE_CONTACTS, made.subject, made.id, SOON)
        await work.contact_changes.begin(change(owner, id=made.id))


async def test_one_comes_back_by_its_id_and_is_listed_once_it_was_accepted(store: PostgresStore) -> None:
    owner = await kept_account(store)
    begun = change(owner.id)
    async with store.work() as work:
        await work.contact_changes.begin(begun)
        assert await work.contact_changes.by_id(begun.id) == begun
        assert await work.contact_changes.by_id(ContactChangeId(uuid4())) is None
        assert await work.contact_changes.of_account(owner.id) == []
        half = replace(begun, new_confirmed=True)
        await work.contact_changes.change(half)
        taken = replace(half, old_confirmed=True).accepted(SOON)
        await work.contact_changes.change(taken)
        assert await work.contact_changes.of_account(owner.id) == [taken]


async def test_a_newer_one_takes_the_place_of_one_that_was_only_begun(store: PostgresStore) -> None:
    owner = await kept_account(store)
    first, second = change(owner.id), change(owner.id, address="+79050003344")
    async with store.work() as work:
        await work.contact_changes.begin(first)
        await work.contact_changes.begin(second)
        assert await work.contact_changes.by_id(first.id) is None
        assert await work.contact_changes.by_id(second.id) == second


async def test_what_was_only_begun_is_void_and_what_was_accepted_stays(store: PostgresStore) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2)
    waits = await accepted(store, owner.id)
    begun, theirs = change(owner.id), change(other.id)
    async with store.work() as work:
        await work.contact_changes.begin(begun)
        await work.contact_changes.begin(theirs)
        assert await work.contact_changes.void(owner.id) == [begun.id]
        assert await work.contact_changes.by_id(begun.id) is None
        assert await work.contact_changes.by_id(theirs.id) == theirs
        assert await work.contact_changes.of_account(owner.id) == [waits]


async def test_what_is_not_committed_is_not_delivered(store: PostgresStore) -> None:
    owner = await kept_account(store)
    with pytest.raises(IntegrityError, match="contact_changes_pkey"):
        await broken_off(store, owner.id)
    assert await rows(store, JOBS) == []


async def test_what_waits_is_told_until_it_has_come_to_an_end(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    made = await accepted(store, owner.id)
    async with store.work() as work:
        assert await work.contact_changes.delivery(made.id) == ContactDelivery(Isn(7), ContactKind.PHONE, NEW_PHONE)
        waiting = await work.contact_changes.by_id(made.id)
        assert waiting == made
        await work.contact_changes.change(made.delivered(SOON))
        assert await work.contact_changes.delivery(made.id) is None
        (kept,) = await work.contact_changes.of_account(owner.id)
    assert (kept.state, kept.address, kept.ended_at) == (ContactChangeState.DELIVERED, None, SOON)
    assert NEW_PHONE not in str(await rows(store, "SELECT contact_changes::text FROM contact_changes"))


async def test_one_that_was_given_up_says_why_and_holds_nothing_personal(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await accepted(store, owner.id)
    async with store.work() as work:
        await work.contact_changes.change(made.given_up("DROPPED", SOON))
        (kept,) = await work.contact_changes.of_account(owner.id)
    assert (kept.state, kept.address, kept.failure) == (ContactChangeState.DEAD, None, "DROPPED")


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("confirmed", {"state": ContactChangeState.WAITING, "accepted_at": NOON}),
        ("accepted", {"accepted_at": NOON}),
        ("ended", {"ended_at": NOON}),
        ("personal", {"address": None}),
        ("failure", {"failure": "why"}),
    ],
)
async def test_a_change_is_whole(store: PostgresStore, rule: str, wrong: dict[str, Any]) -> None:
    owner = await kept_account(store)
    with pytest.raises(IntegrityError, match=f"contact_changes_{rule}_check"):
        async with store.work() as work:
            await work.contact_changes.begin(change(owner.id, **wrong))


async def test_of_two_who_change_an_account_the_second_sees_what_the_first_wrote(store: PostgresStore) -> None:
    owner = await kept_account(store)

    async def add_to(email: str) -> None:
        async with store.work() as work:
            current = await work.accounts.by_id(owner.id)
            assert current is not None
            await work.accounts.change(replace(current, email=email + current.email))

    async with store.work() as work:
        current = await work.accounts.by_id(owner.id)
        assert current is not None
        second = asyncio.create_task(add_to("second."))
        await somebody_waits(store)
        await work.accounts.change(replace(current, email=f"first.{current.email}"))
    await second
    assert await rows(store, "SELECT email FROM accounts") == [("second.first.anna@example.ru",)]


async def test_a_consent_is_revoked_once_and_may_be_given_again(store: PostgresStore) -> None:
    owner = await kept_account(store)
    given = ConsentRecord(owner.id, ConsentPurpose.MARKETING, "2026-01", NOON)
    kept = ConsentRecord(owner.id, ConsentPurpose.PERSONAL_DATA, "2026-01", NOON)
    again = replace(given, given_at=SOON + timedelta(minutes=1))
    async with store.work() as work:
        for each in (given, kept):
            await work.consents.add(each)
        await work.consents.revoke(owner.id, ConsentPurpose.MARKETING, SOON)
        await work.consents.revoke(owner.id, ConsentPurpose.MARKETING, SOON + timedelta(minutes=1))
        await work.consents.add(again)
        found = await work.consents.of_account(owner.id)
    assert found[0] == again
    assert set(found[1:]) == {replace(given, revoked_at=SOON), kept}

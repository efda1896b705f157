"""Two who want one e-mail at the very same time, over the database: one has it, the other is told that it is taken."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4, uuid5

import pytest

from domain.accounts.contacts import ContactChangeId, ContactChangeState
from domain.accounts.models import Account, Code, CodePurpose
from domain.accounts.ports import AccountTaken
from domain.accounts.problems import AccountExists, InvalidField, Reason
from domain.models import ContactKind
from gateway.store.store import PostgresStore
from resolvers import ids
from resolvers.use_cases import contact_confirming, finishing
from tests.unit.gateway.store import test_contact_changes
from tests.unit.gateway.store.made import account, code, kept_account, rows, somebody_waits
from tests.unit.gateway.store.test_lock_order import LATER, asking

WANTED = "wanted@example.ru"
TAKEN = InvalidField("email", Reason.TAKEN)


def change_of(owner: Account) -> ContactChangeId:
    """The one change of an owner has an id that can be worked out."""
    return ContactChangeId(uuid5(owner.id, "change"))


async def ready(store: PostgresStore, client: int) -> Account:
    """Return somebody who has begun to change to the e-mail, and to whom both codes were sent."""
    owner = await kept_account(store, client)
    begun = test_contact_changes.change(
        owner.id,
        id=change_of(owner),
        expires_at=LATER,
        kind=ContactKind.EMAIL,
        address=WANTED,
        proved_by=ContactKind.EMAIL,
    )

    def sent(subject: Any) -> Code:
        return code(
            subject, purpose=CodePurpose.CONTACT_CHANGE, kind=ContactKind.EMAIL, hash=b"111111", expires_at=LATER
        )

    async with store.work() as work:
        await work.contact_changes.begin(begun)
        await work.codes.add(sent(begun.id))
        await work.codes.add(sent(owner.id))
    return owner


async def confirmed(store: PostgresStore, owner: Account) -> contact_confirming.Confirmed:
    id_ = ids.encode("ContactChange", change_of(owner))
    return await contact_confirming.confirm(asking(store, owner), str(uuid4()), id_, "111111", "111111")


async def test_of_two_who_confirm_one_email_the_second_is_told_that_it_is_taken(store: PostgresStore) -> None:
    anna, petr = await ready(store, 1), await ready(store, 2)

    async with store.work() as work:
        await work.accounts.by_id(anna.id)
        await work.accounts.change(replace(anna, email=WANTED))
        second = asyncio.create_task(confirmed(store, petr))
        await somebody_waits(store)
    answer = await second

    assert answer.problems == (TAKEN,)
    assert await rows(store, "SELECT client_isn, email FROM accounts ORDER BY 1") == [(1, WANTED), (2, petr.email)]
    # It is as where the other was there before: the codes were right and stay so, and nothing is on its way.
    changes = "SELECT account_id, new_confirmed, old_confirmed, state FROM contact_changes"
    assert (petr.id, True, True, ContactChangeState.BEGUN) in await rows(store, changes)
    assert await rows(store, "SELECT count(*) FROM commands") == [(0,)]
    assert (await confirmed(store, petr)).problems == (TAKEN,)


async def test_of_many_who_confirm_it_in_any_order_one_has_it(store: PostgresStore) -> None:
    owners = [await ready(store, client) for client in range(1, 6)]
    answers = await asyncio.gather(*(confirmed(store, each) for each in owners))
    assert sorted((each.problems for each in answers), key=len) == [(), *[(TAKEN,)] * 4]
    assert [each for each in await rows(store, "SELECT email FROM accounts") if each == (WANTED,)] == [(WANTED,)]
    assert await rows(store, "SELECT count(*) FROM commands") == [(1,)]


async def test_where_the_other_thinks_better_of_it_the_second_has_it(store: PostgresStore) -> None:
    anna, petr = await ready(store, 1), await ready(store, 2)

    class ThinksBetterError(Exception):
        pass

    with suppress(ThinksBetterError):
        async with store.work() as work:
            await work.accounts.change(replace(anna, email=WANTED))
            second = asyncio.create_task(confirmed(store, petr))
            await somebody_waits(store)
            raise ThinksBetterError

    assert (await second).problems == ()
    assert await rows(store, "SELECT client_isn, email FROM accounts ORDER BY 1") == [(1, anna.email), (2, WANTED)]


async def test_a_change_to_what_is_taken_is_told_and_the_transaction_goes_on(store: PostgresStore) -> None:
    anna, petr = await kept_account(store, 1), await kept_account(store, 2)
    async with store.work() as work:
        with pytest.raises(AccountTaken):
            await work.accounts.change(replace(petr, email=anna.email))
        await work.accounts.change(replace(petr, two_step=True))
    assert await rows(store, "SELECT two_step FROM accounts ORDER BY client_isn") == [(False,), (True,)]


@pytest.mark.parametrize(
    ("client", "email", "problem"), [(2, WANTED, TAKEN), (1, "another@example.ru", AccountExists())]
)
async def test_of_two_who_register_the_second_is_told_what_is_taken(
    store: PostgresStore, client: int, email: str, problem: object
) -> None:
    async with store.work() as first:
        await first.accounts.add(account(1, email=WANTED))

        async def second() -> object:
            async with store.work() as work:
                return await finishing.added(work, account(client, email=email, id=account().id))

        adding = asyncio.create_task(second())
        await somebody_waits(store)
    assert await adding == problem

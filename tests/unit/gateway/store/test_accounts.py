"""Accounts: one a person, whoever asks at the same time."""

import asyncio
from dataclasses import replace

import pytest

from domain.accounts.models import Account, AccountId
from domain.accounts.ports import AccountTaken
from domain.models import ContactKind, Isn
from domain.money import Locale
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import EMAIL, NOON, PHONE, account, kept_account, rows, somebody_waits


async def test_an_account_is_found_as_it_was_kept_by_client_id_phone_and_email(store: PostgresStore) -> None:
    kept = await kept_account(store, two_step=True, locale=Locale.EN)
    async with store.work() as work:
        assert await work.accounts.of_client(Isn(1)) == kept
        assert await work.accounts.by_id(kept.id) == kept
        assert await work.accounts.by_login(ContactKind.PHONE, PHONE) == kept
        assert await work.accounts.by_login(ContactKind.EMAIL, EMAIL) == kept


async def test_who_has_none_is_told_so(store: PostgresStore) -> None:
    async with store.work() as work:
        assert await work.accounts.of_client(Isn(1)) is None
        assert await work.accounts.by_id(AccountId(account().id)) is None
        assert await work.accounts.by_login(ContactKind.PHONE, PHONE) is None


async def test_an_email_is_one_accounts(store: PostgresStore) -> None:
    await kept_account(store, 1)
    async with store.work() as work:
        with pytest.raises(AccountTaken):
            await work.accounts.add(account(2, email=EMAIL))


async def test_two_people_may_share_a_phone_which_then_signs_in_neither(store: PostgresStore) -> None:
    await kept_account(store, 1, email="one@example.ru")
    second = await kept_account(store, 2, email="two@example.ru")
    async with store.work() as work:
        assert await work.accounts.by_login(ContactKind.PHONE, PHONE) is None
        assert await work.accounts.by_login(ContactKind.EMAIL, "two@example.ru") == second


async def test_a_change_is_kept_and_a_change_of_nothing_is_a_fault(store: PostgresStore) -> None:
    kept = await kept_account(store)
    locked = replace(kept, phone="+79160000000", locked_at=NOON, lock_reason="asked for")
    async with store.work() as work:
        await work.accounts.change(locked)
    async with store.work() as work:
        assert await work.accounts.by_id(kept.id) == locked
    with pytest.raises(LookupError):
        async with store.work() as work:
            await work.accounts.change(account(2))


async def test_a_second_account_of_a_person_is_taken_and_the_transaction_goes_on(store: PostgresStore) -> None:
    await kept_account(store, 1)
    async with store.work() as work:
        with pytest.raises(AccountTaken):
            await work.accounts.add(account(1))
        await work.accounts.add(account(2))
    assert await rows(store, "SELECT client_isn FROM accounts ORDER BY 1") == [(1,), (2,)]


async def test_of_two_added_at_the_same_time_one_is_taken(store: PostgresStore) -> None:
    async def add(made: Account) -> None:
        async with store.work() as work:
            await work.accounts.add(made)

    async with store.work() as work:
        await work.accounts.add(account(1))
        second = asyncio.create_task(add(account(1)))
        await somebody_waits(store)
    with pytest.raises(AccountTaken):
        await second
    outcomes = await asyncio.gather(*(add(account(2)) for _ in range(5)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["AccountTaken"] * 4 + ["NoneType"]


async def test_who_waited_for_an_account_that_did_not_come_to_be_has_it(store: PostgresStore) -> None:
    waiting: list[asyncio.Task[None]] = []

    async def add() -> None:
        async with store.work() as work:
            await work.accounts.add(account(1))

    async def given_up() -> None:
        async with store.work() as work:
            await work.accounts.add(account(1))
            waiting.append(asyncio.create_task(add()))
            await somebody_waits(store)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await given_up()
    await asyncio.gather(*waiting)
    assert await rows(store, "SELECT count(*) FROM accounts") == [(1,)]

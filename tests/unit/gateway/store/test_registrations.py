"""Registrations: kept whole at every step, and in one hand at a time."""

import asyncio
from collections.abc import Callable

import pytest

from domain.accounts.questions import QuestionKind
from domain.accounts.registration import Registration, Step, of_link
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import EMAIL, PHONE, hash_of, kept_account, registration, somebody_waits


async def kept(store: PostgresStore, made: Registration) -> Registration:
    async with store.work() as work:
        await work.registrations.add(made)
    return made


async def test_it_comes_back_the_same_after_every_step(store: PostgresStore) -> None:
    now = await kept(store, registration())
    owner = await kept_account(store)
    steps: list[Callable[[Registration], Registration]] = [
        lambda each: each.with_phone(PHONE, matches=False).moved(hash_of("2")),
        lambda each: each.confirmed().moved(hash_of("3")),
        lambda each: each.with_email(EMAIL, matches=True).moved(hash_of("4")),
        lambda each: each.confirmed().moved(hash_of("5")),
        lambda each: each.asking(QuestionKind.PLATE_DIGITS, "АВС 001").moved(hash_of("6")),
        lambda each: each.answered(rightly=False).moved(hash_of("7")),
        lambda each: each.asking(QuestionKind.BIRTH_YEAR, "").answered(rightly=True).moved(hash_of("8")),
        lambda each: each.done(owner.id).moved(hash_of("9")),
    ]
    for step in steps:
        async with store.work() as work:
            assert await work.registrations.by_token(now.token) == now
            now = step(now)
            await work.registrations.change(now)
    assert now.step is Step.DONE
    async with store.work() as work:
        assert await work.registrations.by_token(now.token) == now


async def test_the_token_before_finds_it_too_and_older_ones_do_not(store: PostgresStore) -> None:
    first = await kept(store, registration("1"))
    third = first.moved(hash_of("2")).moved(hash_of("3"))
    async with store.work() as work:
        await work.registrations.change(third)
    async with store.work() as work:
        assert await work.registrations.by_token(hash_of("3")) == third
        assert await work.registrations.by_token(hash_of("2")) == third
        assert await work.registrations.by_token(hash_of("1")) is None


async def test_a_second_one_who_comes_with_the_token_waits_and_sees_what_the_first_one_did(
    store: PostgresStore,
) -> None:
    made = await kept(store, registration("1"))

    async def step_of(token: str) -> Step | None:
        async with store.work() as work:
            found = await work.registrations.by_token(hash_of(token))
            return None if found is None else found.step

    async with store.work() as work:
        held = await work.registrations.by_token(made.token)
        assert held is not None
        second = asyncio.create_task(step_of("1"))
        await somebody_waits(store)
        await work.registrations.change(held.with_phone(PHONE, matches=True).moved(hash_of("2")))
    assert await second is Step.PHONE_CODE


async def test_another_ones_registration_does_not_wait(store: PostgresStore) -> None:
    one, other = await kept(store, registration("1")), await kept(store, registration("2"))
    async with store.work() as work, store.work() as beside:
        assert await work.registrations.by_token(one.token) == one
        assert await beside.registrations.by_token(other.token) == other


async def test_a_change_of_nothing_is_a_fault(store: PostgresStore) -> None:
    with pytest.raises(LookupError):
        async with store.work() as work:
            await work.registrations.change(registration())


async def test_a_link_finds_it_at_whatever_step_and_is_no_token_of_later_ones(store: PostgresStore) -> None:
    link = hash_of("link")
    made = await kept(store, registration("link", id=of_link(link)))
    later = made.moved(hash_of("2")).moved(hash_of("3"))
    async with store.work() as work:
        await work.registrations.change(later)
    async with store.work() as work:
        assert await work.registrations.by_link(link) == later
        assert await work.registrations.by_token(link) is None
        assert await work.registrations.by_link(hash_of("another link")) is None


async def test_a_link_that_its_registration_is_not_named_after_is_known_by_its_token(store: PostgresStore) -> None:
    made = await kept(store, registration("link"))
    async with store.work() as work:
        assert await work.registrations.by_link(hash_of("link")) == made

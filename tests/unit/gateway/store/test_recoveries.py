"""Recoveries and sign-ins that wait for a code: kept whole, and gone with what they belong to."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts.models import AccountId, ChallengeId, EndReason, RecoveryId, SignInChallenge
from domain.accounts.problems import WrongSignIn
from domain.accounts.questions import QuestionKind
from domain.accounts.recovery import Recovery
from domain.accounts.registration import Step
from domain.models import ContactKind, Isn
from gateway.store.store import PostgresStore
from resolvers.use_cases import sessions
from tests.fakes.accounts import FakeAccounts, FakeVisitor
from tests.fakes.clock import StillClock
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request
from tests.unit.gateway.store.made import (
    EMAIL,
    NOON,
    PHONE,
    SOON,
    hash_of,
    kept_account,
    session,
    somebody_waits,
    token,
)


def recovery(word: str = "first", **changed: Any) -> Recovery:
    values: dict[str, Any] = {
        "id": RecoveryId(uuid4()),
        "kind": ContactKind.EMAIL,
        "address": EMAIL,
        "token": hash_of(word),
        "expires_at": SOON,
    }
    return Recovery(**{**values, **changed})


def challenge(owner: AccountId, word: str = "first") -> SignInChallenge:
    return SignInChallenge(ChallengeId(uuid4()), owner, hash_of(word), SOON)


async def kept(store: PostgresStore, made: Recovery) -> Recovery:
    async with store.work() as work:
        await work.recoveries.add(made)
    return made


async def test_it_comes_back_the_same_after_every_step(store: PostgresStore) -> None:
    owner = await kept_account(store)
    now = await kept(store, recovery(account=owner.id, client_isn=Isn(1)))
    steps = [
        lambda each: each.with_first_code(PHONE).moved(hash_of("2")),
        lambda each: each.without_phone().moved(hash_of("3")),
        lambda each: each.asking(QuestionKind.PLATE_DIGITS, "АВС 001").moved(hash_of("4")),
        lambda each: each.answered(rightly=True).moved(hash_of("5")),
        lambda each: each.asking(QuestionKind.BIRTH_YEAR, "").answered(rightly=True).moved(hash_of("6")),
        lambda each: each.done().moved(hash_of("7")),
    ]
    for step in steps:
        async with store.work() as work:
            assert await work.recoveries.by_token(now.token) == now
            now = step(now)  # type: ignore[no-untyped-call]
            await work.recoveries.change(now)
    assert now.step is Step.DONE
    async with store.work() as work:
        assert await work.recoveries.by_token(now.token) == now
        assert now.previous is not None
        assert await work.recoveries.by_token(now.previous) == now


async def test_one_without_an_account_is_kept_all_the_same(store: PostgresStore) -> None:
    made = await kept(store, recovery())
    async with store.work() as work:
        assert await work.recoveries.by_token(made.token) == made


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("recoveries_token_check", {"token": b"short"}),
        ("recoveries_previous_differs_check", {"previous": hash_of("first")}),
        ("recoveries_account_check", {"client_isn": Isn(1)}),
        ("recoveries_other_check", {"other": PHONE}),
        ("recoveries_other_confirmed_check", {"other_confirmed": True}),
        ("recoveries_phone_lost_check", {"phone_lost": True}),
        ("recoveries_is_done_check", {"is_done": True}),
        ("recoveries_wrong_answers_check", {"wrong_answers": -1}),
    ],
)
async def test_a_recovery_is_whole(store: PostgresStore, rule: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule):
        await kept(store, recovery(**wrong))


async def test_a_change_of_nothing_is_a_fault(store: PostgresStore) -> None:
    with pytest.raises(LookupError):
        async with store.work() as work:
            await work.recoveries.change(recovery())


async def test_a_challenge_is_found_by_its_token_until_it_is_removed(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = challenge(owner.id)
    async with store.work() as work:
        await work.challenges.add(made)
    async with store.work() as work:
        assert await work.challenges.by_token(made.token) == made
        assert await work.challenges.by_token(hash_of("another")) is None
        assert await work.challenges.remove(made.id)
        assert not await work.challenges.remove(made.id)
        assert await work.challenges.by_token(made.token) is None


async def test_all_challenges_of_one_account_go_and_no_others(store: PostgresStore) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2)
    async with store.work() as work:
        for each in (challenge(owner.id, "1"), challenge(owner.id, "2"), challenge(other.id, "3")):
            await work.challenges.add(each)
        assert len(await work.challenges.remove_all(owner.id)) == 2
        assert await work.challenges.remove_all(owner.id) == []
        found = [await work.challenges.by_token(hash_of(word)) for word in "123"]
    assert [each is not None for each in found] == [False, False, True]


async def test_all_recoveries_of_one_account_go_but_the_one_that_goes_on_and_no_others(store: PostgresStore) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2)
    made = [
        await kept(store, recovery(word, account=whose, client_isn=None if whose is None else Isn(1)))
        for word, whose in (("1", owner.id), ("2", owner.id), ("3", other.id), ("4", None))
    ]
    async with store.work() as work:
        assert await work.recoveries.void(owner.id, but=made[0].id) == [made[1].id]
        assert await work.recoveries.void(owner.id) == [made[0].id]
        found = [await work.recoveries.by_token(each.token) for each in made]
    assert found == [None, None, *made[2:]]


async def test_whoever_holds_an_account_is_not_overwritten(store: PostgresStore) -> None:
    owner = await kept_account(store)

    async def switch_on() -> None:
        async with store.work() as work:
            current = await work.accounts.by_id(owner.id)
            assert current is not None
            await work.accounts.change(replace(current, two_step=True))

    async with store.work() as work:
        current = await work.accounts.by_id(owner.id)
        assert current == owner
        second = asyncio.create_task(switch_on())
        await somebody_waits(store)
        await work.accounts.change(replace(current, password_hash="another"))
    await second
    async with store.work() as work:
        assert await work.accounts.by_id(owner.id) == replace(owner, two_step=True, password_hash="another")


async def test_all_sessions_but_one_end(store: PostgresStore) -> None:
    owner = await kept_account(store)
    here, there = session(owner.id), session(owner.id)
    async with store.work() as work:
        await work.sessions.add(here)
        await work.sessions.add(there)
        await work.sessions.end_all(owner.id, EndReason.PASSWORD_CHANGED, NOON, but=here.id)
        assert [each.id for each in await work.sessions.of_account(owner.id)] == [here.id]


async def test_what_refers_to_a_locked_account_does_not_wait(store: PostgresStore) -> None:
    owner = await kept_account(store)
    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        await kept(store, recovery(account=owner.id, client_isn=Isn(1)))


async def test_a_session_that_is_renewed_and_one_that_ends_with_all_others_do_not_wait_for_each_other(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store)
    clock = StillClock()
    ports = replace(FakeAccounts(clock).ports, store=store)
    begun = session(owner.id, expires_at=clock.now() + timedelta(hours=1))
    async with store.work() as work:
        await work.sessions.add(begun)
        await work.sessions.add_token(token(begun.id, hash=ports.issuer.hash("shown"), expires_at=begun.expires_at))
    ctx = request(FakeReads(), None, clock=clock, accounts=ports, visit=FakeVisitor())

    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        renewing = asyncio.create_task(sessions.refresh(ctx, "shown"))
        await somebody_waits(store)
        await work.sessions.end_all(owner.id, EndReason.RECOVERED, NOON)

    assert await renewing == WrongSignIn()

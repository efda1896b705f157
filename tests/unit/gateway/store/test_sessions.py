"""Sessions end once; a refresh token is good for one use."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.accounts.models import EndReason
from domain.accounts.ports import Issued
from gateway.store.store import PostgresStore
from resolvers.use_cases.sessions import refresh
from tests.unit.gateway.store.made import NOON, SOON, hash_of, kept_account, rows, session, somebody_waits, token
from tests.unit.gateway.store.test_lock_order import asking


async def test_sessions_come_the_latest_used_first_without_those_that_are_over(store: PostgresStore) -> None:
    owner, stranger = await kept_account(store, 1), await kept_account(store, 2)
    old, new, over = session(owner.id), session(owner.id, used_at=SOON), session(owner.id)
    async with store.work() as work:
        for each in (old, new, over, session(stranger.id)):
            await work.sessions.add(each)
        await work.sessions.end(over.id, EndReason.SIGNED_OUT, SOON)
    async with store.work() as work:
        assert await work.sessions.of_account(owner.id) == [new, old]
        ended = replace(over, ended_at=SOON, end_reason=EndReason.SIGNED_OUT)
        assert await work.sessions.by_id(over.id) == ended


async def test_a_session_that_is_over_stays_as_it_is(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = session(owner.id)
    later = NOON + timedelta(hours=1)
    async with store.work() as work:
        await work.sessions.add(made)
        await work.sessions.touch(made.id, SOON, later)
        await work.sessions.end(made.id, EndReason.REUSED_TOKEN, SOON)
        await work.sessions.end(made.id, EndReason.SIGNED_OUT, later)
        await work.sessions.touch(made.id, later, later)
        await work.sessions.end_all(owner.id, EndReason.LOCKED, later)
        over = replace(made, used_at=SOON, expires_at=later, ended_at=SOON, end_reason=EndReason.REUSED_TOKEN)
        assert await work.sessions.by_id(made.id) == over


async def test_all_sessions_of_an_account_end_together_and_nobody_elses(store: PostgresStore) -> None:
    owner, stranger = await kept_account(store, 1), await kept_account(store, 2)
    theirs = session(stranger.id)
    async with store.work() as work:
        for each in (session(owner.id), session(owner.id), theirs):
            await work.sessions.add(each)
        await work.sessions.end_all(owner.id, EndReason.PASSWORD_CHANGED, SOON)
        assert await work.sessions.of_account(owner.id) == []
        assert await work.sessions.of_account(stranger.id) == [theirs]


async def test_a_refresh_token_comes_back_as_it_was_kept_and_its_first_use_stays(store: PostgresStore) -> None:
    owner = await kept_account(store)
    family = session(owner.id)
    made = token(family.id)
    async with store.work() as work:
        await work.sessions.add(family)
        await work.sessions.add_token(made)
        assert await work.sessions.token(made.hash) == made
        assert await work.sessions.token(hash_of("unknown")) is None
        await work.sessions.token_used(made.hash, NOON)
        await work.sessions.token_used(made.hash, SOON)
        assert await work.sessions.token(made.hash) == replace(made, used_at=NOON)


async def test_a_refresh_token_that_comes_many_times_at_once_is_used_once(store: PostgresStore) -> None:
    owner = await kept_account(store)
    family = session(owner.id)
    made = token(family.id)
    async with store.work() as work:
        await work.sessions.add(family)
        await work.sessions.add_token(made)

    async def refresh(number: int) -> bool:
        async with store.work() as work:
            found = await work.sessions.token(made.hash)
            assert found is not None
            if found.used_at is not None:
                return False
            await work.sessions.token_used(made.hash, SOON)
            await work.sessions.add_token(token(family.id, f"next {number}"))
            return True

    assert sorted(await asyncio.gather(*map(refresh, range(8)))) == [False] * 7 + [True]


async def test_tabs_of_a_browser_that_refresh_at_once_get_one_token(store: PostgresStore) -> None:
    owner, ctx = await kept_account(store), asking(store)
    family = session(owner.id, expires_at=NOON + timedelta(days=180))
    async with store.work() as work:
        await work.sessions.add(family)
        await work.sessions.add_token(
            token(family.id, hash=ctx.account_ports.issuer.hash("shared"), expires_at=family.expires_at)
        )

    given = await asyncio.gather(*(refresh(ctx, "shared", is_shared=True) for _ in range(6)))

    assert {each.refresh_token for each in given if isinstance(each, Issued)} == {"after shared"}
    assert len([each for each in given if isinstance(each, Issued)]) == 6
    assert await rows(store, "SELECT count(*) FROM refresh_tokens") == [(2,)]


async def test_a_session_is_in_one_hand_at_a_time(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = session(owner.id)

    async def is_over() -> bool:
        async with store.work() as work:
            found = await work.sessions.by_id(made.id)
            return found is not None and found.ended_at is not None

    async with store.work() as work:
        await work.sessions.add(made)
    async with store.work() as work:
        await work.sessions.by_id(made.id)
        second = asyncio.create_task(is_over())
        await somebody_waits(store)
        await work.sessions.end(made.id, EndReason.SIGNED_OUT, SOON)
    assert await second

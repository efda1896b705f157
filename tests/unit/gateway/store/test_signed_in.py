"""Acting as the owner, and the end of the session meanwhile: one comes before the other, and neither waits for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.accounts.models import EndReason
from domain.errors import SignInRequired
from domain.models import ConsentPurpose
from gateway.store.store import PostgresStore
from resolvers.context import Context
from resolvers.use_cases import consents, security, sessions
from resolvers.use_cases.owner import signed_in
from tests.fakes.clock import NOW
from tests.unit.gateway.store.made import kept_account, rows, session, somebody_waits
from tests.unit.gateway.store.test_lock_order import LATER, Halting, asking, two_sessions

CONSENTS = "SELECT count(*) FROM consents"
ENDED = "SELECT end_reason FROM sessions ORDER BY id"


async def agreed(ctx: Context) -> None:
    """Act as the owner."""
    given = await consents.give(ctx, "a new key", ConsentPurpose.PERSONAL_DATA, "v3")
    assert given.problems == ()


@pytest.mark.parametrize("reason", [EndReason.REUSED_TOKEN, EndReason.LOCKED])
async def test_nothing_is_done_in_a_session_that_ends_just_before(store: PostgresStore, reason: EndReason) -> None:
    owner = await kept_account(store)
    begun = session(owner.id, expires_at=LATER)
    async with store.work() as work:
        await work.sessions.add(begun)

    async with store.work() as work:
        # A token that is used twice ends its session without a look at the account.
        if reason is EndReason.LOCKED:
            await work.accounts.by_id(owner.id)
            await work.accounts.change(replace(owner, locked_at=NOW))
        await work.sessions.end(begun.id, reason, NOW)
        acting = asyncio.create_task(agreed(asking(store, owner, begun.id)))
        await somebody_waits(store)

    with pytest.raises(SignInRequired):
        await acting
    assert await rows(store, CONSENTS) == [(0,)]


async def test_a_session_ends_after_what_is_being_done_in_it(store: PostgresStore) -> None:
    owner = await kept_account(store)
    begun = session(owner.id, expires_at=LATER)
    ctx = asking(store, owner, begun.id)
    async with store.work() as work:
        await work.sessions.add(begun)

    async with store.work() as work:
        assert await signed_in(work, ctx) == owner
        signing_out = asyncio.create_task(sessions.end(ctx))
        await somebody_waits(store)
        assert await rows(store, ENDED) == [(None,)]
    await signing_out

    assert await rows(store, ENDED) == [("SIGNED_OUT",)]


@pytest.mark.parametrize("act", ["ends the other", "changes the password"])
async def test_who_acts_in_one_session_and_who_signs_out_of_two_do_not_wait_for_each_other(
    store: PostgresStore, act: str
) -> None:
    owner, halting = await kept_account(store, password_hash="hash of an old password"), Halting(store)
    least, other = await two_sessions(store, owner, least_first=True)
    ctx = asking(store, owner, other.id)

    signing_out = asyncio.create_task(sessions.end(asking(halting, owner, least.id), f"token of {other.id}"))
    await halting.has_ended.wait()
    acting = asyncio.create_task(
        sessions.end_one(ctx, least.id)
        if act == "ends the other"
        else security.change_password(ctx, "an old password", "семь лиловых слонов")
    )
    await somebody_waits(store)
    halting.may_go_on.set()
    await signing_out

    with pytest.raises(SignInRequired):
        await acting
    assert await rows(store, ENDED) == [("SIGNED_OUT",)] * 2

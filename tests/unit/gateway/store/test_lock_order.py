"""Rows are locked in one order, so that nobody waits for who waits for them: an account before all that is its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.accounts.models import Account
from domain.accounts.problems import StepOver
from domain.models import Isn
from domain.viewer import Viewer, ViewerKind
from gateway.store.store import PostgresStore
from resolvers.context import Context
from resolvers.use_cases import contact_changes, recovery
from resolvers.use_cases.voiding import void_underway
from tests.fakes.accounts import FakeAccounts, FakeVisitor
from tests.fakes.clock import NOW, StillClock
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request
from tests.unit.gateway.store import test_contact_changes, test_recoveries
from tests.unit.gateway.store.made import hash_of, kept_account, somebody_waits

LATER = NOW + timedelta(hours=1)


def asking(store: PostgresStore, owner: Account | None = None) -> Context:
    """Return a request over the database, of an account's owner or of nobody."""
    clock = StillClock()
    ports = replace(FakeAccounts(clock).ports, store=store)
    viewer = None if owner is None else Viewer(ViewerKind.CLIENT, str(owner.id), owner.client_isn)
    return request(FakeReads(), viewer, clock=clock, accounts=ports, visit=FakeVisitor())


@pytest.mark.parametrize("step", ["a step", "a look"])
async def test_a_recovery_that_goes_on_while_it_is_voided_is_over(store: PostgresStore, step: str) -> None:
    owner, ctx = await kept_account(store), asking(store)
    begun = test_recoveries.recovery(account=owner.id, client_isn=Isn(1), expires_at=LATER)
    await test_recoveries.kept(store, replace(begun, token=ctx.account_ports.issuer.hash("shown")))

    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        take = recovery.confirm_code(ctx, "shown", "1") if step == "a step" else recovery.send_code(ctx, "shown")
        going_on = asyncio.create_task(take)
        await somebody_waits(store)
        await void_underway(work, owner.id)

    assert (await going_on).problems == (StepOver(),)


async def test_a_change_that_is_confirmed_while_it_is_voided_is_over(store: PostgresStore) -> None:
    owner = await kept_account(store)
    ctx = asking(store, owner)
    begun = test_contact_changes.change(owner.id, expires_at=LATER)
    async with store.work() as work:
        await work.contact_changes.begin(replace(begun, token=ctx.account_ports.issuer.hash("shown")))

    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        confirming = asyncio.create_task(contact_changes.confirm(ctx, "shown", "1", "2"))
        await somebody_waits(store)
        await void_underway(work, owner.id)

    assert (await confirming).problems == (StepOver(),)


async def test_what_voids_comes_after_a_recovery_that_goes_on(store: PostgresStore) -> None:
    owner = await kept_account(store)
    begun = await test_recoveries.kept(store, test_recoveries.recovery(account=owner.id, client_isn=Isn(1)))

    async def locked() -> None:
        async with store.work() as work:
            await work.accounts.by_id(owner.id)
            await void_underway(work, owner.id)

    async with store.work() as work:
        found = await work.recoveries.by_token(begun.token)
        assert found is not None
        locking = asyncio.create_task(locked())
        await somebody_waits(store)
        await work.recoveries.change(found.moved(hash_of("next")))
    await locking
    async with store.work() as work:
        assert await work.recoveries.by_token(hash_of("next")) is None

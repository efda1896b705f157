"""Rows are locked in one order, so that nobody waits for who waits for them: an account before all that is its own,
and a subject of commands before what the commands are for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.accounts.models import Account, EndReason, Session, SessionId
from domain.accounts.ports import Store, UnitOfWork
from domain.accounts.problems import StepOver
from domain.models import Isn
from domain.outbox.models import CommandKind, CommandState
from domain.renewals.models import OfferState
from domain.viewer import Viewer, ViewerKind
from gateway.store.store import PostgresStore
from resolvers import ids
from resolvers.context import Context
from resolvers.use_cases import contact_confirming, recovery, sessions
from resolvers.use_cases.voiding import void_underway
from tests.fakes.accounts import FakeAccounts, FakeVisitor
from tests.fakes.clock import NOW, StillClock
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request
from tests.unit.gateway.store import made_payments, test_contact_changes, test_recoveries, test_renewals
from tests.unit.gateway.store.made import NOON, hash_of, kept_account, rows, session, somebody_waits, token

LATER = NOW + timedelta(hours=1)


def asking(store: Store, owner: Account | None = None, session: SessionId | None = None) -> Context:
    """Return a request over the database, of an account's owner or of nobody."""
    clock = StillClock()
    ports = replace(FakeAccounts(clock).ports, store=store)
    viewer = None
    if owner is not None:
        viewer = Viewer(ViewerKind.CLIENT, str(owner.id), owner.client_isn, None if session is None else str(session))
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
        await work.contact_changes.begin(begun)

    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        confirming = asyncio.create_task(
            contact_confirming.confirm(ctx, "a new key", ids.encode("ContactChange", begun.id), "1", "2")
        )
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


@dataclass
class Halting:
    """A store in whose transactions nothing goes on after a session was ended, until it may."""

    store: PostgresStore
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        async with self.store.work() as work:
            work.sessions = HaltingSessions(work.sessions, self)
            yield work


@dataclass
class HaltingSessions:
    kept: Any
    halting: Halting

    async def end(self, id_: SessionId, reason: EndReason, at: datetime) -> None:
        await self.kept.end(id_, reason, at)
        self.halting.has_ended.set()
        await self.halting.may_go_on.wait()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kept, name)


async def two_sessions(store: PostgresStore, owner: Account, *, least_first: bool) -> list[Session]:
    """Begin two sessions; return the one with the least id first, in whichever order they were written."""
    both = sorted((session(owner.id, expires_at=LATER) for _ in range(2)), key=lambda each: each.id)
    hash_ = asking(store).account_ports.issuer.hash
    async with store.work() as work:
        for each in both if least_first else reversed(both):
            await work.sessions.add(each)
            await work.sessions.add_token(token(each.id, hash=hash_(f"token of {each.id}"), expires_at=LATER))
    return both


async def all_ended(store: PostgresStore, owner: Account) -> None:
    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        await work.sessions.end_all(owner.id, EndReason.LOCKED, NOON)


@pytest.mark.parametrize("least_first", [True, False])
@pytest.mark.parametrize("at_hand", [0, 1])
async def test_two_sessions_that_end_with_a_sign_out_and_all_of_the_account_do_not_wait_for_each_other(
    store: PostgresStore, *, least_first: bool, at_hand: int
) -> None:
    owner, halting = await kept_account(store), Halting(store)
    both = await two_sessions(store, owner, least_first=least_first)
    here, there = both[at_hand], both[1 - at_hand]

    signing_out = asyncio.create_task(sessions.end(asking(halting, owner, here.id), f"token of {there.id}"))
    await halting.has_ended.wait()
    ending_all = asyncio.create_task(all_ended(store, owner))
    await somebody_waits(store)
    halting.may_go_on.set()
    await asyncio.gather(signing_out, ending_all)

    assert await rows(store, "SELECT end_reason FROM sessions") == [("SIGNED_OUT",)] * 2


async def test_who_changes_a_payment_waits_for_who_ends_its_command_before_holding_the_row(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store)
    made = await made_payments.kept(store, made_payments.payment(owner.id))
    async with store.work() as work:
        command = await work.commands.accept(CommandKind.CREATE_BILL, made.subject, made.id, NOON)

    async def closed() -> None:
        async with store.work() as work:
            assert await work.payments.by_id(made.id) is not None
            await work.commands.accept(CommandKind.CONFIRM_PAYMENT, made.subject, made.id, NOON)

    async with store.work() as work:
        await work.commands.end(command, CommandState.DONE, NOON)
        closing = asyncio.create_task(closed())
        await somebody_waits(store)
        assert await work.payments.by_id(made.id) is not None
    await closing


async def test_who_signs_an_offer_waits_for_who_ends_its_command_before_holding_the_row(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await test_renewals.kept(store, owner.id, OfferState.SIGNED)
    async with store.work() as work:
        command = await work.commands.accept(CommandKind.CREATE_AGREEMENT, made.subject, made.id, NOON)

    async def signed() -> None:
        async with store.work() as work:
            assert await work.renewal_offers.by_id(made.id) is not None
            await work.commands.accept(CommandKind.CREATE_AGREEMENT, made.subject, made.id, NOON)

    async with store.work() as work:
        await work.commands.end(command, CommandState.DONE, NOON)
        signing = asyncio.create_task(signed())
        await somebody_waits(store)
        assert await work.renewal_offers.by_id(made.id) is not None
    await signing


async def test_two_who_sign_out_with_each_others_token_do_not_wait_for_each_other(store: PostgresStore) -> None:
    owner, halting = await kept_account(store), Halting(store)
    one, other = await two_sessions(store, owner, least_first=True)

    first = asyncio.create_task(sessions.end(asking(halting, owner, one.id), f"token of {other.id}"))
    await halting.has_ended.wait()
    second = asyncio.create_task(sessions.end(asking(store, owner, other.id), f"token of {one.id}"))
    await somebody_waits(store)
    halting.may_go_on.set()
    await asyncio.gather(first, second)

    assert await rows(store, "SELECT end_reason FROM sessions") == [("SIGNED_OUT",)] * 2

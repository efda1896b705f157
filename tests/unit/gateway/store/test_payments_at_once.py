"""Payments that are begun at the very same time, over the database: one thing, one payment; one key, one wish."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from domain.outbox.models import Wish
from domain.payments.problems import KeyReused
from domain.viewer import Viewer
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore, opened
from resolvers.context import Context
from resolvers.use_cases.payments.payables import Deductible, Instalment, Wanted
from tests.unit.gateway.store.made import NOON, rows, somebody_waits
from tests.unit.resolvers.use_cases.paying import CLAIM, KEY, POLICY, Payer


@dataclass
class Customer(Payer):
    """A customer whose rows are in the database. ``stores``: of the gateways, asked in turn."""

    stores: tuple[PostgresStore, ...] = ()
    asked: int = 0

    def context(self, viewer: Viewer | None = None) -> Context:
        ctx = super().context(viewer)
        self.asked += 1
        return replace(ctx, accounts=replace(ctx.account_ports, store=self.stores[self.asked % len(self.stores)]))


async def begun_by(store: PostgresStore, other: PostgresStore) -> Customer:
    made = Customer(stores=(store, other))
    async with store.work() as work:
        await work.accounts.add(made.owner)
    return made


class ThinksBetterError(Exception):
    """Somebody else goes back on what was claimed."""


@pytest.mark.parametrize("keys", [(KEY,) * 3, ("key of first", "key of second", "key of third")], ids=["one", "three"])
async def test_one_thing_is_begun_once_by_one_key_or_by_many_at_either_gateway(
    store: PostgresStore, database: StoreSettings, keys: tuple[str, ...]
) -> None:
    async with opened(database) as other:
        assert other is not None
        olga = await begun_by(store, other)
        async with store.work() as work:
            await work.payments.underway("instalment/100/1")
            starting = [asyncio.create_task(olga.start(key=key)) for key in keys]
            await somebody_waits(store, len(keys))
        all_ = await asyncio.gather(*starting)
    assert [each.problems for each in all_] == [()] * len(keys)
    [(id_,)] = await rows(store, "SELECT id FROM payments")
    assert {each.payment.id for each in all_ if each.payment is not None} == {id_}
    assert await rows(store, "SELECT kind, state, owner FROM commands") == [("CREATE_BILL", "WAITING", id_)]
    assert await rows(store, "SELECT DISTINCT object FROM wishes") == [(id_,)]
    assert await rows(store, "SELECT count(*) FROM wishes") == [(len(set(keys)),)]


async def test_one_key_for_two_things_is_one_payment_and_the_other_is_told_so(
    store: PostgresStore, database: StoreSettings
) -> None:
    async with opened(database) as other:
        assert other is not None
        olga = await begun_by(store, other)
        wanted: tuple[Wanted, ...] = (Instalment(POLICY, 1), Deductible(CLAIM))
        with suppress(ThinksBetterError):
            async with store.work() as work:
                claimed = Wish(f"{olga.owner.id}/startPayment", KEY, bytes(32))
                await work.wishes.claim(claimed, uuid4(), NOON)
                starting = [asyncio.create_task(olga.start(each)) for each in wanted]
                await somebody_waits(store, len(wanted))
                raise ThinksBetterError
        both = await asyncio.gather(*starting)
    assert sorted((each.problems for each in both), key=len) == [(), (KeyReused(),)]
    [granted] = [each.payment for each in both if each.payment is not None]
    assert await rows(store, "SELECT id FROM payments") == [(granted.id,)]
    assert await rows(store, "SELECT owner FROM commands") == [(granted.id,)]

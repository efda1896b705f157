"""Means of payment: kept whole and once, found by their owner alone, forgotten without a trace; no card number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts.models import AccountId
from domain.acquirer import Order, OrderState
from domain.clock import Deadline
from domain.errors import Refused
from domain.money import Money
from domain.outbox.models import CommandKind
from domain.payments.means import MeansId, SavedMeans
from domain.ports import Call
from gateway.store.store import PostgresStore
from resolvers.use_cases.payments import declining
from resolvers.use_cases.payments.charging import ChargeStep
from tests.fakes.acquirer import FakeAcquirer
from tests.unit.gateway.store.made import NOON, kept_account, rows, somebody_waits
from tests.unit.gateway.store.made_payments import CHARGED, kept, payment
from tests.unit.resolvers.use_cases.paying import Payer


def means(owner: AccountId, **changed: Any) -> SavedMeans:
    made = SavedMeans(MeansId(uuid4()), owner, "means-1", "Карта «Синица»", date(2028, 12, 31), NOON)
    return replace(made, **changed)


async def keep(store: PostgresStore, *kept: SavedMeans) -> None:
    async with store.work() as work:
        for each in kept:
            await work.payment_means.keep(each)


async def listed(store: PostgresStore, owner: AccountId) -> list[SavedMeans]:
    async with store.work() as work:
        return list(await work.payment_means.of_account(owner))


async def test_it_is_kept_as_it_is(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = means(owner.id)
    await keep(store, made)
    async with store.work() as work:
        assert await work.payment_means.own(owner.id, made.id) == made


async def test_one_token_of_an_account_is_kept_once_as_it_was_first(store: PostgresStore) -> None:
    one, other = await kept_account(store), await kept_account(store, 2)
    first = means(one.id)
    await keep(store, first, means(one.id, title="Другая"), means(other.id))
    assert await listed(store, one.id) == [first]
    assert len(await listed(store, other.id)) == 1


async def test_two_who_keep_one_token_at_once_keep_it_once(store: PostgresStore) -> None:
    owner = await kept_account(store)
    async with store.work() as work:
        await work.payment_means.keep(means(owner.id))
        second = asyncio.create_task(keep(store, means(owner.id)))
        await somebody_waits(store)
    await second
    assert len(await listed(store, owner.id)) == 1


async def test_the_latest_is_listed_first_and_nobody_elses(store: PostgresStore) -> None:
    one, other = await kept_account(store), await kept_account(store, 2)
    early, late = means(one.id), means(one.id, token="means-2", kept_at=NOON + timedelta(days=1))
    await keep(store, early, late, means(other.id))
    assert await listed(store, one.id) == [late, early]


async def test_it_is_forgotten_once_and_by_its_owner(store: PostgresStore) -> None:
    one, other = await kept_account(store), await kept_account(store, 2)
    made = means(one.id)
    await keep(store, made)
    async with store.work() as work:
        assert await work.payment_means.own(other.id, made.id) is None
        assert not await work.payment_means.forget(other.id, made.id)
        assert await work.payment_means.forget(one.id, made.id)
        assert not await work.payment_means.forget(one.id, made.id)
    assert await rows(store, "SELECT count(*) FROM payment_means") == [(0,)]


TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"


async def whole(store: PostgresStore) -> str:
    """Everything that the database has in any table, the job queue's too."""
    named = [str(name) for (name,) in await rows(store, TABLES)]
    assert {"payment_means", "payments", "commands", "procrastinate_jobs", "procrastinate_events"} <= {*named}
    return "".join([str(await rows(store, f'SELECT "{name}"::text FROM "{name}"')) for name in named])  # noqa: S608


@pytest.mark.parametrize("by", ["owner", "acquirer"])
async def test_of_what_is_forgotten_no_table_keeps_the_token_though_a_charge_waits_for_it(
    store: PostgresStore, by: str
) -> None:
    owner = await kept_account(store)
    made = means(owner.id, token="means-0123456789abcdef")
    await keep(store, made)
    charged = await kept(store, payment(owner.id, **{**CHARGED, "means": made.id}))
    async with store.work() as work:
        await work.commands.accept(CommandKind.CHARGE_ORDER, charged.subject, charged.id, NOON)
    assert made.token in await whole(store)
    async with store.work() as work:
        if by == "owner":
            assert await work.payment_means.forget(owner.id, made.id)
        else:
            await declining.uncharged(work, charged.id, Refused(declining.MEANS_GONE), NOON)
    everything = await whole(store)
    assert str(charged.id) in everything
    assert made.token not in everything


@dataclass
class Forgetting(FakeAcquirer):
    """While it charges, the owner forgets the means."""

    store: PostgresStore | None = None
    owner: AccountId | None = None

    async def charge(self, order: str, bill: str, amount: Money, token: str, deadline: Deadline) -> Order:
        assert self.store is not None
        assert self.owner is not None
        async with self.store.work() as work:
            [kept] = await work.payment_means.of_account(self.owner)
            assert await work.payment_means.forget(self.owner, kept.id)
        return await FakeAcquirer.charge(self, order, bill, amount, token, deadline)


async def test_a_charge_under_way_ends_with_what_was_forgotten_meanwhile_and_no_other_begins(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store)
    olga = Payer(acquirer=Forgetting(store=store, owner=owner.id))
    made = means(owner.id)
    await keep(store, made)
    charged = await kept(store, payment(owner.id, **{**CHARGED, "means": made.id}))
    olga.acquirer.remembered(made.token)
    call = Call(Deadline.after(olga.clock, 5), alone=True)
    paid = await ChargeStep(olga.ports).send(store, charged.id, "request", call)
    assert paid is not None
    assert (paid.state, olga.acquirer.taken) == (OrderState.PAID, {"order-1": 1})
    assert await listed(store, owner.id) == []
    olga.acquirer.orders.clear()
    with pytest.raises(Refused, match=declining.MEANS_GONE):
        await ChargeStep(olga.ports).send(store, charged.id, "request", call)
    assert olga.acquirer.taken == {"order-1": 1}


@pytest.mark.parametrize("changed", [{"title": "Visa 4242"}, {"title": ""}, {"token": ""}])
async def test_neither_a_digit_nor_nothing_is_kept(store: PostgresStore, changed: dict[str, Any]) -> None:
    owner = await kept_account(store)
    with pytest.raises(IntegrityError):
        await keep(store, means(owner.id, **changed))


async def test_whose_account_is_held_does_not_keep_a_payment_from_being_settled(store: PostgresStore) -> None:
    owner = await kept_account(store)
    async with store.work() as work:
        await work.accounts.by_id(owner.id)
        await asyncio.wait_for(keep(store, means(owner.id)), 10)
    assert len(await listed(store, owner.id)) == 1

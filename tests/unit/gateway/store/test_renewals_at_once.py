"""Requests about renewals at the very same time, over the database: one offer, one signature, one renewal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from domain.renewals.models import OfferState
from domain.renewals.problems import RenewedAlready
from domain.viewer import Viewer
from gateway.store.store import PostgresStore
from resolvers import ids
from resolvers.context import Context
from tests.unit.domain.renewals.test_choosing import AS_PROPOSED
from tests.unit.gateway.store.made import rows
from tests.unit.resolvers.use_cases.renewing import Renewer


@dataclass
class Customer(Renewer):
    """A customer whose rows are in the database."""

    store: PostgresStore | None = None

    def context(self, viewer: Viewer | None = None) -> Context:
        ctx = super().context(viewer)
        assert self.store is not None
        return replace(ctx, accounts=replace(ctx.account_ports, store=self.store))


@pytest.fixture
async def olga(store: PostgresStore) -> Customer:
    made = Customer(store=store)
    async with store.work() as work:
        await work.accounts.add(made.owner)
    return made


async def offered(olga: Customer, key: str, parts: int = 2) -> str:
    """Have a choice priced and accepted; return the offer's global id, and let the code be the last."""
    offer = (await olga.price(replace(AS_PROPOSED, instalment_count=parts), key)).offer
    assert offer is not None
    id_ = ids.encode("RenewalOffer", offer.id)
    assert (await olga.accept(key, offer=id_)).problems == ()
    return id_


def code(olga: Customer) -> str:
    """The code that was made last."""
    return f"{olga.kept.secrets:06d}"


async def test_one_key_is_one_offer(olga: Customer, store: PostgresStore) -> None:
    both = await asyncio.gather(olga.price(), olga.price(), olga.price())
    assert len({each.offer for each in both}) == 1
    assert await rows(store, "SELECT count(*) FROM renewal_offers") == [(1,)]
    assert olga.told == [OfferState.PRICED]


async def test_one_key_is_one_code(olga: Customer, store: PostgresStore) -> None:
    offer = (await olga.price()).offer
    assert offer is not None
    id_ = ids.encode("RenewalOffer", offer.id)
    all_ = await asyncio.gather(*(olga.accept(offer=id_) for _ in range(3)))
    assert [(each.problems, each.sent_to) for each in all_] == [((), all_[0].sent_to)] * 3
    assert await rows(store, "SELECT count(*) FROM codes") == [(1,)]
    assert await rows(store, "SELECT count(*) FROM messages WHERE template = 'CODE'") == [(1,)]
    assert olga.told == [OfferState.PRICED, OfferState.ACCEPTED]


async def test_one_key_is_one_signature(olga: Customer, store: PostgresStore) -> None:
    offer = await offered(olga, "the first key")
    both = await asyncio.gather(*(olga.sign(code(olga), offer=offer) for _ in range(3)))
    assert [each.problems for each in both] == [()] * 3
    assert await rows(store, "SELECT count(*) FROM signatures") == [(1,)]
    assert await rows(store, "SELECT kind, state FROM commands") == [("CREATE_AGREEMENT", "WAITING")]


async def test_of_two_offers_for_one_policy_one_is_signed(olga: Customer, store: PostgresStore) -> None:
    first = await offered(olga, "the first key")
    first_code = code(olga)
    second = await offered(olga, "the second key", 1)
    both = await asyncio.gather(
        olga.sign(first_code, "key of first", offer=first), olga.sign(code(olga), "key of second", offer=second)
    )
    [signed] = [each.offer for each in both if each.offer is not None]
    [problem] = [each.problems[0] for each in both if each.problems]
    assert problem == RenewedAlready(signed.id)
    assert await rows(store, "SELECT offer_id FROM signatures") == [(signed.id,)]

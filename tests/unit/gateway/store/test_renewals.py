"""Offers and signatures in the database: one renewal of a policy, and what was signed for good."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from domain import models
from domain.accounts.models import AccountId, CodeId
from domain.money import Money
from domain.renewals import judging, signing
from domain.renewals.models import (
    Alternative,
    OfferId,
    OfferState,
    RenewalOffer,
    Saving,
    Signature,
    WayToSave,
)
from gateway.store import tables
from gateway.store.renewals import _made, _state
from gateway.store.store import PostgresStore
from tests.fakes.objects import rub
from tests.unit.domain.renewals.test_signing import OFFER
from tests.unit.gateway.store.made import NOON, kept_account, rows, somebody_waits

WAYS = (
    WayToSave(
        Alternative(Saving.SMALLER_SUM, replace(OFFER.choice, drivers=None), "Ущерб", rub("1400000.00")),
        models.Isn(7200),
        rub("48000.00"),
        rub("3200.00"),
    ),
    WayToSave(
        Alternative(Saving.ONE_PAYMENT, replace(OFFER.choice, deductible=rub("15000.00"))),
        models.Isn(7201),
        rub("50000.00"),
        rub("1200.00"),
    ),
)


def made(owner: AccountId, state: OfferState = OfferState.PRICED, **changed: Any) -> RenewalOffer:
    """An offer of an account, as far as that."""
    offer = replace(OFFER, id=OfferId(uuid4()), account=owner, ways=WAYS, made_at=NOON, **changed)
    if state is not OfferState.PRICED:
        offer = judging.accepted(offer, NOON)
    return judging.signed(offer, NOON) if state is OfferState.SIGNED else offer


async def kept(store: PostgresStore, owner: AccountId, state: OfferState, **changed: Any) -> RenewalOffer:
    """Keep one, and return it with its number."""
    offer = made(owner, state, **changed)
    async with store.work() as work:
        assert await work.renewal_offers.add(offer)
    async with store.work() as work:
        found = await work.renewal_offers.shown(offer.id)
    assert found is not None
    return found


def signature(offer: RenewalOffer) -> Signature:
    document = signing.document(offer)
    code = CodeId(uuid4())
    return Signature(offer.id, offer.account, NOON, "+7 *** ***-45-67", code, document, signing.digest(document))


async def test_an_offer_is_read_as_it_was_kept_and_has_a_number(store: PostgresStore) -> None:
    owner = await kept_account(store)
    for state in (OfferState.PRICED, OfferState.ACCEPTED, OfferState.SIGNED):
        offer = made(owner.id, state)
        async with store.work() as work:
            assert await work.renewal_offers.add(offer)
            found = await work.renewal_offers.by_id(offer.id)
        assert found is not None
        assert found.number > 0
        assert found == replace(offer, number=found.number)


async def test_one_that_is_kept_stays_as_it_is(store: PostgresStore) -> None:
    owner = await kept_account(store)
    offer = await kept(store, owner.id, OfferState.ACCEPTED)
    async with store.work() as work:
        assert not await work.renewal_offers.add(replace(offer, state=OfferState.PRICED, number=0))
        assert await work.renewal_offers.shown(offer.id) == offer


async def test_how_far_it_has_come_is_written_and_nothing_else(store: PostgresStore) -> None:
    owner = await kept_account(store)
    offer = await kept(store, owner.id, OfferState.SIGNED)
    agreement = models.Agreement(models.Isn(7300), models.Isn(500), "P-500", offer.premium)
    after = judging.agreed(offer, agreement, NOON)
    async with store.work() as work:
        await work.renewal_offers.change(replace(after, product="Другой"))
        assert await work.renewal_offers.shown(offer.id) == after
        assert await work.renewal_offers.taken(offer.policy) == after
        with pytest.raises(LookupError):
            await work.renewal_offers.change(replace(after, id=OfferId(uuid4())))


async def test_an_account_has_its_own_the_latest_first(store: PostgresStore) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2)
    first = await kept(store, owner.id, OfferState.PRICED)
    await kept(store, other.id, OfferState.PRICED)
    second = await kept(store, owner.id, OfferState.ACCEPTED)
    async with store.work() as work:
        assert list(await work.renewal_offers.of_account(owner.id)) == [second, first]
        assert await work.renewal_offers.taken(first.policy) is None


@pytest.mark.parametrize("premium", [OFFER.premium, rub("99999.00")])
async def test_the_offer_that_became_a_policy_is_found_by_its_owner(store: PostgresStore, premium: Money) -> None:
    owner, other = await kept_account(store), await kept_account(store, 2)
    offer = await kept(store, owner.id, OfferState.SIGNED)
    after = judging.agreed(offer, models.Agreement(models.Isn(7300), models.Isn(500), "P-500", premium), NOON)
    async with store.work() as work:
        assert await work.renewal_offers.made(models.Isn(500), owner.id) is None
        await work.renewal_offers.change(after)
        assert await work.renewal_offers.made(models.Isn(500), owner.id) == after
        assert await work.renewal_offers.made(models.Isn(500), other.id) is None
        assert await work.renewal_offers.made(models.Isn(501), owner.id) is None


async def test_a_policy_is_renewed_by_one_offer(store: PostgresStore) -> None:
    owner = await kept_account(store)
    await kept(store, owner.id, OfferState.SIGNED)
    with pytest.raises(IntegrityError, match="renewal_offers_once"):
        await kept(store, owner.id, OfferState.SIGNED)


async def test_of_two_offers_of_a_policy_the_second_waits_for_what_becomes_of_the_first(store: PostgresStore) -> None:
    owner = await kept_account(store)
    first = await kept(store, owner.id, OfferState.ACCEPTED)
    second = await kept(store, owner.id, OfferState.ACCEPTED)

    async def taken() -> RenewalOffer | None:
        async with store.work() as work:
            await work.renewal_offers.by_id(second.id)
            return await work.renewal_offers.taken(second.policy)

    async with store.work() as work:
        await work.renewal_offers.by_id(first.id)
        waiting = asyncio.create_task(taken())
        await somebody_waits(store)
        await work.renewal_offers.change(judging.signed(first, NOON))
    found = await waiting
    assert found is not None
    assert found.id == first.id


@pytest.mark.parametrize(
    "change", ["UPDATE signatures SET phone = '***'", "DELETE FROM signatures", "TRUNCATE signatures"]
)
async def test_what_was_signed_is_kept_for_good(store: PostgresStore, change: str) -> None:
    owner = await kept_account(store)
    offer = await kept(store, owner.id, OfferState.SIGNED)
    signed = signature(offer)
    async with store.work() as work:
        await work.renewal_offers.sign(signed)
    async with store.engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="added to only"):
            await connection.execute(text(change))
    found = await rows(store, "SELECT offer_id, account_id, phone, code_id, document, digest FROM signatures")
    assert found == [(offer.id, owner.id, signed.phone, signed.code, signed.document, signed.digest)]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("signatures_digest_check", {"digest": b"\1" * 32}),
        ("signatures_masked_check", {"phone": "+79161234567"}),
    ],
)
async def test_a_signature_is_of_its_document_and_shows_no_phone(
    store: PostgresStore, rule: str, wrong: dict[str, Any]
) -> None:
    owner = await kept_account(store)
    offer = await kept(store, owner.id, OfferState.SIGNED)
    async with store.work() as work:
        with pytest.raises(IntegrityError, match=rule):
            await work.renewal_offers.sign(replace(signature(offer), **wrong))


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("renewal_offers_premium_check", {"first_instalment": 60000}),
        ("renewal_offers_premium_check", {"first_instalment": 0}),
        ("renewal_offers_term_check", {"ends_on": OFFER.starts_on, "starts_on": OFFER.ends_on}),
        ("renewal_offers_accepted_check", {"digest": None}),
        ("renewal_offers_digest_check", {"digest": b"short"}),
        ("renewal_offers_signed_check", {"signed_at": None}),
        ("renewal_offers_ended_check", {"ended_at": NOON}),
        ("renewal_offers_agreed_check", {"state": "AGREED", "ended_at": NOON}),
        ("renewal_offers_agreement_check", {"agreement_isn": 1}),
        ("renewal_offers_refused_check", {"failure": "ALREADY_RENEWED"}),
        ("renewal_offers_repriced_check", {"replaced_by": uuid4()}),
        ("renewal_offers_state_check", {"state": "ELSEWHERE"}),
        ("renewal_offers_choice_check", {"choice": []}),
        ("renewal_offers_ways_check", {"ways": {}}),
    ],
)
async def test_an_offer_is_whole(store: PostgresStore, rule: str, wrong: dict[str, Any]) -> None:
    owner = await kept_account(store)
    offer = made(owner.id, OfferState.SIGNED)
    async with store.connection() as connection:
        with pytest.raises(IntegrityError, match=rule):
            await connection.execute(insert(tables.renewal_offers).values({**_made(offer), **_state(offer), **wrong}))

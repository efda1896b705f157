"""Consents."""

from datetime import timedelta

from domain.accounts.models import ConsentRecord
from domain.models import ConsentPurpose
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, SOON, kept_account


async def test_all_come_back_the_latest_first(store: PostgresStore) -> None:
    owner, stranger = await kept_account(store, 1), await kept_account(store, 2)
    early = ConsentRecord(owner.id, ConsentPurpose.PERSONAL_DATA, "2026-01", NOON, revoked_at=SOON)
    late = ConsentRecord(owner.id, ConsentPurpose.MARKETING, "2026-01", SOON)
    async with store.work() as work:
        for each in (early, late, ConsentRecord(stranger.id, ConsentPurpose.MARKETING, "2026-01", NOON)):
            await work.consents.add(each)
        assert await work.consents.of_account(owner.id) == [late, early]


async def test_a_consent_in_force_to_the_same_text_is_not_given_twice_and_one_to_a_new_text_is(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store)
    first = ConsentRecord(owner.id, ConsentPurpose.PERSONAL_DATA, "2026-01", NOON)
    again = ConsentRecord(owner.id, ConsentPurpose.PERSONAL_DATA, "2026-01", SOON)
    newer = ConsentRecord(owner.id, ConsentPurpose.PERSONAL_DATA, "2026-02", SOON)
    async with store.work() as work:
        for each in (first, again, newer):
            await work.consents.add(each)
        assert await work.consents.of_account(owner.id) == [newer, first]


async def test_by_a_clock_that_goes_after_that_of_another_replica_it_is_taken_back_when_it_was_given(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store)
    async with store.work() as work:
        await work.consents.add(ConsentRecord(owner.id, ConsentPurpose.MARKETING, "v1", NOON))
    async with store.work() as work:
        await work.consents.revoke(owner.id, ConsentPurpose.MARKETING, NOON - timedelta(milliseconds=20))
        assert [each.revoked_at for each in await work.consents.of_account(owner.id)] == [NOON]

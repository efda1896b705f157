"""Following the journal: each event once, with all that it brings about or nothing of it."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts.automatic import Decision, Outcome
from domain.accounts.models import AccountOrigin, RegistrationId
from domain.accounts.ports import Overtaken, Try
from domain.accounts.registration import Factor, Registration
from domain.models import ContactKind, Isn, PolicyNumber
from gateway.feed.lock import turn
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import EMAIL, NOON, PHONE, hash_of, registration, rows, somebody_waits

DECISION = Decision(7, Isn(1), PolicyNumber("P100"), Outcome.ACCEPTED, NOON, "a hash")


def prepared(word: str = "link", client: int = 1) -> Registration:
    return registration(
        word,
        id=RegistrationId(uuid4()),
        client_isn=Isn(client),
        origin=AccountOrigin.AUTOMATIC,
        phone=Factor(PHONE, matches=True, confirmed=True),
        email=Factor(EMAIL, matches=True, confirmed=True),
        link=ContactKind.EMAIL,
    )


async def test_the_place_is_kept_and_only_goes_forward(store: PostgresStore) -> None:
    async with store.work() as work:
        assert await work.feed.position() is None
        await work.feed.reach(7)
        await work.feed.reach(9)
    for seq in (9, 8):
        with pytest.raises(Overtaken):
            async with store.work() as work:
                await work.feed.reach(seq)
    async with store.work() as work:
        assert await work.feed.position() == 9


async def test_of_two_who_see_to_an_event_the_second_waits_and_keeps_nothing(store: PostgresStore) -> None:
    async def see_to() -> None:
        async with store.work() as work:
            await work.feed.reach(7)
            await work.registrations.add(prepared("second"))

    async with store.work() as work:
        await work.feed.reach(7)
        second = asyncio.create_task(see_to())
        await somebody_waits(store)
        await work.registrations.add(prepared("first"))
    with pytest.raises(Overtaken):
        await second
    assert await rows(store, "SELECT count(*) FROM registrations") == [(1,)]


async def test_a_decision_is_kept_once(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.feed.decided(DECISION)
    found = await rows(store, "SELECT seq, client_isn, policy, outcome, rule FROM decisions")
    assert found == [(7, 1, "P100", "ACCEPTED", "a hash")]
    with pytest.raises(IntegrityError, match="decisions_pkey"):
        async with store.work() as work:
            await work.feed.decided(DECISION)


async def test_the_latest_policy_that_was_left_open_is_found_by_its_holder(store: PostgresStore) -> None:
    open_ = replace(DECISION, outcome=Outcome.CONTACT_NOT_CONFIRMED)
    kept = [
        replace(open_, seq=1, policy=PolicyNumber("P1")),
        replace(open_, seq=2, policy=PolicyNumber("P2")),
        replace(open_, seq=3, policy=PolicyNumber("P3")),
        replace(DECISION, seq=4, policy=PolicyNumber("P3"), outcome=Outcome.NOT_NEW),
        replace(DECISION, seq=5, client=Isn(2)),
        replace(open_, seq=6, client=Isn(3)),
        replace(open_, seq=7, client=None),
    ]
    async with store.work() as work:
        for each in kept:
            await work.feed.decided(each)
        assert await work.feed.open_policies([Isn(1), Isn(2), Isn(4)]) == {1: "P2"}
        assert await work.feed.open_policies([]) == {}


@pytest.mark.parametrize("outcome", Outcome)
async def test_what_news_of_the_person_can_change_was_left_open_and_nothing_else(
    store: PostgresStore, outcome: Outcome
) -> None:
    of_the_person = {Outcome.CONTACT_NOT_CONFIRMED, Outcome.CLIENT_UNKNOWN, Outcome.UNREADABLE}
    async with store.work() as work:
        await work.feed.decided(replace(DECISION, outcome=outcome))
        assert (Isn(1) in await work.feed.open_policies([Isn(1)])) is (outcome in of_the_person)


async def test_what_was_prepared_comes_back_whole_and_can_be_voided(store: PostgresStore) -> None:
    made = prepared()
    async with store.work() as work:
        assert await work.registrations.prepared(Isn(1)) is None
        await work.registrations.add(made)
    async with store.work() as work:
        assert await work.registrations.prepared(Isn(1)) == made
        assert await work.registrations.prepared(Isn(2)) is None
        await work.registrations.void(Isn(1))
    async with store.work() as work:
        assert await work.registrations.by_token(made.token) is None


async def test_a_registration_of_ones_own_is_none_that_was_prepared(store: PostgresStore) -> None:
    made = registration()
    async with store.work() as work:
        await work.registrations.add(made)
        assert await work.registrations.prepared(Isn(1)) is None
        await work.registrations.void(Isn(1))
        assert await work.registrations.by_token(made.token) == made


async def test_who_prepares_for_the_same_client_waits(store: PostgresStore) -> None:
    async def prepare(client: int) -> Registration | None:
        async with store.work() as work:
            return await work.registrations.prepared(Isn(client))

    async with store.work() as work:
        await work.registrations.prepared(Isn(1))
        second = asyncio.create_task(prepare(1))
        await somebody_waits(store)
        assert await prepare(2) is None
        made = prepared()
        await work.registrations.add(made)
    assert await second == made


async def test_the_last_net_a_client_has_one_link(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.registrations.add(prepared("1"))
    with pytest.raises(IntegrityError, match="registrations_one_link"):
        async with store.work() as work:
            await work.registrations.add(prepared("2"))


async def test_a_link_is_never_of_a_registration_of_ones_own(store: PostgresStore) -> None:
    with pytest.raises(IntegrityError, match="registrations_link_of_prepared_check"):
        async with store.work() as work:
            await work.registrations.add(replace(prepared(), origin=AccountOrigin.SELF, token=hash_of("x")))


async def test_one_process_at_a_time_has_its_turn(store: PostgresStore) -> None:
    async with turn(store) as first:
        assert first is not None
        await first()
        async with turn(store) as second:
            assert second is None
    async with turn(store) as third:
        assert third is not None


async def begun(store: PostgresStore, seq: int) -> Try:
    async with store.work() as work:
        return await work.feed.begin(seq)


async def broke_off(store: PostgresStore, seq: int, *, counts: bool) -> None:
    async with store.work() as work:
        await work.feed.broke_off(seq, counts=counts)


async def test_tries_of_an_event_are_counted_and_one_that_never_ended_is_told(store: PostgresStore) -> None:
    assert await begun(store, 3) == Try(1, died=False)
    assert await begun(store, 3) == Try(2, died=True)
    await broke_off(store, 3, counts=True)
    assert await begun(store, 3) == Try(3, died=False)
    await broke_off(store, 3, counts=False)
    await broke_off(store, 3, counts=False)
    assert await begun(store, 3) == Try(3, died=False)


async def test_another_event_is_counted_anew_and_so_is_what_follows_one_that_was_seen_to(store: PostgresStore) -> None:
    await begun(store, 3)
    assert await begun(store, 4) == Try(1, died=False)
    async with store.work() as work:
        await work.feed.reach(4, 5)
        assert await work.feed.position() == 4
    await broke_off(store, 4, counts=False)
    assert await begun(store, 5) == Try(2, died=True)


async def test_an_event_that_was_seen_to_is_tried_no_more(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.feed.reach(7)
    with pytest.raises(Overtaken):
        await begun(store, 7)
    assert await rows(store, "SELECT seq, tried, tries, trying FROM feeds") == [(7, None, 0, False)]

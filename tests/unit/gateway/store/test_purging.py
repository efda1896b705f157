"""What is done with goes after its time, a few rows at once; what anything still reads stays."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.accounts.automatic import Decision, Outcome
from domain.accounts.contacts import ContactChangeState
from domain.accounts.models import ConsentRecord, EndReason
from domain.accounts.problems import WrongSignIn
from domain.accounts.registration import Factor
from domain.models import ConsentPurpose, ContactKind, Isn, PolicyNumber
from domain.outbox.models import CommandAction, CommandKind, CommandState, Wish
from domain.payments.means import MeansId, SavedMeans
from domain.renewals.models import OfferState
from gateway.settings import StoreSettings
from gateway.store.messages import PostgresMessages
from gateway.store.purging import RULES, Before, PostgresPurge, removal_of
from gateway.store.store import PostgresStore
from gateway.store.tables import commands
from resolvers.use_cases import sessions
from tests.unit.domain.renewals.test_signing import OFFER
from tests.unit.gateway.store import test_contact_changes, test_renewals
from tests.unit.gateway.store.made import (
    EMAIL,
    NOON,
    PHONE,
    code,
    hash_of,
    kept_account,
    message,
    registration,
    rows,
    session,
    token,
)
from tests.unit.gateway.store.test_lock_order import asking
from tests.unit.gateway.store.test_recoveries import challenge, recovery

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
OVER = """
INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts, ended_at)
SELECT gen_random_uuid(), 'CREATE_BILL', 'subject ' || number, gen_random_uuid(), 'DONE', now(), 1,
    now() - number * interval '1 minute'
FROM generate_series(1, 5000) AS number
"""
SETTINGS = StoreSettings(keep_days=30, keep_unfinished_days=1, keep_wishes_days=10, keep_commands_days=60, purge_rows=2)
CONFIRMED = {
    "phone": Factor(PHONE, matches=True, confirmed=True),
    "email": Factor(EMAIL, matches=True, confirmed=True),
}
UNFINISHED = (DAY, {"codes": 1, "sign_in_challenges": 1, "registrations": 2, "recoveries": 2, "contact_changes": 1})
FINISHED = (30 * DAY, {"registrations": 1, "recoveries": 1, "refresh_tokens": 1, "sessions": 1})


async def purged(store: PostgresStore, after: timedelta) -> dict[str, int]:
    """Remove what is done with so long after noon; return how many rows of which tables went."""
    removed: Counter[str] = Counter()
    async for table, count in PostgresPurge(store, SETTINGS).batches(NOON + after):
        removed[table] += count
    return dict(removed)


async def full(store: PostgresStore) -> None:
    """Keep a row of each kind, all of which expire at noon."""
    owner = await kept_account(store)
    ready = {"account": owner.id, "client_isn": Isn(1), "other": PHONE, "other_confirmed": True}
    async with store.work() as work:
        await work.codes.add(code(uuid4(), expires_at=NOON))
        await work.challenges.add(replace(challenge(owner.id), expires_at=NOON))
        for word, given in (
            ("new", {}),
            ("refused", {"refused": True}),
            ("done", {**CONFIRMED, "account": owner.id}),
        ):
            await work.registrations.add(registration(word, expires_at=NOON, **given))
        for word, state in (("new", {}), ("refused", {"refused": True}), ("done", {"is_done": True})):
            await work.recoveries.add(recovery(word, expires_at=NOON, **ready, **state))
        await work.contact_changes.begin(test_contact_changes.change(owner.id, expires_at=NOON))
        kept = session(owner.id, expires_at=NOON)
        await work.sessions.add(kept)
        await work.sessions.add_token(token(kept.id, expires_at=NOON))


@pytest.mark.parametrize(("after", "gone"), [UNFINISHED, FINISHED])
async def test_each_kind_of_row_goes_after_its_days_and_not_a_moment_before(
    store: PostgresStore, after: timedelta, gone: dict[str, int]
) -> None:
    await full(store)
    await purged(store, after)
    assert await purged(store, after + SECOND) == gone
    assert await purged(store, after + SECOND) == {}


async def test_an_offer_that_nobody_signed_goes_by_the_day_its_price_was_kept_until(store: PostgresStore) -> None:
    owner = await kept_account(store)
    quote = replace(OFFER.quote, valid_until=NOON.date())
    signed = await test_renewals.kept(store, owner.id, OfferState.SIGNED, quote=quote)
    for state in (OfferState.PRICED, OfferState.ACCEPTED):
        await test_renewals.kept(store, owner.id, state, quote=quote)
    assert await purged(store, DAY + SECOND) == {}
    assert await purged(store, 2 * DAY) == {"renewal_offers": 2}
    assert await purged(store, 400 * DAY) == {}
    assert await rows(store, "SELECT id FROM renewal_offers") == [(signed.id,)]


async def test_an_ended_session_goes_by_its_end_and_a_living_one_stays(store: PostgresStore) -> None:
    owner = await kept_account(store)
    over, lives = [session(owner.id, expires_at=NOON + 180 * DAY) for _ in range(2)]
    async with store.work() as work:
        for word, each in (("over", over), ("lives", lives)):
            await work.sessions.add(each)
            await work.sessions.add_token(token(each.id, word))
        await work.sessions.end(over.id, EndReason.SIGNED_OUT, NOON)
    assert await purged(store, 30 * DAY + SECOND) == {"refresh_tokens": 1, "sessions": 1}
    assert await rows(store, "SELECT id FROM sessions") == [(lives.id,)]


async def test_a_token_used_twice_is_noticed_as_long_as_its_session_lives(store: PostgresStore) -> None:
    owner, ctx = await kept_account(store), asking(store)
    lives = session(owner.id, expires_at=NOON + 180 * DAY)
    async with store.work() as work:
        await work.sessions.add(lives)
        await work.sessions.add_token(token(lives.id, hash=ctx.account_ports.issuer.hash("stolen"), used_at=NOON))

    assert await purged(store, 179 * DAY) == {}

    assert await sessions.refresh(ctx, "stolen") == WrongSignIn()
    assert await rows(store, "SELECT end_reason FROM sessions") == [("REUSED_TOKEN",)]


async def test_messages_that_were_sent_or_given_up_go_and_those_that_wait_stay(store: PostgresStore) -> None:
    async with store.work() as work:
        for _ in range(3):
            await work.outbox.add(message())
    (sent,), (dead,), (waits,) = await rows(store, "SELECT id FROM messages")
    await PostgresMessages(store).sent(sent)
    await PostgresMessages(store).dead(dead, "why")
    async with store.connection() as connection, connection.begin():
        await connection.exec_driver_sql("UPDATE messages SET left_at = '2026-01-15 09:00Z'")
    assert await purged(store, 30 * DAY) == {}
    assert await purged(store, 30 * DAY + SECOND) == {"messages": 2}
    assert await rows(store, "SELECT id FROM messages") == [(waits,)]


async def test_a_card_goes_by_the_day_until_which_it_was_good(store: PostgresStore) -> None:
    owner = await kept_account(store)
    async with store.work() as work:
        for expires in (NOON.date(), (NOON + DAY).date()):
            means = SavedMeans(MeansId(uuid4()), owner.id, f"until {expires}", "Карта", expires, NOON)
            await work.payment_means.keep(means)
    assert await purged(store, 30 * DAY + SECOND) == {}
    assert await purged(store, 31 * DAY) == {"payment_means": 1}


async def test_wishes_go_after_their_own_days(store: PostgresStore) -> None:
    async with store.work() as work:
        for key, at in (("key-old-1", NOON), ("key-old-2", NOON), ("key-old-3", NOON), ("key-new-1", NOON + DAY)):
            await work.wishes.claim(Wish("anna/pay", key, b"\1" * 32), uuid4(), at)
            await work.wishes.claim(Wish("boris/pay", key, b"\1" * 32), uuid4(), NOON + DAY)
    assert await purged(store, 10 * DAY) == {}
    assert await purged(store, 10 * DAY + SECOND) == {"wishes": 3}
    assert await rows(store, "SELECT scope, key FROM wishes WHERE scope = 'anna/pay'") == [("anna/pay", "key-new-1")]


async def test_commands_that_are_over_are_found_by_when_they_ended(store: PostgresStore) -> None:
    [rule] = [each for each in RULES if each.table is commands]
    before = Before(NOON, NOON, NOON, NOON)
    removal = removal_of(rule, before, 2)
    async with store.connection() as connection, connection.begin():
        await connection.execute(text(OVER))
        await connection.execute(text("ANALYZE commands"))
        compiled = removal.compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
        plan = (await connection.execute(text(f"EXPLAIN {compiled}"))).scalars().all()
    assert "commands_ended" in "\n".join(plan)


async def test_commands_that_are_over_go_but_for_those_that_an_operator_acted_on(store: PostgresStore) -> None:
    ends = (CommandState.DONE, CommandState.REFUSED, CommandState.DEAD, CommandState.DEAD, CommandState.DEAD)
    async with store.work() as work:
        ids = [await work.commands.accept(CommandKind.CREATE_BILL, f"{each}", uuid4(), NOON) for each in range(6)]
        for id_, state in zip(ids, ends, strict=False):
            await work.commands.end(id_, state, NOON, None if state is CommandState.DONE else "NotFound")
    async with store.work() as work:
        await work.commands.act(4, CommandAction.DROP, "Ivanova", "paid by hand", NOON)
        await work.commands.act(5, CommandAction.RETRY, "Ivanova", "was mended", NOON)
        await work.commands.end(ids[4], CommandState.DONE, NOON)
    assert await purged(store, 60 * DAY) == {}
    assert await purged(store, 60 * DAY + SECOND) == {"commands": 2}
    assert await rows(store, "SELECT number, state FROM commands ORDER BY number") == [
        (3, "DEAD"),
        (4, "DROPPED"),
        (5, "DONE"),
        (6, "WAITING"),
    ]


async def test_jobs_that_failed_go_and_those_that_wait_or_are_under_way_stay(store: PostgresStore) -> None:
    made = "INSERT INTO procrastinate_jobs (queue_name, task_name) SELECT 'regulars', 'look' FROM generate_series(1, 6)"
    async with store.connection() as connection, connection.begin():
        await connection.execute(text(made))
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id <> 6"))
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id < 5"))
        at = "UPDATE procrastinate_events SET at = :at WHERE job_id <> 4 OR type <> 'failed'"
        await connection.execute(text(at), {"at": NOON})
        last = "UPDATE procrastinate_events SET at = :at WHERE job_id = 4 AND type = 'failed'"
        await connection.execute(text(last), {"at": NOON + DAY})
    assert await purged(store, 30 * DAY) == {}
    assert await purged(store, 30 * DAY + SECOND) == {"procrastinate_jobs": 3}
    assert await rows(store, "SELECT id, status::text FROM procrastinate_jobs ORDER BY id") == [
        (4, "failed"),
        (5, "doing"),
        (6, "todo"),
    ]
    assert await purged(store, 31 * DAY + SECOND) == {"procrastinate_jobs": 1}


async def test_what_is_kept_for_good_stays_however_old(store: PostgresStore) -> None:
    owner = await kept_account(store)
    for state in (ContactChangeState.WAITING, ContactChangeState.DELIVERED):
        made = await test_contact_changes.accepted(store, owner.id)
        if state is ContactChangeState.DELIVERED:
            ended = replace(made, state=state, address=None, ended_at=NOON)
            async with store.work() as work:
                await work.contact_changes.change(ended)
    async with store.work() as work:
        await work.consents.add(ConsentRecord(owner.id, ConsentPurpose.MARKETING, "v1", NOON, NOON))
        await work.feed.reach(7)
        await work.feed.decided(Decision(7, Isn(1), PolicyNumber("P100"), Outcome.ACCEPTED, NOON, "rule"))
    assert await purged(store, 10_000 * DAY) == {}
    counts = "SELECT (SELECT count(*) FROM {}), (SELECT count(*) FROM {}), (SELECT count(*) FROM {})"
    assert await rows(store, counts.format("contact_changes", "consents", "decisions")) == [(2, 1, 1)]


async def test_a_link_that_was_removed_after_its_time_is_no_obstacle_to_another(store: PostgresStore) -> None:
    prepared: dict[str, Any] = {**CONFIRMED, "link": ContactKind.EMAIL, "origin": "AUTOMATIC", "expires_at": NOON}
    async with store.work() as work:
        await work.registrations.add(registration("first", **prepared))
    assert await purged(store, DAY + SECOND) == {"registrations": 1}
    async with store.work() as work:
        assert await work.registrations.prepared(Isn(1)) is None
        await work.registrations.add(registration("second", **prepared))


async def test_few_rows_go_in_one_transaction_and_all_in_the_end(store: PostgresStore) -> None:
    async with store.work() as work:
        for _ in range(5):
            await work.codes.add(code(uuid4(), expires_at=NOON))
    purge = PostgresPurge(store, SETTINGS)
    assert [each async for each in purge.batches(NOON + 2 * DAY)] == [("codes", 2), ("codes", 2), ("codes", 1)]


async def test_what_somebody_has_in_hand_is_neither_waited_for_nor_removed(store: PostgresStore) -> None:
    owner = await kept_account(store)
    held, free = [session(owner.id, expires_at=NOON) for _ in range(2)]
    async with store.work() as work:
        for word, each in (("held", held), ("free", free)):
            await work.sessions.add(each)
            await work.sessions.add_token(token(each.id, word, expires_at=NOON))
    async with store.work() as work:
        await work.sessions.token(hash_of("held"))
        assert await purged(store, 40 * DAY) == {"refresh_tokens": 1, "sessions": 1}
        assert await work.sessions.by_id(held.id) == held
    assert await purged(store, 40 * DAY) == {"refresh_tokens": 1, "sessions": 1}


async def test_many_at_once_remove_each_row_once(store: PostgresStore) -> None:
    async with store.work() as work:
        for _ in range(20):
            await work.codes.add(code(uuid4(), expires_at=NOON))
    counts = await asyncio.gather(*(purged(store, 2 * DAY) for _ in range(4)))
    counts.append(await purged(store, 2 * DAY))
    assert sum(each.get("codes", 0) for each in counts) == 20


async def test_an_account_outlives_all_that_was_removed(store: PostgresStore) -> None:
    await full(store)
    await purged(store, 10_000 * DAY)
    async with store.work() as work:
        assert await work.accounts.of_client(Isn(1)) is not None

"""The rules that hold even against a mistake of ours."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError, StatementError

from domain.accounts.models import AccountId, SessionId
from domain.accounts.registration import Factor
from gateway.store import tables
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import (
    EMAIL,
    NOON,
    PHONE,
    account,
    hash_of,
    kept_account,
    message,
    registration,
    session,
    token,
)

UNCONFIRMED = Factor(PHONE, matches=True)
CONFIRMED = Factor(PHONE, matches=True, confirmed=True)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("accounts_client_isn_check", {"client_isn": 0}),
        ("accounts_phone_check", {"phone": "8 916 123-45-67"}),
        ("accounts_email_check", {"email": "Anna@example.ru"}),
        ("accounts_email_check", {"email": "anna"}),
        ("accounts_password_hash_check", {"password_hash": ""}),
        ("accounts_lock_reason_check", {"lock_reason": "why"}),
        ("accounts_origin_check", {"origin": "ELSEWHERE"}),
        ("accounts_locale_check", {"locale": "la"}),
    ],
)
async def test_an_account_is_whole(store: PostgresStore, rule: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule):
        await kept_account(store, **wrong)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("registrations_token_check", {"token": b"short"}),
        ("registrations_previous_differs_check", {"previous": hash_of("first")}),
        ("registrations_phone_first_check", {"email": Factor(EMAIL, matches=True)}),
        ("registrations_phone_first_check", {"phone": UNCONFIRMED, "email": Factor(EMAIL, matches=True)}),
        ("registrations_account_check", {"account": AccountId(uuid4())}),
        ("registrations_account_check", {"account": AccountId(uuid4()), "phone": CONFIRMED, "refused": True}),
        ("registrations_wrong_answers_check", {"wrong_answers": -1}),
    ],
)
async def test_no_step_of_a_registration_is_left_out(store: PostgresStore, rule: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule):
        async with store.work() as work:
            await work.registrations.add(registration(**wrong))


async def test_a_registration_makes_an_account_that_is_there(store: PostgresStore) -> None:
    made = registration(phone=CONFIRMED, email=replace(CONFIRMED, address=EMAIL), account=AccountId(uuid4()))
    with pytest.raises(IntegrityError, match="registrations_account_id_fkey"):
        async with store.work() as work:
            await work.registrations.add(made)


async def test_no_two_registrations_have_one_token(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.registrations.add(registration("1"))
    with pytest.raises(IntegrityError, match="registrations_token_key"):
        async with store.work() as work:
            await work.registrations.add(registration("1"))


async def test_a_session_belongs_to_an_account_and_a_token_to_a_session(store: PostgresStore) -> None:
    with pytest.raises(IntegrityError, match="sessions_account_id_fkey"):
        async with store.work() as work:
            await work.sessions.add(session(AccountId(uuid4())))
    with pytest.raises(IntegrityError, match="refresh_tokens_session_id_fkey"):
        async with store.work() as work:
            await work.sessions.add_token(token(SessionId(uuid4())))


async def test_a_family_of_refresh_tokens_never_forks(store: PostgresStore) -> None:
    owner = await kept_account(store)
    family = session(owner.id)
    async with store.work() as work:
        await work.sessions.add(family)
        await work.sessions.add_token(token(family.id, "1"))
    with pytest.raises(IntegrityError, match="refresh_tokens_one_unused"):
        async with store.work() as work:
            await work.sessions.add_token(token(family.id, "2"))


async def test_a_session_that_is_over_says_why(store: PostgresStore) -> None:
    owner = await kept_account(store)
    with pytest.raises(IntegrityError, match="sessions_ended_check"):
        async with store.work() as work:
            await work.sessions.add(session(owner.id, ended_at=NOON))


async def test_what_is_personal_in_a_message_goes_with_its_end(store: PostgresStore) -> None:
    async with store.work() as work:
        await work.outbox.add(message())
    for column in ("sent_at", "dead_at"):
        with pytest.raises(IntegrityError, match="messages_personal_check"):
            async with store.connection() as connection, connection.begin():
                await connection.execute(update(tables.messages).values({column: NOON}))


async def test_an_instant_without_a_zone_is_refused(store: PostgresStore) -> None:
    naive = datetime(2026, 1, 15)  # noqa: DTZ001 - the mistake meant
    with pytest.raises(StatementError, match="an instant needs a zone"):
        await kept_account(store, created_at=naive)


async def test_what_belongs_to_an_account_goes_with_it(store: PostgresStore) -> None:
    owner = await kept_account(store)
    family = session(owner.id)
    async with store.work() as work:
        await work.sessions.add(family)
        await work.sessions.add_token(token(family.id))
    async with store.connection() as connection, connection.begin():
        await connection.execute(tables.accounts.delete())
    async with store.work() as work:
        assert await work.sessions.by_id(family.id) is None
        await work.accounts.add(account())


async def test_a_row_written_past_the_repositories_is_held_to_the_rules_too(store: PostgresStore) -> None:
    with pytest.raises(IntegrityError, match="codes_purpose_check"):
        async with store.connection() as connection, connection.begin():
            await connection.execute(
                insert(tables.codes).values(
                    id=uuid4(),
                    purpose="GUESSING",
                    subject=uuid4(),
                    kind="PHONE",
                    address=PHONE,
                    hash=b"",
                    sent_at=NOON,
                    expires_at=NOON,
                    attempts=0,
                )
            )

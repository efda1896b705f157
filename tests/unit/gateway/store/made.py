"""Things to keep, and ways to look at a database from beside."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.accounts.models import (
    Account,
    AccountId,
    AccountOrigin,
    Code,
    CodeId,
    CodePurpose,
    RefreshToken,
    RegistrationId,
    Session,
    SessionId,
    TokenHash,
)
from domain.accounts.ports import Message, Template
from domain.accounts.registration import Registration
from domain.models import ContactKind, Isn
from domain.money import Locale
from gateway.store.store import PostgresStore

NOON: Final = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
SOON: Final = NOON + timedelta(minutes=15)
PHONE: Final = "+79161234567"
EMAIL: Final = "anna@example.ru"


def hash_of(word: str) -> TokenHash:
    return TokenHash(hashlib.sha256(word.encode()).digest())


def account(client: int = 1, **changed: Any) -> Account:
    values: dict[str, Any] = {
        "id": AccountId(uuid4()),
        "client_isn": Isn(client),
        "origin": AccountOrigin.SELF,
        "phone": PHONE,
        "email": EMAIL if client == 1 else f"client-{client}@example.ru",
        "password_hash": "$argon2id$...",
        "two_step": False,
        "created_at": NOON,
    }
    return Account(**{**values, **changed})


def registration(word: str = "first", **changed: Any) -> Registration:
    values: dict[str, Any] = {
        "id": RegistrationId(uuid4()),
        "origin": AccountOrigin.SELF,
        "client_isn": Isn(1),
        "policy_isn": Isn(100),
        "token": hash_of(word),
        "expires_at": SOON,
    }
    return Registration(**{**values, **changed})


def code(subject: UUID, **changed: Any) -> Code:
    values: dict[str, Any] = {
        "id": CodeId(uuid4()),
        "purpose": CodePurpose.REGISTRATION,
        "subject": subject,
        "kind": ContactKind.PHONE,
        "address": PHONE,
        "hash": b"keyed",
        "sent_at": NOON,
        "expires_at": SOON,
    }
    return Code(**{**values, **changed})


def session(owner: AccountId, **changed: Any) -> Session:
    values: dict[str, Any] = {
        "id": SessionId(uuid4()),
        "account": owner,
        "device": "Firefox on Linux",
        "created_at": NOON,
        "used_at": NOON,
        "expires_at": SOON,
    }
    return Session(**{**values, **changed})


def token(family: SessionId, word: str = "refresh", **changed: Any) -> RefreshToken:
    values: dict[str, Any] = {"hash": hash_of(word), "session": family, "issued_at": NOON, "expires_at": SOON}
    return RefreshToken(**{**values, **changed})


def message(**changed: Any) -> Message:
    values: dict[str, Any] = {
        "kind": ContactKind.PHONE,
        "address": PHONE,
        "template": Template.CODE,
        "locale": Locale.RU,
        "values": {"code": "123456"},
    }
    return Message(**{**values, **changed})


async def kept_account(store: PostgresStore, client: int = 1, **changed: Any) -> Account:
    made = account(client, **changed)
    async with store.work() as work:
        await work.accounts.add(made)
    return made


async def rows(store: PostgresStore, query: str) -> list[tuple[Any, ...]]:
    """Look at the database from beside."""
    async with store.connection() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def somebody_waits(store: PostgresStore, many: int = 1) -> None:
    """Wait until so many connections wait for what another has locked."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while (await rows(store, query)) != [(many,)]:
            await asyncio.sleep(0.01)

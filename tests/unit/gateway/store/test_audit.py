"""Records of who read personal data: kept together, and changed by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.audit import PersonalRead
from domain.errors import StoreUnavailable
from domain.models import Isn
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.audit import PostgresAudit, over
from gateway.store.migrating import migrate
from gateway.store.store import PostgresStore, opened
from tests.unit.gateway.store.made import NOON, rows

READ: Final = PersonalRead(NOON, "desk-1", Isn(1), "Звонок клиента", "ClientCard", "0123456789abcdef", "r-1")
KEPT_FROM_ALL: Final = ("personal_reads", "account_actions", "automatic_rules")
ALL: Final = "SELECT at, actor, client_isn, reason, operation, document, request_id FROM personal_reads ORDER BY id"

UPSERT: Final = """
INSERT INTO personal_reads (id, at, actor, client_isn, reason, document, request_id) OVERRIDING SYSTEM VALUE
SELECT id, at, 'another', client_isn, reason, document, request_id FROM personal_reads
ON CONFLICT (id) DO UPDATE SET actor = 'another'
"""


def as_row(read: PersonalRead) -> tuple[Any, ...]:
    return (read.at, read.actor, read.client, read.reason, read.operation, read.document, read.request_id)


@contextmanager
def connected(settings: StoreSettings) -> Iterator[psycopg.Connection]:
    """Connect as whoever owns the tables, who may do more than the gateway ever does."""
    assert settings.address is not None
    with psycopg.connect(str(settings.address), autocommit=True) as connection:
        yield connection


async def test_records_are_kept_as_they_are(store: PostgresStore) -> None:
    reads = [READ, replace(READ, client=Isn(2), operation=None)]

    await PostgresAudit(store).add(reads)
    await PostgresAudit(store).add([])

    assert await rows(store, ALL) == [as_row(each) for each in reads]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("personal_reads_actor_check", {"actor": ""}),
        ("personal_reads_client_isn_check", {"client": Isn(0)}),
        ("personal_reads_reason_check", {"reason": "why"}),
        ("personal_reads_reason_check", {"reason": "x" * 201}),
    ],
)
async def test_of_several_all_are_kept_or_none(store: PostgresStore, rule: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule):
        await PostgresAudit(store).add([READ, replace(READ, **wrong)])

    assert await rows(store, ALL) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE personal_reads SET reason = 'another reason'",
        "UPDATE personal_reads SET reason = reason WHERE false",
        "DELETE FROM personal_reads",
        "DELETE FROM personal_reads WHERE client_isn = 1",
        "TRUNCATE personal_reads",
        "TRUNCATE personal_reads CASCADE",
        UPSERT,
        "MERGE INTO personal_reads AS kept USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    ],
)
async def test_nothing_changes_a_record(store: PostgresStore, database: StoreSettings, statement: str) -> None:
    await PostgresAudit(store).add([READ])

    for beforehand in ("SELECT 1", "SET session_replication_role = replica"):
        with connected(database) as owner:
            owner.execute(beforehand)
            with pytest.raises(errors.InsufficientPrivilege, match="personal_reads is added to only"):
                owner.execute(statement)

    assert await rows(store, ALL) == [as_row(READ)]


async def test_the_program_itself_is_refused_too(store: PostgresStore) -> None:
    await PostgresAudit(store).add([READ])

    with pytest.raises(Exception, match="added to only"):
        async with store.connection() as connection, connection.begin():
            await connection.execute(text("DELETE FROM personal_reads"))

    assert await rows(store, ALL) == [as_row(READ)]


async def test_another_role_than_the_owners_may_add_and_read_alone(empty_database: StoreSettings) -> None:
    with connected(empty_database) as owner:
        owner.execute("CREATE ROLE program LOGIN")
        try:
            owner.execute("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO program")
            owner.execute("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC")
            await asyncio.to_thread(migrate, empty_database)
            may = {
                (table, right)
                for table in KEPT_FROM_ALL
                for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
                if owner.execute("SELECT has_table_privilege('program', %s, %s)", [table, right]).fetchone() == (True,)
            }
            others = owner.execute("SELECT has_table_privilege('program', 'accounts', 'DELETE')").fetchone()
        finally:
            owner.execute("DROP OWNED BY program")
            owner.execute("DROP ROLE program")
    assert may == {(table, right) for table in KEPT_FROM_ALL for right in ("SELECT", "INSERT")}
    assert others == (True,)


async def test_a_database_that_is_away_is_told_as_that(database: StoreSettings) -> None:
    away = replace(database, address=Secret("postgresql://127.0.0.1:1/nothing"), connection_wait_s=1)
    async with opened(away) as store:
        audit = over(store)
        assert audit is not None
        with pytest.raises(StoreUnavailable):
            await audit.add([READ])


def test_without_a_database_there_is_no_audit() -> None:
    assert over(None) is None

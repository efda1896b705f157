"""A database of the version before, full of rows, comes to the newest revision with every row, readable and writable.

``fillings`` has one file a revision: rows as the gateway of that revision wrote them, in the tables and columns that it
brought. A revision that brings one needs a file of its own; the tests tell which is missing.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, inspect, literal_column, select, table, text

from domain.accounts.ports import UnitOfWork
from gateway.settings import StoreSettings
from gateway.store import revisions
from gateway.store.messages import PostgresMessages
from gateway.store.migrating import migrate
from gateway.store.outbox import IS_WAITING
from gateway.store.store import PostgresStore, opened
from gateway.store.tables import messages, metadata
from tests.unit.gateway.store.test_migrations import connected

FILLINGS: Final = Path(__file__).parent / "fillings"
LINE: Final = [each.revision for each in revisions.scripts().walk_revisions()][::-1]

Snapshot = dict[str, list[dict[str, Any]]]

READ: Final[dict[str, Callable[[UnitOfWork, Any], Awaitable[Any]]]] = {
    "accounts": lambda work, row: work.accounts.by_id(row.id),
    "registrations": lambda work, row: work.registrations.by_token(row.token),
    "recoveries": lambda work, row: work.recoveries.by_token(row.token),
    "sign_in_challenges": lambda work, row: work.challenges.by_token(row.token),
    "codes": lambda work, row: work.codes.newest(row.purpose, row.subject, row.kind),
    "sessions": lambda work, row: work.sessions.by_id(row.id),
    "refresh_tokens": lambda work, row: work.sessions.token(row.hash),
    "consents": lambda work, row: work.consents.of_account(row.account_id),
    "contact_changes": lambda work, row: work.contact_changes.by_id(row.id),
    "automatic_rules": lambda work, _row: work.rules.newest(),
    "feeds": lambda work, _row: work.feed.position(),
    "commands": lambda work, row: work.commands.of_owner(row.owner),
    "wishes": lambda work, row: work.wishes.granted(row.scope, row.key),
    "payments": lambda work, row: work.payments.by_id(row.id),
    "watched_orders": lambda work, row: work.watched_orders.by_id(row.order_id),
    "payment_means": lambda work, row: work.payment_means.own(row.account_id, row.id),
    "renewal_offers": lambda work, row: work.renewal_offers.by_id(row.id),
}
"""How the store's own code reads what a row keeps."""

READ_BY_WORKERS: Final = {"messages"}
READ_BY_NOBODY: Final = {
    *("account_actions", "command_actions", "payment_actions"),
    *("decisions", "personal_reads", "signatures"),
}
WRITE: Final[dict[str, Callable[[UnitOfWork, Any], Awaitable[None]]]] = {
    "accounts": lambda work, found: work.accounts.change(found),
    "registrations": lambda work, found: work.registrations.change(found),
    "recoveries": lambda work, found: work.recoveries.change(found),
    "contact_changes": lambda work, found: work.contact_changes.change(found),
    "payments": lambda work, found: work.payments.change(found),
    "renewal_offers": lambda work, found: work.renewal_offers.change(found),
    "watched_orders": lambda work, found: work.watched_orders.change(found),
}


def fill(settings: StoreSettings, revision: str) -> None:
    """Add what the gateway of a revision wrote; nothing where that could write no more than the one before."""
    file = FILLINGS / f"{revision}.sql"
    if file.exists():
        with connected(settings) as connection:
            connection.execution_options(no_parameters=True).exec_driver_sql(file.read_text("utf-8"))
            connection.commit()


def tables(connection: Connection) -> list[str]:
    """Every table of ours that there is, and the jobs."""
    found = inspect(connection).get_table_names()
    ours = [each for each in found if not each.startswith(("procrastinate_", "alembic_"))]
    return [*sorted(ours), "procrastinate_jobs"]


def snapshot(settings: StoreSettings) -> Snapshot:
    with connected(settings) as connection:
        return {
            name: list(connection.scalars(select(func.to_jsonb(literal_column(name))).select_from(table(name))))
            for name in tables(connection)
        }


def empty_columns(rows: Snapshot) -> list[str]:
    """Tables without rows, and columns that no row has a value in."""
    ours = {name: each for name, each in rows.items() if name in metadata.tables}
    return [name for name, each in ours.items() if not each] + [
        f"{name}.{column}"
        for name, each in ours.items()
        for column in (each[0] if each else ())
        if all(row[column] is None for row in each)
    ]


def restricted(rows: list[dict[str, Any]], columns: set[str]) -> list[str]:
    return sorted(json.dumps({name: row[name] for name in sorted(columns)}) for row in rows)


def sorted_rows(snapshot: Snapshot) -> dict[str, list[str]]:
    return {name: restricted(rows, set(rows[0])) for name, rows in snapshot.items()}


async def test_a_database_that_lived_through_all_revisions_has_kept_every_row(empty_database: StoreSettings) -> None:
    before: Snapshot = {}
    for revision in LINE:
        migrate(empty_database, revision)
        after = snapshot(empty_database)
        for name, rows in before.items():
            kept = set(rows[0]) & set(after[name][0])
            assert restricted(after[name], kept) == restricted(rows, kept), (name, revision)
        fill(empty_database, revision)
        before = snapshot(empty_database)
        assert before["procrastinate_jobs"]
        assert empty_columns(before) == [], f"add rows that have them to {FILLINGS.name}/{revision}.sql"

    async with opened(empty_database) as store:
        assert store is not None
        await every_row_is_read_and_written(store)
    assert sorted_rows(snapshot(empty_database)) == sorted_rows(before)
    with connected(empty_database) as connection:
        assert list(connection.execute(text("SELECT conname FROM pg_constraint WHERE NOT convalidated"))) == []


async def every_row_is_read_and_written(store: PostgresStore) -> None:
    """Read each row by the code that does so in use, and write it as it is, past all constraints that there are now."""
    for name, read in READ.items():
        async with store.connection() as connection:
            rows = list(await connection.execute(select(metadata.tables[name])))
        for row in rows:
            async with store.work() as work:
                found = await read(work, row)
                assert found, (name, row)
                if name in WRITE:
                    await WRITE[name](work, found)
    async with store.connection() as connection:
        waiting = list((await connection.execute(select(messages.c.id).where(IS_WAITING))).scalars())
    assert waiting
    assert all([await PostgresMessages(store).waiting(each) for each in waiting])


def test_there_is_code_for_every_table() -> None:
    assert set(READ) | READ_BY_WORKERS | READ_BY_NOBODY == set(metadata.tables)


def test_every_filling_is_of_a_revision() -> None:
    assert {file.stem for file in FILLINGS.glob("*.sql")} <= set(LINE)

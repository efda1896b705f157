"""Revisions: they make exactly the tables of the code, one process at a time, and never go back."""

import ast
import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from gateway.settings import StoreSettings
from gateway.store import connections, revisions
from gateway.store.comparing import OPTIONS
from gateway.store.migrating import LOCK, Migrated, migrate
from gateway.store.migrations import job_queue
from gateway.store.tables import metadata

HEAD = revisions.expected()
ACCOUNT = "0a000000-0000-4000-8000-000000000001"
VERSIONS = Path(revisions.FOLDER) / "versions"
RULES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
ORDER BY 1, 2, 3
"""


@contextmanager
def connected(settings: StoreSettings) -> Iterator[Connection]:
    engine = create_engine(connections.url(settings), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def rules(connection: Connection) -> list[tuple[str, ...]]:
    """Every constraint and index of our tables; those that compare themselves leave rules of rows out."""
    found = [tuple(row) for row in connection.execute(text(RULES))]
    return [each for each in found if not each[0].startswith(("procrastinate_", "alembic_"))]


def test_an_empty_database_becomes_what_the_tables_say(empty_database: StoreSettings) -> None:
    assert migrate(empty_database) == Migrated("empty", HEAD)
    with connected(empty_database) as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), metadata) == []
        migrated = rules(connection)
    with connected(empty_database) as connection:
        for table in metadata.sorted_tables[::-1]:
            connection.execute(text(f"DROP TABLE {table.name}"))
        metadata.create_all(connection)
        assert rules(connection) == migrated
        assert len(migrated) > 40


def test_a_second_time_there_is_nothing_to_do(database: StoreSettings) -> None:
    assert migrate(database) == Migrated(HEAD, HEAD)


def test_of_many_at_once_one_does_it_and_the_others_wait(empty_database: StoreSettings) -> None:
    with ThreadPoolExecutor(5) as threads:
        done = list(threads.map(migrate, [empty_database] * 5))
    assert sorted(each.before for each in done) == sorted(["empty", *[HEAD] * 4])
    assert {each.after for each in done} == {HEAD}


async def test_it_waits_for_the_lock_however_long_and_goes_on_when_its_holder_is_gone(
    empty_database: StoreSettings,
) -> None:
    with connected(empty_database) as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        connection.commit()
        waiting = asyncio.create_task(asyncio.to_thread(migrate, empty_database))
        query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not connection.execute(query).scalar_one():
            await asyncio.sleep(0.01)
    assert await waiting == Migrated("empty", HEAD)


def test_a_database_of_a_newer_gateway_is_left_alone(database: StoreSettings) -> None:
    with connected(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(revisions.RevisionDiffers, match="9999"):
        migrate(database)


def test_revisions_are_one_line_and_go_forward_only() -> None:
    scripts = revisions.scripts()
    assert scripts.get_heads() == [HEAD]
    assert scripts.get_bases() == ["0001"]
    for file in VERSIONS.glob("v*.py"):
        defined = {each.name for each in ast.parse(file.read_text("utf-8")).body if isinstance(each, ast.FunctionDef)}
        assert "upgrade" in defined
        assert "downgrade" not in defined


@pytest.mark.parametrize("revision", [each.revision for each in revisions.scripts().walk_revisions()])
def test_each_revision_can_be_stopped_at_and_gone_on_from(empty_database: StoreSettings, revision: str) -> None:
    """That rows are kept is shown beside, in databases that are filled."""
    assert migrate(empty_database, revision) == Migrated("empty", revision)
    assert migrate(empty_database) == Migrated(revision, HEAD)


def test_accounts_from_before_languages_were_kept_are_told_in_russian_and_messages_that_wait_have_no_end(
    empty_database: StoreSettings,
) -> None:
    migrate(empty_database, "0005")
    with connected(empty_database) as connection:
        connection.execute(
            text(
                "INSERT INTO accounts (id, client_isn, origin, phone, email, password_hash, two_step, created_at)"
                " VALUES (gen_random_uuid(), 1, 'SELF', '+79161234567', 'anna@example.ru', 'hash', false, now())"
            )
        )
        connection.execute(
            text(
                "INSERT INTO messages (id, kind, template, locale, address, contents)"
                " VALUES (gen_random_uuid(), 'PHONE', 'CODE', 'ru', '+79161234567', '{}')"
            )
        )
        connection.commit()
    migrate(empty_database)
    with connected(empty_database) as connection:
        assert connection.execute(text("SELECT locale FROM accounts")).scalars().all() == ["ru"]
        assert connection.execute(text("SELECT expires_at, purpose, subject FROM messages")).one() == (None,) * 3


def test_faults_that_jobs_kept_for_their_commands_are_taken_over(empty_database: StoreSettings) -> None:
    migrate(empty_database, "0010")
    command = text(
        "INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts)"
        " VALUES (:id, 'CREATE_BILL', 'one', gen_random_uuid(), 'WAITING', now(), 5)"
    )
    job = text(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority)"
        " VALUES ('policy_core', 'commands.deliver', jsonb_build_object('id', CAST(:id AS text)), :priority)"
    )
    ids = {f"13000000-0000-4000-8000-00000000000{each}": priority for each, priority in enumerate((-3, 0, None))}
    with connected(empty_database) as connection:
        for id_, priority in ids.items():
            connection.execute(command, {"id": id_})
            if priority is not None:
                connection.execute(job, {"id": id_, "priority": priority})
        connection.commit()
    migrate(empty_database)
    with connected(empty_database) as connection:
        faults = connection.execute(text("SELECT faults FROM commands ORDER BY id")).scalars()
        assert list(faults) == [3, 0, 0]


def test_orders_that_a_person_had_closed_unseen_are_watched_from_then_on(empty_database: StoreSettings) -> None:
    migrate(empty_database, "0015")
    account = text(
        "INSERT INTO accounts (id, client_isn, origin, phone, email, password_hash, two_step, created_at)"
        " VALUES (:id, 1, 'SELF', '+79161234567', 'anna@example.ru', 'hash', false, now())"
    )
    payment = text(
        "INSERT INTO payments (id, account_id, client_isn, subject, policy_number, policy_isn, instalment, amount,"
        " currency, state, begun_at, order_id, paid_at, ended_at, failure) VALUES (gen_random_uuid(), :id, 1, 'one',"
        " 'P1', 1, 1, 1, 'RUB', 'FAILED', now(), :order, :paid, '2026-01-15 09:00+00', :failure)"
    )
    paid = datetime(2026, 1, 15, tzinfo=UTC)
    with connected(empty_database) as connection:
        connection.execute(account, {"id": ACCOUNT})
        for order, paid_at, failure in (
            ("unseen", None, "CLOSED"),
            ("seen to", paid, "CLOSED"),
            ("declined", None, "DECLINED"),
            (None, None, "CLOSED"),
        ):
            connection.execute(payment, {"id": ACCOUNT, "order": order, "paid": paid_at, "failure": failure})
        connection.commit()
    migrate(empty_database)
    with connected(empty_database) as connection:
        found = connection.execute(text("SELECT order_id, since = look_at, paid_at FROM watched_orders")).all()
    assert found == [("unseen", True, None)]


def test_the_job_queues_newest_files_have_been_run() -> None:
    texts = "".join(file.read_text("utf-8") for file in VERSIONS.glob("v*.py"))
    assert f'until="{job_queue.newest()}"' in texts


def test_the_job_queues_tables_are_those_of_its_whole_schema(
    database: StoreSettings, empty_database: StoreSettings
) -> None:
    from procrastinate.schema import SchemaManager

    functions = text("SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%' ORDER BY 1")
    columns = text(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_name LIKE 'procrastinate%' ORDER BY 1, 2"
    )
    with connected(empty_database) as whole, connected(database) as ours:
        whole.execution_options(no_parameters=True).exec_driver_sql(SchemaManager.get_schema())
        assert set(ours.execute(functions).scalars()) >= set(whole.execute(functions).scalars())
        assert list(ours.execute(columns)) == list(whole.execute(columns))

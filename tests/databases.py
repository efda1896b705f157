"""A real PostgreSQL: one server a run, started when it is first asked for, and a fresh database for each test.

A test asks for ``store``, or for the settings of a database: ``database`` (at our revision) or ``empty_database``.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from dev import postgres
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.migrating import migrate
from gateway.store.store import PostgresStore, opened

__all__ = ["database", "empty_database", "postgres_server", "settings_of", "store", "template_database"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server that forgets everything when it is killed, and is quick for it."""
    # A short path: the name of a unix socket holds about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, postgres.running(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres_server: postgres.Server) -> str:
    """The name of a database at our revision that nobody may be connected to: it is copied."""
    name = "at_our_revision"
    command(postgres_server, "CREATE DATABASE {}", name)
    migrate(settings_of(postgres_server, name))
    return name


@pytest.fixture
def database(postgres_server: postgres.Server, template_database: str) -> Iterator[StoreSettings]:
    """Settings of a database at our revision, with nothing in it."""
    with fresh(postgres_server, template_database) as settings:
        yield settings


@pytest.fixture
def empty_database(postgres_server: postgres.Server) -> Iterator[StoreSettings]:
    """Settings of a database that was never migrated."""
    with fresh(postgres_server, "template0") as settings:
        yield settings


@pytest.fixture
async def store(database: StoreSettings) -> AsyncIterator[PostgresStore]:
    """An open store, with nothing in it."""
    async with opened(database) as store:
        assert store is not None
        yield store


def settings_of(server: postgres.Server, name: str) -> StoreSettings:
    """Return settings for a database of a server, patient as a busy machine needs."""
    return StoreSettings(
        address=Secret(server.address(name)), connection_wait_s=20, statement_timeout_s=20, lock_timeout_s=20
    )


@contextmanager
def fresh(server: postgres.Server, template: str) -> Iterator[StoreSettings]:
    """Copy a database for the time of the block."""
    name = f"test_{uuid.uuid4().hex}"
    command(server, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield settings_of(server, name)
    finally:
        command(server, "DROP DATABASE {} WITH (FORCE)", name)


def command(server: postgres.Server, text: str, *names: str) -> None:
    """Run a command that no transaction may be around."""
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute(SQL(text).format(*map(Identifier, names)))

"""A real PostgreSQL: one server a run, started when it is first asked for, and for each test a database as new.

A test asks for ``store``, or for the settings of a database: ``database`` (at our revision) or ``empty_database``.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from dev import postgres
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.migrating import migrate
from gateway.store.store import PostgresStore, opened
from tests.shelf import Shelf, command

__all__ = ["database", "empty_database", "postgres_server", "settings_of", "shelf", "store"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server that forgets everything when it is killed, and is quick for it."""
    # A short path: the name of a unix socket holds about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, postgres.running(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def shelf(postgres_server: postgres.Server) -> Shelf:
    """Databases at our revision; their template is one that nobody may be connected to."""
    name = "at_our_revision"
    command(postgres_server, "CREATE DATABASE {}", name)
    migrate(settings_of(postgres_server, name))
    return Shelf(postgres_server, name)


@pytest.fixture
def database(shelf: Shelf) -> Iterator[StoreSettings]:
    """Settings of a database at our revision, with nothing in it."""
    with shelf.lent() as name:
        yield settings_of(shelf.server, name)


@pytest.fixture
def empty_database(postgres_server: postgres.Server) -> Iterator[StoreSettings]:
    """Settings of a database that was never migrated."""
    name = f"empty_{uuid.uuid4().hex}"
    command(postgres_server, "CREATE DATABASE {} TEMPLATE template0", name)
    yield settings_of(postgres_server, name)
    command(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


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

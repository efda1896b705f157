"""Bringing a database to this gateway's revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from alembic import command
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.pool import NullPool

from gateway.settings import StoreSettings
from gateway.store import connections, revisions
from gateway.store.failures import told_as_unavailable

__all__ = ["Migrated", "migrate"]

LOCK: Final = 7_302_915_884_012
"""Number of the advisory lock that those who migrate this database wait for; any, but always the same."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """From where to where a database was brought; the same twice when there was nothing to do."""

    before: str
    after: str


def migrate(settings: StoreSettings, target: str = "head") -> Migrated:
    """Go forward to a revision, one process at a time. Raises: ``RevisionDiffers``, ``StoreUnavailable``.

    Each revision is a transaction: one that fails leaves the database at the one before.
    """
    patient = {**connections.parameters(settings, purpose="migrate"), "options": "-c timezone=UTC"}
    engine = create_engine(connections.url(settings), connect_args=patient, poolclass=NullPool, hide_parameters=True)
    with told_as_unavailable(), engine.connect() as connection, locked(connection):
        before = revision(connection)
        if before not in known():
            raise revisions.RevisionDiffers(before)
        config = revisions.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, target)
        connection.commit()
        return Migrated(before, revision(connection))


def known() -> set[str]:
    """Return every revision that can be gone on from."""
    return {revisions.EMPTY, *(each.revision for each in revisions.scripts().walk_revisions())}


def revision(connection: Connection) -> str:
    """Return the database's revision."""
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return found or revisions.EMPTY


@contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """Hold the lock for the block, across its transactions; it goes with the connection however that ends."""
    connection.execute(select(func.pg_advisory_lock(LOCK)))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(select(func.pg_advisory_unlock(LOCK)))
        connection.commit()

"""Stops the gateway exactly at one of its writes: triggers of our own wait there for a lock that the test has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from gateway.store.tables import metadata

__all__ = ["COMMIT", "Holding", "holding"]

COMMIT: Final = "COMMIT"
"""What the end of a transaction is called among its writes."""

LOCKS: Final = 41_290_000
"""First half of the advisory locks; the second is the number of who waits."""

PATIENCE_S: Final = 60.0
OPEN: Final = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gateway' AND datname = current_database()
"""
WAITS: Final = """
SELECT min(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = %s AND objid = %s
"""
SET_UP: Final = SQL("""
CREATE SCHEMA holding;
CREATE TABLE holding.held (whose integer, moment integer);
CREATE TABLE holding.seen (n bigserial, what text);
CREATE SEQUENCE holding.moments;
CREATE FUNCTION holding.hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
    IF current_setting('application_name') = 'gateway' THEN
        INSERT INTO holding.seen (what) VALUES (coalesce(TG_ARGV[0], TG_TABLE_NAME));
        SELECT * INTO held FROM holding.held;
        IF FOUND AND nextval('holding.moments') = held.moment THEN
            PERFORM pg_advisory_xact_lock({locks}, held.whose);
        END IF;
    END IF;
    RETURN NEW;
END
$$;
""").format(locks=Literal(LOCKS))
BEFORE_WRITES: Final = SQL(
    "CREATE TRIGGER hold BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION holding.hold()"
)
BEFORE_COMMIT: Final = SQL(
    "CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT OR UPDATE ON registrations DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION holding.hold('COMMIT')"
)
"""Each step writes its registration once in a transaction. Put off until the commit, the trigger is a part of it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """``connection`` has the locks; what waits for them stands still as long as it does."""

    connection: psycopg.Connection[Any]

    def written(self) -> list[str]:
        """Return what was written since this was asked last: tables, and ends of transactions."""
        found = self.connection.execute("SELECT what FROM holding.seen ORDER BY n").fetchall()
        self.connection.execute("TRUNCATE holding.seen")
        return [what for (what,) in found]

    @contextmanager
    def at(self, whose: int, moment: int) -> Iterator[None]:
        """Hold whom the block starts at its so-manyth write, before which nothing else may write."""
        self.connection.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, whose))
        self.connection.execute("SELECT setval('holding.moments', 1, false)")
        self.connection.execute("INSERT INTO holding.held VALUES (%s, %s)", (whose, moment))
        yield
        wait_for(lambda: self._backend(whose) is not None)
        self.connection.execute("DELETE FROM holding.held")

    def never_committed(self, whose: int) -> None:
        """Undo what somebody waits with, as if the last word had not got here."""
        self.connection.execute("SELECT pg_terminate_backend(%s)", (self._backend(whose),))

    def let_go(self) -> None:
        """Let everything go on, and wait until all of it has ended."""
        self.connection.execute("SELECT pg_advisory_unlock_all()")
        wait_for(lambda: self._one(OPEN) == 0)

    def _backend(self, whose: int) -> Any:
        return self._one(WAITS, LOCKS, whose)

    def _one(self, query: str, *given: Any) -> Any:
        row = self.connection.execute(query, given).fetchone()
        assert row is not None
        return row[0]


@contextmanager
def holding(address: str) -> Iterator[Holding]:
    """Put the triggers into a database."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(SET_UP)
        for table in (*metadata.tables, "procrastinate_jobs"):
            connection.execute(BEFORE_WRITES.format(Identifier(table)))
        connection.execute(BEFORE_COMMIT)
        yield Holding(connection)


def wait_for(condition: Callable[[], bool]) -> None:
    """Look until it is so."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)

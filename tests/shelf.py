"""Databases at our revision, used again by the next test where that cannot be told from a new copy.

Copying a database and dropping it costs many times what most tests ask of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from dev import postgres

__all__ = ["Shelf", "command"]

Mark: TypeAlias = dict[str, tuple[int, int | None]]

CATALOGS: Final = (
    *("pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_default_acl", "pg_depend", "pg_extension"),
    *("pg_index", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger", "pg_type"),
    *("pg_db_role_setting", "pg_largeobject_metadata", "pg_statistic_ext"),
)
ADDED_TO_ONLY: Final = frozenset(
    {"personal_reads", "account_actions", "automatic_rules", "command_actions", "payment_actions", "signatures"}
)
"""Nobody can delete from them, which tests of them show; a database that has rows there is not used again."""

TABLES: Final = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
OTHERS: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
COUNT_ANEW: Final = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"


@dataclass(slots=True)
class Shelf:
    """Copies of a template. ``mark`` is what tables that must stay as they are look like, ``filled`` the other ones."""

    server: postgres.Server
    template: str
    kept: list[str] = field(init=False)
    filled: list[str] = field(init=False)
    mark: Mark = field(init=False)
    names: list[str] = field(default_factory=list)
    copies: int = 0

    def __post_init__(self) -> None:
        """Look at the template: what has rows there is no test's to fill."""
        with psycopg.connect(self.server.address(self.template)) as connection:
            found = mark_of(connection, [name for (name,) in connection.execute(TABLES)])
            self.filled = [name for name, (rows, _) in found.items() if not rows and name not in ADDED_TO_ONLY]
            self.kept = [*CATALOGS, *(name for name in found if name not in self.filled)]
            self.mark = mark_of(connection, self.kept)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend a database with nothing in it for the time of the block, by its name."""
        name = self.names.pop() if self.names else self.copied()
        try:
            yield name
        finally:
            if self.emptied(name):
                self.names.append(name)
            else:
                command(self.server, "DROP DATABASE {} WITH (FORCE)", name)

    def copied(self) -> str:
        """Make a new copy."""
        self.copies += 1
        name = f"copy_{self.copies}"
        command(self.server, "CREATE DATABASE {} TEMPLATE {}", name, self.template)
        return name

    def emptied(self, name: str) -> bool:
        """Make a database as new, and return whether that could be done."""
        with psycopg.connect(self.server.address(name)) as connection:
            connection.execute(OTHERS)
            if mark_of(connection, self.kept) != self.mark:
                return False
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in self.filled:
                connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
            connection.execute(COUNT_ANEW)
        return True


def mark_of(connection: psycopg.Connection, tables: Sequence[str]) -> Mark:
    """Return how many rows tables have, and the last transaction to have written one of them."""
    each = SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM {}")
    query = SQL(" UNION ALL ").join(each.format(Literal(name), Identifier(name)) for name in tables)
    return {name: (rows, last) for name, rows, last in connection.execute(query)}


def command(server: postgres.Server, text: str, *names: str) -> None:
    """Run a command that no transaction may be around."""
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute(SQL(text).format(*map(Identifier, names)))

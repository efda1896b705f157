"""Which state of the tables this gateway wants, and which the database has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import column, select, table
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["EMPTY", "RevisionDiffers", "configuration", "expected", "scripts", "verify"]

FOLDER: Final = Path(__file__).parent / "migrations"
EMPTY: Final = "empty"
"""What is said of a database that was never migrated."""

VERSIONS: Final = table("alembic_version", column("version_num"))


class RevisionDiffers(Exception):
    """The database is not at the revision that this gateway was written for."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the database is at revision {found}, wanted is {expected()}: run python -m gateway migrate")
        self.found = found


def configuration() -> Config:
    """Return where the revisions are."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def scripts() -> ScriptDirectory:
    """Return the revisions."""
    return ScriptDirectory.from_config(configuration())


@cache
def expected() -> str:
    """Return the newest revision that this gateway knows."""
    head = scripts().get_current_head()
    assert head is not None
    return head


async def verify(connection: AsyncConnection) -> None:
    """Make sure that the database is at our revision; ends the transaction. Raises: ``RevisionDiffers``."""
    try:
        found = (await connection.execute(select(VERSIONS.c.version_num))).scalar_one_or_none() or EMPTY
    except ProgrammingError:
        found = EMPTY
    finally:
        await connection.rollback()
    if found != expected():
        raise RevisionDiffers(found)

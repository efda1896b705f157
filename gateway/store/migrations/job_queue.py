"""The job queue's own tables, by the files that its package brings.

Each of our revisions names the files that it runs. They stay in the package for ever, so a revision does the same with
a later version of it; a test tells when there are files that no revision has run.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

from alembic import op

__all__ = ["newest", "run"]

PACKAGE: Final = "procrastinate.sql.migrations"


def run(*, after: str = "", until: str) -> None:
    """Run the files whose names are between the two, both without the ending; the last one is run too."""
    # Statements of which there are several in one text must go without parameters.
    connection = op.get_bind().execution_options(no_parameters=True)
    for name in names():
        if after < name <= until:
            text = (resources.files(PACKAGE) / f"{name}.sql").read_text(encoding="utf-8")
            connection.exec_driver_sql(text)


def newest() -> str:
    """Return the name of the newest file."""
    return names()[-1]


def names() -> list[str]:
    """Return the names of all files, in their order."""
    files = (each.name for each in resources.files(PACKAGE).iterdir())
    return sorted(name.removesuffix(".sql") for name in files if name.endswith(".sql"))

"""Rows that wait and have no job: their worker died, or the job was lost."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Text, bindparam, cast, text
from sqlalchemy.sql.expression import TextClause

__all__ = ["has_no_job"]

# Asked for as a list and not row by row: so the server hashes it, whatever it knows of how many there are.
IDS_IN_JOBS: Final = """(
    SELECT job.args ->> 'id' FROM procrastinate_jobs AS job
    WHERE job.task_name = :task AND job.status IN ('todo', 'doing') AND job.args ->> 'id' IS NOT NULL
)"""


def has_no_job(id_: Column[Any], task: str) -> ColumnElement[bool]:
    """Return whether no job of a task knows the id."""
    ids: TextClause = text(IDS_IN_JOBS).bindparams(bindparam("task", task))
    return cast(id_, Text).not_in(ids)

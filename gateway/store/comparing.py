"""How Alembic is to look at our database."""

from __future__ import annotations

from typing import Any, Final

from gateway.store.tables import metadata

__all__ = ["OPTIONS"]

FOREIGN: Final = "procrastinate_"
"""How the names of the job queue's tables begin; they are not ours to compare."""


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Return whether a table is one of ours."""
    return kind != "table" or name is None or not name.startswith(FOREIGN)


OPTIONS: Final[dict[str, Any]] = {"target_metadata": metadata, "include_name": is_ours, "compare_server_default": True}

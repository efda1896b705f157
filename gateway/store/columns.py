"""Types of columns, and constraints that several tables share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, DateTime, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.types import TypeDecorator

__all__ = ["BYTES", "ID", "NAMES", "TEXT", "Instant", "metadata", "one_of", "thirty_two_bytes"]

NAMES: Final = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}
"""How PostgreSQL itself names what was not given a name."""

metadata: Final = MetaData(naming_convention=NAMES)
ID: Final = UUID(as_uuid=True)
TEXT: Final = Text()
BYTES: Final = LargeBinary()


class Instant(TypeDecorator[datetime]):
    """An instant, in UTC on both sides. One without a zone is a mistake and is not guessed about."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse what is no instant. Raises: ``ValueError``."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return it in UTC, whatever the connection's zone is."""
        return None if value is None else value.astimezone(UTC)


def one_of(column: str, choices: Iterable[StrEnum], *, name: str | None = None) -> CheckConstraint:
    """Return the rule that a column holds one of the choices, or nothing where it may."""
    listed = ", ".join(f"'{each.value}'" for each in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def thirty_two_bytes(column: str) -> CheckConstraint:
    """Return the rule that a column holds a SHA-256 hash, or nothing where it may."""
    return CheckConstraint(f"octet_length({column}) = 32", name=column)

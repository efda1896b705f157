"""How far the feeds of the systems were followed, what was decided over them, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from domain.accounts.automatic import MOST_NEW_DAYS, Outcome
from domain.errors import Source
from domain.models import ContactKind, Line
from domain.outbox.models import LONGEST_REASON, SHORTEST_REASON
from gateway.store.columns import TEXT, Instant, metadata, one_of

__all__ = ["automatic_rules", "decisions", "feeds"]

feeds: Final = Table(
    "feeds",
    metadata,
    Column("source", TEXT, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    # The event after ``seq`` that is tried, how often it was, and whether a try has begun and not ended.
    Column("tried", BigInteger),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("trying", Boolean, nullable=False, server_default=text("false")),
    one_of("source", Source),
    CheckConstraint("seq >= 0", name="seq"),
    CheckConstraint("tried > seq", name="tried"),
    CheckConstraint("tries >= 0", name="tries"),
)


def some_of(column: str, choices: Iterable[StrEnum]) -> CheckConstraint:
    """Return the rule that a column holds one or more of the choices."""
    listed = ", ".join(f"'{each.value}'" for each in choices)
    return CheckConstraint(f"cardinality({column}) > 0 AND {column} <@ ARRAY[{listed}]", name=column)


automatic_rules: Final = Table(
    "automatic_rules",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("lines", ARRAY(TEXT), nullable=False),
    Column("least_premium", Numeric(14, 2)),
    Column("contacts", ARRAY(TEXT), nullable=False),
    Column("new_days", SmallInteger, nullable=False),
    Column("by", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    some_of("lines", Line),
    CheckConstraint("least_premium >= 0", name="least_premium"),
    some_of("contacts", ContactKind),
    CheckConstraint(f"new_days BETWEEN 1 AND {MOST_NEW_DAYS}", name="new_days"),
    CheckConstraint("by <> ''", name="by"),
    CheckConstraint(f"length(reason) BETWEEN {SHORTEST_REASON} AND {LONGEST_REASON}", name="reason"),
)
"""Versions of the rule, the newest in force. Rows are added only: a trigger of the database refuses everything else."""

decisions: Final = Table(
    "decisions",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("client_isn", BigInteger, index=True),
    Column("policy", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("rule", TEXT, nullable=False),
    # None where the settings' rule was in force.
    Column("rule_number", BigInteger, ForeignKey("automatic_rules.number")),
    one_of("outcome", Outcome),
)

"""Who read what is personal, and which employees did what to accounts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Table

from domain.audit import LONGEST_REASON, LONGEST_REMARK, SHORTEST_REASON, AccountActionKind
from gateway.store.columns import TEXT, Instant, metadata, one_of

__all__ = ["account_actions", "personal_reads"]

personal_reads: Final = Table(
    "personal_reads",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("client_isn", BigInteger, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("operation", TEXT),
    Column("document", TEXT, nullable=False),
    Column("request_id", TEXT, nullable=False),
    CheckConstraint("actor <> ''", name="actor"),
    CheckConstraint("client_isn > 0", name="client_isn"),
    CheckConstraint(f"length(reason) BETWEEN {SHORTEST_REASON} AND {LONGEST_REASON}", name="reason"),
    Index("personal_reads_client_isn_at_idx", "client_isn", "at"),
    Index("personal_reads_actor_at_idx", "actor", "at"),
)
"""Rows are added only: a trigger of the database refuses everything else, whoever asks."""

account_actions: Final = Table(
    "account_actions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("client_isn", BigInteger, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("reason", TEXT),
    one_of("action", AccountActionKind),
    CheckConstraint("actor <> ''", name="actor"),
    CheckConstraint("client_isn > 0", name="client_isn"),
    CheckConstraint(
        f"CASE WHEN reason IS NULL THEN action = 'PREPARE' ELSE length(reason) BETWEEN 1 AND {LONGEST_REMARK} END",
        name="reason",
    ),
    Index("account_actions_client_isn_at_idx", "client_isn", "at"),
    Index("account_actions_actor_at_idx", "actor", "at"),
)
"""Rows are added only, as above."""

"""Who read what is personal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Table

from domain.audit import LONGEST_REASON, SHORTEST_REASON
from gateway.store.columns import TEXT, Instant, metadata

__all__ = ["personal_reads"]

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

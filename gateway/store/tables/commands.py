"""Commands to the systems, what operators did with them, and wishes that were granted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, Integer, Table, text

from domain.outbox.models import LONGEST_REASON, SHORTEST_REASON, CommandAction, CommandKind, CommandState
from gateway.store.columns import BYTES, ID, TEXT, Instant, metadata, one_of, thirty_two_bytes

__all__ = ["command_actions", "commands", "wishes"]

commands: Final = Table(
    "commands",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("kind", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("owner", ID, nullable=False, index=True),
    Column("state", TEXT, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ended_at", Instant),
    Column("failure", TEXT),
    Column("faults", Integer, nullable=False, server_default=text("0")),
    one_of("kind", CommandKind),
    one_of("state", CommandState),
    CheckConstraint("attempts >= 0", name="attempts"),
    CheckConstraint("faults >= 0", name="faults"),
    CheckConstraint("(ended_at IS NULL) = (state = 'WAITING')", name="ended"),
    CheckConstraint("(failure IS NOT NULL) = (state IN ('REFUSED', 'DEAD', 'DROPPED'))", name="failure"),
    # Those that hold up others of their subject, in their order.
    Index("commands_in_order", "subject", "number", postgresql_where=text("state IN ('WAITING', 'DEAD')")),
    Index("commands_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    Index("commands_waiting", "accepted_at", postgresql_where=text("state = 'WAITING'")),
)

command_actions: Final = Table(
    "command_actions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("command_id", ID, ForeignKey("commands.id"), nullable=False, index=True),
    Column("action", TEXT, nullable=False),
    Column("by", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    one_of("action", CommandAction),
    CheckConstraint("by <> ''", name="by"),
    CheckConstraint(f"length(reason) BETWEEN {SHORTEST_REASON} AND {LONGEST_REASON}", name="reason"),
)
"""Rows are added only: a trigger of the database refuses everything else, whoever asks."""

wishes: Final = Table(
    "wishes",
    metadata,
    Column("scope", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("digest", BYTES, nullable=False),
    Column("object", ID, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    thirty_two_bytes("digest"),
    CheckConstraint("length(key) BETWEEN 8 AND 100", name="key"),
)

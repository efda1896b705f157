"""Messages that go out."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, Table, func, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.accounts.models import CodePurpose
from domain.accounts.ports import Template
from domain.models import ContactKind
from domain.money import Locale
from gateway.store.columns import ID, TEXT, Instant, metadata, one_of

__all__ = ["messages"]

messages: Final = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("template", TEXT, nullable=False),
    Column("locale", TEXT, nullable=False),
    Column("address", TEXT),
    Column("contents", JSONB(none_as_null=True)),
    Column("expires_at", Instant),
    # What a code or a link is for.
    Column("purpose", TEXT),
    Column("subject", ID),
    Column("left_at", Instant, nullable=False, server_default=func.now()),
    Column("sent_at", Instant),
    Column("dead_at", Instant),
    Column("failure", TEXT),
    one_of("kind", ContactKind),
    one_of("template", Template),
    one_of("locale", Locale),
    one_of("purpose", CodePurpose),
    CheckConstraint("num_nulls(purpose, subject) IN (0, 2)", name="topic"),
    CheckConstraint("num_nonnulls(sent_at, dead_at) <= 1", name="one_end"),
    # What is personal is there exactly as long as the message has to be sent.
    CheckConstraint(
        "num_nulls(address, contents) = CASE WHEN num_nonnulls(sent_at, dead_at) = 0 THEN 0 ELSE 2 END", name="personal"
    ),
    Index("messages_waiting", "left_at", postgresql_where=text("sent_at IS NULL AND dead_at IS NULL")),
    Index("messages_ended", "left_at", postgresql_where=text("sent_at IS NOT NULL OR dead_at IS NOT NULL")),
    Index("messages_waiting_of_subject", "subject", postgresql_where=text("sent_at IS NULL AND dead_at IS NULL")),
)

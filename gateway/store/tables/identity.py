"""Accounts, and how their owners sign in."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, text

from domain.accounts.models import AccountOrigin, CodePurpose, EndReason
from domain.models import ContactKind
from domain.money import Locale
from gateway.store.columns import BYTES, ID, TEXT, Instant, metadata, one_of, thirty_two_bytes

__all__ = ["accounts", "codes", "refresh_tokens", "sessions", "sign_in_challenges"]

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("client_isn", BigInteger, nullable=False, unique=True),
    Column("origin", TEXT, nullable=False),
    Column("phone", TEXT, nullable=False, index=True),
    Column("email", TEXT, nullable=False, unique=True),
    Column("password_hash", TEXT, nullable=False),
    Column("two_step", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("locked_at", Instant),
    Column("lock_reason", TEXT),
    Column("locale", TEXT, nullable=False, server_default=text("'ru'")),
    CheckConstraint("client_isn > 0", name="client_isn"),
    one_of("origin", AccountOrigin),
    CheckConstraint("phone ~ '^[+][0-9]{5,15}$'", name="phone"),
    CheckConstraint("email = lower(email) AND position('@' in email) > 1", name="email"),
    CheckConstraint("password_hash <> ''", name="password_hash"),
    CheckConstraint("lock_reason IS NULL OR locked_at IS NOT NULL", name="lock_reason"),
    one_of("locale", Locale),
)

sign_in_challenges: Final = Table(
    "sign_in_challenges",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("token", BYTES, nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False, index=True),
    thirty_two_bytes("token"),
)

codes: Final = Table(
    "codes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("purpose", TEXT, nullable=False),
    Column("subject", ID, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("hash", BYTES, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("used_at", Instant),
    # One code counts: a newer one takes the row of the one before.
    Index("codes_one_counts", "purpose", "subject", "kind", unique=True),
    one_of("purpose", CodePurpose),
    one_of("kind", ContactKind),
    CheckConstraint("attempts >= 0", name="attempts"),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("device", TEXT, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
    Column("end_reason", TEXT),
    one_of("end_reason", EndReason),
    CheckConstraint("num_nulls(ended_at, end_reason) IN (0, 2)", name="ended"),
    Index("sessions_over", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
)

refresh_tokens: Final = Table(
    "refresh_tokens",
    metadata,
    Column("hash", BYTES, primary_key=True),
    Column("session_id", ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    # A family never forks: there is one token that was not used yet.
    Index("refresh_tokens_one_unused", "session_id", unique=True, postgresql_where=text("used_at IS NULL")),
    thirty_two_bytes("hash"),
)

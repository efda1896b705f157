"""Every table. The rules of the domain that a row can tell are constraints: they hold even against a mistake of ours.

A new table or column needs a revision in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.accounts.automatic import Outcome
from domain.accounts.contacts import ContactChangeState
from domain.accounts.models import AccountOrigin, CodePurpose, EndReason
from domain.accounts.ports import Template
from domain.audit import LONGEST_REASON, SHORTEST_REASON
from domain.errors import Source
from domain.models import ConsentPurpose, ContactKind
from domain.money import Locale
from gateway.store.columns import BYTES, ID, TEXT, Instant, metadata, one_of, thirty_two_bytes

__all__ = [
    "accounts",
    "codes",
    "consents",
    "decisions",
    "feeds",
    "messages",
    "metadata",
    "personal_reads",
    "recoveries",
    "refresh_tokens",
    "registrations",
    "sessions",
    "sign_in_challenges",
]

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
    CheckConstraint("client_isn > 0", name="client_isn"),
    one_of("origin", AccountOrigin),
    CheckConstraint("phone ~ '^[+][0-9]{5,15}$'", name="phone"),
    CheckConstraint("email = lower(email) AND position('@' in email) > 1", name="email"),
    CheckConstraint("password_hash <> ''", name="password_hash"),
    CheckConstraint("lock_reason IS NULL OR locked_at IS NOT NULL", name="lock_reason"),
)

registrations: Final = Table(
    "registrations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("origin", TEXT, nullable=False),
    Column("client_isn", BigInteger, nullable=False),
    Column("policy_isn", BigInteger),
    Column("token", BYTES, nullable=False, unique=True),
    Column("previous", BYTES, unique=True),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("phone", TEXT),
    Column("phone_matches", Boolean),
    Column("phone_confirmed", Boolean),
    Column("email", TEXT),
    Column("email_matches", Boolean),
    Column("email_confirmed", Boolean),
    Column("questions", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("wrong_answers", SmallInteger, nullable=False, server_default=text("0")),
    Column("refused", Boolean, nullable=False, server_default=text("false")),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("link", TEXT),
    one_of("origin", AccountOrigin),
    one_of("link", ContactKind),
    thirty_two_bytes("token"),
    thirty_two_bytes("previous"),
    CheckConstraint("previous <> token", name="previous_differs"),
    CheckConstraint("num_nulls(phone, phone_matches, phone_confirmed) IN (0, 3)", name="phone"),
    CheckConstraint("num_nulls(email, email_matches, email_confirmed) IN (0, 3)", name="email"),
    # Who registers alone gives one contact after the other; what was prepared may know both, or the e-mail alone.
    CheckConstraint("email IS NULL OR phone_confirmed IS TRUE OR origin <> 'SELF'", name="phone_first"),
    CheckConstraint("link IS NULL OR origin <> 'SELF'", name="link_of_prepared"),
    CheckConstraint("jsonb_typeof(questions) = 'array'", name="questions"),
    CheckConstraint("wrong_answers >= 0", name="wrong_answers"),
    CheckConstraint(
        "account_id IS NULL OR (phone_confirmed IS TRUE AND email_confirmed IS TRUE AND NOT refused)", name="account"
    ),
    # Of several links to one person's account only the latest may work.
    Index(
        "registrations_one_link",
        "client_isn",
        unique=True,
        postgresql_where=text("link IS NOT NULL AND account_id IS NULL AND NOT refused"),
    ),
)

recoveries: Final = Table(
    "recoveries",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("token", BYTES, nullable=False, unique=True),
    Column("previous", BYTES, unique=True),
    Column("expires_at", Instant, nullable=False, index=True),
    # Nothing where there is no account: it is kept all the same.
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("client_isn", BigInteger),
    Column("other", TEXT),
    Column("other_confirmed", Boolean, nullable=False, server_default=text("false")),
    Column("phone_lost", Boolean, nullable=False, server_default=text("false")),
    Column("questions", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("wrong_answers", SmallInteger, nullable=False, server_default=text("0")),
    Column("refused", Boolean, nullable=False, server_default=text("false")),
    Column("is_done", Boolean, nullable=False, server_default=text("false")),
    one_of("kind", ContactKind),
    thirty_two_bytes("token"),
    thirty_two_bytes("previous"),
    CheckConstraint("previous <> token", name="previous_differs"),
    CheckConstraint("num_nulls(account_id, client_isn) IN (0, 2)", name="account"),
    CheckConstraint("other IS NULL OR account_id IS NOT NULL", name="other"),
    CheckConstraint("NOT other_confirmed OR other IS NOT NULL", name="other_confirmed"),
    CheckConstraint("NOT phone_lost OR (other IS NOT NULL AND kind = 'EMAIL')", name="phone_lost"),
    CheckConstraint("jsonb_typeof(questions) = 'array'", name="questions"),
    CheckConstraint("wrong_answers >= 0", name="wrong_answers"),
    CheckConstraint("NOT is_done OR ((other_confirmed OR phone_lost) AND NOT refused)", name="is_done"),
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
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", TEXT),
    one_of("end_reason", EndReason),
    CheckConstraint("num_nulls(ended_at, end_reason) IN (0, 2)", name="ended"),
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

consents: Final = Table(
    "consents",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", TEXT, nullable=False),
    Column("text_version", TEXT, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index(
        "consents_one_in_force",
        "account_id",
        "purpose",
        "text_version",
        unique=True,
        postgresql_where=text("revoked_at IS NULL"),
    ),
    one_of("purpose", ConsentPurpose),
    CheckConstraint("text_version <> ''", name="text_version"),
    CheckConstraint("revoked_at >= given_at", name="revoked_at"),
)

contact_changes: Final = Table(
    "contact_changes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", TEXT, nullable=False),
    Column("address", TEXT),
    Column("proved_by", TEXT, nullable=False),
    Column("token", BYTES, nullable=False, unique=True),
    Column("begun_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("new_confirmed", Boolean, nullable=False),
    Column("old_confirmed", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("accepted_at", Instant),
    Column("ended_at", Instant),
    Column("failure", TEXT),
    one_of("kind", ContactKind),
    one_of("proved_by", ContactKind),
    one_of("state", ContactChangeState),
    thirty_two_bytes("token"),
    CheckConstraint("attempts >= 0", name="attempts"),
    CheckConstraint("state = 'BEGUN' OR (new_confirmed AND old_confirmed)", name="confirmed"),
    CheckConstraint("(accepted_at IS NULL) = (state = 'BEGUN')", name="accepted"),
    CheckConstraint("(ended_at IS NULL) = (state IN ('BEGUN', 'WAITING'))", name="ended"),
    # The new contact is there exactly as long as it has to be confirmed or delivered.
    CheckConstraint("(address IS NOT NULL) = (state IN ('BEGUN', 'WAITING'))", name="personal"),
    CheckConstraint("failure IS NULL OR state = 'DEAD'", name="failure"),
    Index("contact_changes_one_begun", "account_id", unique=True, postgresql_where=text("state = 'BEGUN'")),
    Index("contact_changes_waiting", "accepted_at", postgresql_where=text("state = 'WAITING'")),
)

messages: Final = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("template", TEXT, nullable=False),
    Column("locale", TEXT, nullable=False),
    Column("address", TEXT),
    Column("contents", JSONB(none_as_null=True)),
    Column("left_at", Instant, nullable=False, server_default=func.now()),
    Column("sent_at", Instant),
    Column("dead_at", Instant),
    Column("failure", TEXT),
    one_of("kind", ContactKind),
    one_of("template", Template),
    one_of("locale", Locale),
    CheckConstraint("num_nonnulls(sent_at, dead_at) <= 1", name="one_end"),
    # What is personal is there exactly as long as the message has to be sent.
    CheckConstraint(
        "num_nulls(address, contents) = CASE WHEN num_nonnulls(sent_at, dead_at) = 0 THEN 0 ELSE 2 END", name="personal"
    ),
    Index("messages_waiting", "left_at", postgresql_where=text("sent_at IS NULL AND dead_at IS NULL")),
)

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

feeds: Final = Table(
    "feeds",
    metadata,
    Column("source", TEXT, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    one_of("source", Source),
    CheckConstraint("seq >= 0", name="seq"),
)

decisions: Final = Table(
    "decisions",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("client_isn", BigInteger, index=True),
    Column("policy", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("rule", TEXT, nullable=False),
    one_of("outcome", Outcome),
)

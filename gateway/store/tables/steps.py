"""What is done in steps that may be repeated: registrations and recoveries."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.accounts.models import AccountOrigin
from domain.models import ContactKind
from gateway.store.columns import BYTES, ID, TEXT, Instant, metadata, one_of, thirty_two_bytes

__all__ = ["recoveries", "registrations"]

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

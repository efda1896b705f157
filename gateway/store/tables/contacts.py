"""Consents, and changes of contacts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Identity, Index, Table, text

from domain.accounts.contacts import ContactChangeState
from domain.models import ConsentPurpose, ContactKind
from gateway.store.columns import ID, TEXT, Instant, metadata, one_of

__all__ = ["consents", "contact_changes"]

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
    Column("begun_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("new_confirmed", Boolean, nullable=False),
    Column("old_confirmed", Boolean, nullable=False),
    Column("accepted_at", Instant),
    Column("ended_at", Instant),
    Column("failure", TEXT),
    one_of("kind", ContactKind),
    one_of("proved_by", ContactKind),
    one_of("state", ContactChangeState),
    CheckConstraint("state = 'BEGUN' OR (new_confirmed AND old_confirmed)", name="confirmed"),
    CheckConstraint("(accepted_at IS NULL) = (state = 'BEGUN')", name="accepted"),
    CheckConstraint("(ended_at IS NULL) = (state IN ('BEGUN', 'WAITING'))", name="ended"),
    # The new contact is there exactly as long as it has to be confirmed or delivered.
    CheckConstraint("(address IS NOT NULL) = (state IN ('BEGUN', 'WAITING'))", name="personal"),
    CheckConstraint("failure IS NULL OR state = 'DEAD'", name="failure"),
    Index("contact_changes_one_begun", "account_id", unique=True, postgresql_where=text("state = 'BEGUN'")),
)

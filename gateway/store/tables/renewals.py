"""Offers to renew policies, and what was signed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Identity, Index, Numeric, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from domain.renewals.models import OfferState
from gateway.store.columns import BYTES, ID, TEXT, Instant, metadata, one_of, thirty_two_bytes

__all__ = ["renewal_offers", "signatures"]

renewal_offers: Final = Table(
    "renewal_offers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("client_isn", BigInteger, nullable=False),
    Column("policy_isn", BigInteger, nullable=False),
    Column("policy_number", TEXT, nullable=False),
    Column("product", TEXT, nullable=False),
    Column("choice", JSONB, nullable=False),
    Column("quote_isn", BigInteger, nullable=False),
    Column("premium", Numeric(14, 2), nullable=False),
    Column("first_instalment", Numeric(14, 2), nullable=False),
    Column("currency", TEXT, nullable=False),
    Column("valid_until", Date, nullable=False, index=True),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("ways", JSONB, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("accepted_at", Instant),
    Column("digest", BYTES),
    Column("signed_at", Instant),
    Column("ended_at", Instant),
    Column("agreement_isn", BigInteger),
    Column("new_policy_isn", BigInteger),
    Column("new_policy_number", TEXT),
    Column("failure", TEXT),
    # No foreign key: an offer that nobody has signed goes after its time.
    Column("replaced_by", ID),
    one_of("state", OfferState),
    thirty_two_bytes("digest"),
    CheckConstraint("first_instalment > 0 AND first_instalment <= premium", name="premium"),
    CheckConstraint("starts_on <= ends_on", name="term"),
    CheckConstraint("jsonb_typeof(choice) = 'object'", name="choice"),
    CheckConstraint("jsonb_typeof(ways) = 'array'", name="ways"),
    CheckConstraint("num_nulls(accepted_at, digest) IN (0, 2)", name="accepted"),
    CheckConstraint("signed_at IS NULL OR accepted_at IS NOT NULL", name="signed_after"),
    CheckConstraint("state = 'PRICED' OR state = 'EXPIRED' OR accepted_at IS NOT NULL", name="accepted_first"),
    CheckConstraint("(signed_at IS NULL) = (state IN ('PRICED', 'ACCEPTED'))", name="signed"),
    CheckConstraint("(ended_at IS NOT NULL) = (state IN ('AGREED', 'REPRICED', 'EXPIRED', 'REFUSED'))", name="ended"),
    CheckConstraint("num_nulls(agreement_isn, new_policy_isn, new_policy_number) IN (0, 3)", name="agreement"),
    CheckConstraint("state <> 'AGREED' OR agreement_isn IS NOT NULL", name="agreed"),
    CheckConstraint("(failure IS NOT NULL) = (state = 'REFUSED')", name="refused"),
    CheckConstraint("(replaced_by IS NOT NULL) = (state = 'REPRICED')", name="repriced"),
    Index("renewal_offers_client_isn_idx", "client_isn", postgresql_where=sql("state IN ('SIGNED', 'AGREED')")),
    # A policy is renewed by one offer.
    Index("renewal_offers_once", "policy_isn", unique=True, postgresql_where=sql("state IN ('SIGNED', 'AGREED')")),
)

signatures: Final = Table(
    "signatures",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("offer_id", ID, ForeignKey("renewal_offers.id"), nullable=False, unique=True),
    Column("phone", TEXT, nullable=False),
    Column("code_id", ID, nullable=False),
    Column("document", TEXT, nullable=False),
    Column("digest", BYTES, nullable=False),
    CheckConstraint("position('***' in phone) > 0", name="masked"),
    CheckConstraint("digest = sha256(convert_to(document, 'UTF8'))", name="digest"),
)
"""Rows are added only: a trigger of the database refuses everything else, whoever asks."""

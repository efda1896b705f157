"""Payments."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
)
from sqlalchemy import text as sql

from domain.outbox.models import LONGEST_REASON, SHORTEST_REASON
from domain.payments.models import PaymentFailure, PaymentState
from gateway.store.columns import ID, TEXT, Instant, metadata, one_of

__all__ = ["payment_actions", "payment_means", "payments", "watched_orders"]

payments: Final = Table(
    "payments",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("client_isn", BigInteger, nullable=False),
    Column("subject", TEXT, nullable=False, index=True),
    Column("policy_number", TEXT, nullable=False),
    Column("policy_isn", BigInteger),
    Column("instalment", SmallInteger),
    Column("claim_id", TEXT),
    Column("claim_number", TEXT),
    Column("agreement_isn", BigInteger),
    Column("amount", Numeric(14, 2), nullable=False),
    Column("currency", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("bill_isn", BigInteger),
    Column("bill_number", TEXT),
    Column("order_id", TEXT, unique=True),
    Column("address", TEXT),
    Column("opened_at", Instant),
    Column("checked_at", Instant),
    Column("paid_at", Instant),
    Column("ended_at", Instant),
    Column("failure", TEXT),
    Column("waited_at", Instant),
    Column("shown_at", Instant),
    Column("in_vain", Integer, nullable=False, server_default=sql("0")),
    # Not a key to payment_means: one that its owner forgets is gone at once, and waits for no payment.
    Column("means_id", ID),
    Column("doubled_at", Instant),
    one_of("state", PaymentState),
    one_of("failure", PaymentFailure),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("in_vain >= 0", name="in_vain"),
    CheckConstraint("num_nonnulls(instalment, claim_id, agreement_isn) = 1", name="payable"),
    CheckConstraint("(policy_isn IS NULL) = (claim_id IS NOT NULL)", name="policy"),
    CheckConstraint("num_nulls(claim_id, claim_number) IN (0, 2)", name="claim"),
    CheckConstraint("num_nulls(bill_isn, bill_number) IN (0, 2)", name="bill"),
    CheckConstraint("state <> 'OPEN' OR num_nulls(bill_isn, order_id, address, opened_at) = 0", name="open"),
    CheckConstraint("state NOT IN ('CONFIRMING', 'PAID') OR paid_at IS NOT NULL", name="paid"),
    CheckConstraint("(ended_at IS NOT NULL) = (state IN ('PAID', 'FAILED', 'STOPPED'))", name="ended"),
    CheckConstraint("(failure IS NOT NULL) = (state IN ('FAILED', 'STOPPED'))", name="failed"),
    CheckConstraint("address IS NULL OR state = 'OPEN'", name="address"),
    CheckConstraint("shown_at IS NULL OR opened_at IS NOT NULL", name="shown"),
    # Only where money is there already is there too much of it.
    CheckConstraint("doubled_at IS NULL OR paid_at IS NOT NULL", name="doubled"),
    # What is paid once cannot be under way twice, nor be begun again after it was paid.
    Index("payments_once", "subject", unique=True, postgresql_where=sql("state NOT IN ('FAILED', 'STOPPED')")),
    # Nor can one bill be paid under two names.
    Index("payments_one_bill", "bill_isn", unique=True, postgresql_where=sql("state NOT IN ('FAILED', 'STOPPED')")),
    Index("payments_open", "checked_at", postgresql_where=sql("state = 'OPEN'")),
    Index("payments_client_isn_idx", "client_isn", postgresql_where=sql("state IN ('CONFIRMING', 'PAID')")),
)

payment_actions: Final = Table(
    "payment_actions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("payment_id", ID, ForeignKey("payments.id"), nullable=False, index=True),
    Column("by", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("by <> ''", name="by"),
    CheckConstraint(f"length(reason) BETWEEN {SHORTEST_REASON} AND {LONGEST_REASON}", name="reason"),
)
"""Who closed a stopped payment, and why. Rows are added only: a trigger of the database refuses everything else."""

payment_means: Final = Table(
    "payment_means",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False),
    Column("token", TEXT, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("expires", Date, nullable=False),
    Column("kept_at", Instant, nullable=False),
    CheckConstraint("token <> ''", name="token"),
    # No digit of a card, whatever the acquirer tells.
    CheckConstraint("title <> '' AND title !~ '[0-9]'", name="title"),
    Index("payment_means_once", "account_id", "token", unique=True),
)

watched_orders: Final = Table(
    "watched_orders",
    metadata,
    Column("order_id", TEXT, primary_key=True),
    Column("payment_id", ID, ForeignKey("payments.id"), nullable=False, index=True),
    Column("since", Instant, nullable=False),
    Column("look_at", Instant),
    Column("paid_at", Instant),
    CheckConstraint("num_nulls(look_at, paid_at) > 0", name="paid"),
    Index("watched_orders_due", "look_at", postgresql_where=sql("look_at IS NOT NULL")),
)
"""Orders that their payment does not wait for: former ones, and those that a person closed. Kept as payments are."""

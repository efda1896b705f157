"""Accounts that are prepared: links, how far the journal was followed, and what was decided on the way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make room for links, and the two tables of the journal."""
    prepare_registrations()
    allow_activation()
    create_feeds()
    create_decisions()


def prepare_registrations() -> None:
    op.add_column("registrations", sa.Column("link", sa.Text()))
    for name in ("phone_first", "account"):
        op.drop_constraint(op.f(f"registrations_{name}_check"), "registrations")
    for name, rule in (
        ("phone_first", "email IS NULL OR phone_confirmed IS TRUE OR origin <> 'SELF'"),
        ("account", "account_id IS NULL OR (phone_confirmed IS TRUE AND email_confirmed IS TRUE AND NOT refused)"),
        ("link", "link IN ('PHONE', 'EMAIL')"),
        ("link_of_prepared", "link IS NULL OR origin <> 'SELF'"),
    ):
        op.create_check_constraint(op.f(f"registrations_{name}_check"), "registrations", rule)
    op.create_index(
        "registrations_one_link",
        "registrations",
        ["client_isn"],
        unique=True,
        postgresql_where=sa.text("link IS NOT NULL AND account_id IS NULL AND NOT refused"),
    )


def allow_activation() -> None:
    op.drop_constraint(op.f("messages_template_check"), "messages")
    op.create_check_constraint(
        op.f("messages_template_check"),
        "messages",
        "template IN ('CODE', 'ACCOUNT_LOCKED', 'PASSWORD_CHANGED', 'REGISTERED', 'ACTIVATION', 'CONTACT_CHANGED')",
    )


def create_feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "source IN ('policy_core', 'claims_core', 'life_valuation')", name=op.f("feeds_source_check")
        ),
        sa.CheckConstraint("seq >= 0", name=op.f("feeds_seq_check")),
        sa.PrimaryKeyConstraint("source", name="feeds_pkey"),
    )


def create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client_isn", sa.BigInteger()),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('ACCEPTED', 'POLICY_UNKNOWN', 'NOT_NEW', 'NOT_IN_FORCE', 'LINE_NOT_WANTED',"
            " 'PREMIUM_TOO_LOW', 'CLIENT_UNKNOWN', 'CONTACT_NOT_CONFIRMED', 'HAS_ACCOUNT', 'ALREADY_PREPARED',"
            " 'UNREADABLE')",
            name=op.f("decisions_outcome_check"),
        ),
        sa.PrimaryKeyConstraint("seq", name="decisions_pkey"),
    )
    op.create_index("decisions_client_isn_idx", "decisions", ["client_isn"])

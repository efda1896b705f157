"""Changes of contacts on their way into the policy core, and the message that tells of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table; let messages have the templates that there are now."""
    create_contact_changes()
    op.drop_constraint(op.f("messages_template_check"), "messages")
    op.create_check_constraint(
        op.f("messages_template_check"),
        "messages",
        "template IN ('CODE', 'ACCOUNT_LOCKED', 'PASSWORD_CHANGED', 'REGISTERED', 'ACTIVATION', 'CONTACT_CHANGED')",
    )


def create_contact_changes() -> None:
    op.create_table(
        "contact_changes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("proved_by", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("new_confirmed", sa.Boolean(), nullable=False),
        sa.Column("old_confirmed", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text()),
        sa.CheckConstraint("kind IN ('PHONE', 'EMAIL')", name=op.f("contact_changes_kind_check")),
        sa.CheckConstraint("proved_by IN ('PHONE', 'EMAIL')", name=op.f("contact_changes_proved_by_check")),
        sa.CheckConstraint(
            "state IN ('BEGUN', 'WAITING', 'DELIVERED', 'DEAD')", name=op.f("contact_changes_state_check")
        ),
        sa.CheckConstraint("octet_length(token) = 32", name=op.f("contact_changes_token_check")),
        sa.CheckConstraint("attempts >= 0", name=op.f("contact_changes_attempts_check")),
        sa.CheckConstraint(
            "state = 'BEGUN' OR (new_confirmed AND old_confirmed)", name=op.f("contact_changes_confirmed_check")
        ),
        sa.CheckConstraint("(accepted_at IS NULL) = (state = 'BEGUN')", name=op.f("contact_changes_accepted_check")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('BEGUN', 'WAITING'))", name=op.f("contact_changes_ended_check")
        ),
        sa.CheckConstraint(
            "(address IS NOT NULL) = (state IN ('BEGUN', 'WAITING'))", name=op.f("contact_changes_personal_check")
        ),
        sa.CheckConstraint("failure IS NULL OR state = 'DEAD'", name=op.f("contact_changes_failure_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="contact_changes_account_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="contact_changes_pkey"),
        sa.UniqueConstraint("token", name="contact_changes_token_key"),
    )
    op.create_index("contact_changes_account_id_idx", "contact_changes", ["account_id"])
    op.create_index(
        "contact_changes_one_begun",
        "contact_changes",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'BEGUN'"),
    )
    op.create_index(
        "contact_changes_waiting",
        "contact_changes",
        ["accepted_at"],
        postgresql_where=sa.text("state = 'WAITING'"),
    )

"""Means of payment that customers let be remembered, and payments that are charged to one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table; let payments name a means, and commands charge it.

    A gateway of the revision before can go on writing: nothing new is required.
    """
    op.create_table(
        "payment_means",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("token <> ''", name=op.f("payment_means_token_check")),
        sa.CheckConstraint("title <> '' AND title !~ '[0-9]'", name=op.f("payment_means_title_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="payment_means_account_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="payment_means_pkey"),
    )
    op.create_index("payment_means_once", "payment_means", ["account_id", "token"], unique=True)
    op.add_column("payments", sa.Column("means_id", sa.UUID()))
    op.drop_constraint(op.f("commands_kind_check"), "commands")
    op.create_check_constraint(
        op.f("commands_kind_check"),
        "commands",
        "kind IN ('UPDATE_CONTACTS', 'CREATE_BILL', 'OPEN_ONLINE_BILL', 'CHARGE_ORDER', 'CONFIRM_PAYMENT',"
        " 'RECORD_DEDUCTIBLE', 'CREATE_AGREEMENT')",
    )

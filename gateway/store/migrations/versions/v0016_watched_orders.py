"""Orders that a payment does not wait for any more are watched, and payments that were made twice are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

# What a person has closed before the acquirer told anything of use. Until now its callbacks alone were looked into.
CLOSED = """
INSERT INTO watched_orders (order_id, payment_id, since, look_at)
SELECT order_id, id, ended_at, ended_at FROM payments
WHERE state = 'FAILED' AND failure = 'CLOSED' AND paid_at IS NULL AND order_id IS NOT NULL
"""


def upgrade() -> None:
    """Make the table and the column; let messages tell of payments that failed.

    A gateway of the revision before can go on writing: nothing new is required.
    """
    op.add_column("payments", sa.Column("doubled_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(op.f("payments_doubled_check"), "payments", "doubled_at IS NULL OR paid_at IS NOT NULL")
    op.create_table(
        "watched_orders",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.UUID(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True)),
        sa.Column("paid_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("num_nulls(look_at, paid_at) > 0", name=op.f("watched_orders_paid_check")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="watched_orders_payment_id_fkey"),
        sa.PrimaryKeyConstraint("order_id", name="watched_orders_pkey"),
    )
    op.create_index("watched_orders_payment_id_idx", "watched_orders", ["payment_id"])
    op.create_index(
        "watched_orders_due", "watched_orders", ["look_at"], postgresql_where=sa.text("look_at IS NOT NULL")
    )
    op.execute(CLOSED)
    op.drop_constraint(op.f("messages_template_check"), "messages")
    op.create_check_constraint(
        op.f("messages_template_check"),
        "messages",
        "template IN ('CODE', 'ACCOUNT_LOCKED', 'PASSWORD_CHANGED', 'REGISTERED', 'ACTIVATION', 'CONTACT_CHANGED', "
        "'NO_ACCOUNT', 'ATTEMPTS_USED_UP', 'RENEWAL_AGREED', 'RENEWAL_REPRICED', 'PAYMENT_READY', 'PAYMENT_FAILED')",
    )

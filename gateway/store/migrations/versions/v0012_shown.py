"""When customers were shown that a payment waits, and where to pay; what they are told of payments and renewals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns; let messages have the templates that there are now. What is open counts as shown when made."""
    op.add_column("payments", sa.Column("waited_at", sa.DateTime(timezone=True)))
    op.add_column("payments", sa.Column("shown_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE payments SET shown_at = opened_at WHERE state = 'OPEN'")
    op.create_check_constraint(op.f("payments_shown_check"), "payments", "shown_at IS NULL OR opened_at IS NOT NULL")
    op.drop_constraint(op.f("messages_template_check"), "messages")
    op.create_check_constraint(
        op.f("messages_template_check"),
        "messages",
        "template IN ('CODE', 'ACCOUNT_LOCKED', 'PASSWORD_CHANGED', 'REGISTERED', 'ACTIVATION', 'CONTACT_CHANGED', "
        "'NO_ACCOUNT', 'ATTEMPTS_USED_UP', 'RENEWAL_AGREED', 'RENEWAL_REPRICED', 'PAYMENT_READY')",
    )

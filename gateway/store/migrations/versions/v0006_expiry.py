"""Messages that are good for a time, or until a newer one takes their place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what messages expire by. A gateway of the revision before can go on writing: nothing new is required."""
    expire_messages()


def expire_messages() -> None:
    op.add_column("messages", sa.Column("expires_at", sa.DateTime(timezone=True)))
    op.add_column("messages", sa.Column("purpose", sa.Text()))
    op.add_column("messages", sa.Column("subject", sa.UUID()))
    for name, rule in (
        ("purpose", "purpose IN ('REGISTRATION', 'SIGN_IN', 'RECOVERY', 'CONTACT_CHANGE')"),
        ("topic", "num_nulls(purpose, subject) IN (0, 2)"),
    ):
        op.create_check_constraint(op.f(f"messages_{name}_check"), "messages", rule)
    op.create_index(
        "messages_waiting_of_subject",
        "messages",
        ["subject"],
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )

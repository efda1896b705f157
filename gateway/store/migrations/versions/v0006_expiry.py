"""Messages that are good for a time, or until a newer one takes their place, and that speak their reader's language.

What is over is found quickly.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add columns and indexes. A gateway of the revision before can go on writing: nothing new is required."""
    expire_messages()
    find_what_is_over()
    keep_languages()


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


def find_what_is_over() -> None:
    op.create_index(
        "messages_ended",
        "messages",
        ["left_at"],
        postgresql_where=sa.text("sent_at IS NOT NULL OR dead_at IS NOT NULL"),
    )
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"])
    op.create_index("sessions_over", "sessions", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))


def keep_languages() -> None:
    op.add_column("accounts", sa.Column("locale", sa.Text(), server_default=sa.text("'ru'"), nullable=False))
    op.create_check_constraint(op.f("accounts_locale_check"), "accounts", "locale IN ('ru', 'en')")

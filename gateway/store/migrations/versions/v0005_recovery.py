"""Recoveries, sign-ins that wait for a code, and the messages that go with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add two tables, and widen what may be sent."""
    create_recoveries()
    create_sign_in_challenges()
    op.drop_constraint(op.f("messages_template_check"), "messages")
    op.create_check_constraint(
        op.f("messages_template_check"),
        "messages",
        "template IN ('CODE', 'ACCOUNT_LOCKED', 'PASSWORD_CHANGED', 'REGISTERED', 'ACTIVATION', 'CONTACT_CHANGED', "
        "'NO_ACCOUNT', 'ATTEMPTS_USED_UP')",
    )


def create_recoveries() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.UUID()),
        sa.Column("client_isn", sa.BigInteger()),
        sa.Column("other", sa.Text()),
        sa.Column("other_confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("phone_lost", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("questions", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("wrong_answers", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("kind IN ('PHONE', 'EMAIL')", name=op.f("recoveries_kind_check")),
        sa.CheckConstraint("octet_length(token) = 32", name=op.f("recoveries_token_check")),
        sa.CheckConstraint("octet_length(previous) = 32", name=op.f("recoveries_previous_check")),
        sa.CheckConstraint("previous <> token", name=op.f("recoveries_previous_differs_check")),
        sa.CheckConstraint("num_nulls(account_id, client_isn) IN (0, 2)", name=op.f("recoveries_account_check")),
        sa.CheckConstraint("other IS NULL OR account_id IS NOT NULL", name=op.f("recoveries_other_check")),
        sa.CheckConstraint("NOT other_confirmed OR other IS NOT NULL", name=op.f("recoveries_other_confirmed_check")),
        sa.CheckConstraint(
            "NOT phone_lost OR (other IS NOT NULL AND kind = 'EMAIL')", name=op.f("recoveries_phone_lost_check")
        ),
        sa.CheckConstraint("jsonb_typeof(questions) = 'array'", name=op.f("recoveries_questions_check")),
        sa.CheckConstraint("wrong_answers >= 0", name=op.f("recoveries_wrong_answers_check")),
        sa.CheckConstraint(
            "NOT is_done OR ((other_confirmed OR phone_lost) AND NOT refused)", name=op.f("recoveries_is_done_check")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="recoveries_account_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="recoveries_pkey"),
        sa.UniqueConstraint("previous", name="recoveries_previous_key"),
        sa.UniqueConstraint("token", name="recoveries_token_key"),
    )
    op.create_index("recoveries_account_id_idx", "recoveries", ["account_id"])
    op.create_index("recoveries_expires_at_idx", "recoveries", ["expires_at"])


def create_sign_in_challenges() -> None:
    op.create_table(
        "sign_in_challenges",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(token) = 32", name=op.f("sign_in_challenges_token_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="sign_in_challenges_account_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="sign_in_challenges_pkey"),
        sa.UniqueConstraint("token", name="sign_in_challenges_token_key"),
    )
    op.create_index("sign_in_challenges_account_id_idx", "sign_in_challenges", ["account_id"])
    op.create_index("sign_in_challenges_expires_at_idx", "sign_in_challenges", ["expires_at"])

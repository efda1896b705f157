"""What accounts stand on, and the job queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from gateway.store.migrations import job_queue

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    create_accounts()
    create_registrations()
    create_codes()
    create_sessions()
    create_refresh_tokens()
    create_consents()
    create_messages()
    job_queue.run(until="03.04.00_50_post_add_retry_failed_job_procedure")


def create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("client_isn", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("two_step", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True)),
        sa.Column("lock_reason", sa.Text()),
        sa.CheckConstraint("email = lower(email) AND position('@' in email) > 1", name=op.f("accounts_email_check")),
        sa.CheckConstraint("origin IN ('SELF', 'PREPARED', 'AUTOMATIC')", name=op.f("accounts_origin_check")),
        sa.CheckConstraint("password_hash <> ''", name=op.f("accounts_password_hash_check")),
        sa.CheckConstraint("phone ~ '^[+][0-9]{5,15}$'", name=op.f("accounts_phone_check")),
        sa.CheckConstraint("client_isn > 0", name=op.f("accounts_client_isn_check")),
        sa.CheckConstraint("lock_reason IS NULL OR locked_at IS NOT NULL", name=op.f("accounts_lock_reason_check")),
        sa.PrimaryKeyConstraint("id", name="accounts_pkey"),
        sa.UniqueConstraint("client_isn", name="accounts_client_isn_key"),
        sa.UniqueConstraint("email", name="accounts_email_key"),
    )
    op.create_index("accounts_phone_idx", "accounts", ["phone"])


def create_registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("client_isn", sa.BigInteger(), nullable=False),
        sa.Column("policy_isn", sa.BigInteger()),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("phone_matches", sa.Boolean()),
        sa.Column("phone_confirmed", sa.Boolean()),
        sa.Column("email", sa.Text()),
        sa.Column("email_matches", sa.Boolean()),
        sa.Column("email_confirmed", sa.Boolean()),
        sa.Column("questions", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("wrong_answers", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("account_id", sa.UUID()),
        sa.CheckConstraint("jsonb_typeof(questions) = 'array'", name=op.f("registrations_questions_check")),
        sa.CheckConstraint("origin IN ('SELF', 'PREPARED', 'AUTOMATIC')", name=op.f("registrations_origin_check")),
        sa.CheckConstraint(
            "account_id IS NULL OR (email_confirmed IS TRUE AND NOT refused)", name=op.f("registrations_account_check")
        ),
        sa.CheckConstraint("email IS NULL OR phone_confirmed IS TRUE", name=op.f("registrations_phone_first_check")),
        sa.CheckConstraint(
            "num_nulls(email, email_matches, email_confirmed) IN (0, 3)", name=op.f("registrations_email_check")
        ),
        sa.CheckConstraint(
            "num_nulls(phone, phone_matches, phone_confirmed) IN (0, 3)", name=op.f("registrations_phone_check")
        ),
        sa.CheckConstraint("octet_length(previous) = 32", name=op.f("registrations_previous_check")),
        sa.CheckConstraint("octet_length(token) = 32", name=op.f("registrations_token_check")),
        sa.CheckConstraint("previous <> token", name=op.f("registrations_previous_differs_check")),
        sa.CheckConstraint("wrong_answers >= 0", name=op.f("registrations_wrong_answers_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="registrations_account_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="registrations_pkey"),
        sa.UniqueConstraint("previous", name="registrations_previous_key"),
        sa.UniqueConstraint("token", name="registrations_token_key"),
    )
    op.create_index("registrations_account_id_idx", "registrations", ["account_id"])
    op.create_index("registrations_expires_at_idx", "registrations", ["expires_at"])


def create_codes() -> None:
    op.create_table(
        "codes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('PHONE', 'EMAIL')", name=op.f("codes_kind_check")),
        sa.CheckConstraint(
            "purpose IN ('REGISTRATION', 'SIGN_IN', 'RECOVERY', 'CONTACT_CHANGE')", name=op.f("codes_purpose_check")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("codes_attempts_check")),
        sa.PrimaryKeyConstraint("id", name="codes_pkey"),
    )
    op.create_index("codes_expires_at_idx", "codes", ["expires_at"])
    op.create_index("codes_one_counts", "codes", ["purpose", "subject", "kind"], unique=True)


def create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("end_reason", sa.Text()),
        sa.CheckConstraint(
            "end_reason IN ('SIGNED_OUT', 'ENDED_BY_OWNER', 'REUSED_TOKEN', 'RECOVERED', 'LOCKED', 'PASSWORD_CHANGED')",
            name=op.f("sessions_end_reason_check"),
        ),
        sa.CheckConstraint("num_nulls(ended_at, end_reason) IN (0, 2)", name=op.f("sessions_ended_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="sessions_account_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="sessions_pkey"),
    )
    op.create_index("sessions_account_id_idx", "sessions", ["account_id"])


def create_refresh_tokens() -> None:
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("refresh_tokens_hash_check")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="refresh_tokens_session_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name="refresh_tokens_pkey"),
    )
    op.create_index("refresh_tokens_expires_at_idx", "refresh_tokens", ["expires_at"])
    op.create_index(
        "refresh_tokens_one_unused",
        "refresh_tokens",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_index("refresh_tokens_session_id_idx", "refresh_tokens", ["session_id"])


def create_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "purpose IN ('PERSONAL_DATA', 'MARKETING', 'ELECTRONIC_DOCUMENTS')", name=op.f("consents_purpose_check")
        ),
        sa.CheckConstraint("text_version <> ''", name=op.f("consents_text_version_check")),
        sa.CheckConstraint("revoked_at >= given_at", name=op.f("consents_revoked_at_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="consents_account_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="consents_pkey"),
    )
    op.create_index("consents_account_id_idx", "consents", ["account_id"])
    op.create_index(
        "consents_one_in_force",
        "consents",
        ["account_id", "purpose", "text_version"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("contents", JSONB()),
        sa.Column("left_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text()),
        sa.CheckConstraint("kind IN ('PHONE', 'EMAIL')", name=op.f("messages_kind_check")),
        sa.CheckConstraint("locale IN ('ru', 'en')", name=op.f("messages_locale_check")),
        sa.CheckConstraint(
            "template IN ('CODE', 'ACCOUNT_LOCKED', 'PASSWORD_CHANGED', 'REGISTERED', 'ACTIVATION')",
            name=op.f("messages_template_check"),
        ),
        sa.CheckConstraint("num_nonnulls(sent_at, dead_at) <= 1", name=op.f("messages_one_end_check")),
        sa.CheckConstraint(
            "num_nulls(address, contents) = CASE WHEN num_nonnulls(sent_at, dead_at) = 0 THEN 0 ELSE 2 END",
            name=op.f("messages_personal_check"),
        ),
        sa.PrimaryKeyConstraint("id", name="messages_pkey"),
    )
    op.create_index(
        "messages_waiting", "messages", ["left_at"], postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL")
    )

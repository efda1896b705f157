"""Commands to the systems, wishes that were granted, and payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

REFUSE = """
CREATE FUNCTION command_actions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'command_actions is added to only, refused: ' || TG_OP, ERRCODE = 'insufficient_privilege';
END
$$
"""
TRIGGER = """
CREATE TRIGGER command_actions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON command_actions
FOR EACH STATEMENT EXECUTE FUNCTION command_actions_refuse()
"""
ALWAYS = "ALTER TABLE command_actions ENABLE ALWAYS TRIGGER command_actions_are_kept"


def upgrade() -> None:
    """Make the tables, and what refuses to change what operators did."""
    create_commands()
    create_command_actions()
    create_wishes()
    create_payments()
    for statement in (REFUSE, TRIGGER, ALWAYS):
        op.execute(statement)
    move_contact_changes()


def move_contact_changes() -> None:
    """Make commands of the changes that wait; their ids stay the request ids that the core may have seen already."""
    op.execute("""
        INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts)
        SELECT id, 'UPDATE_CONTACTS', 'contacts/' || account_id || '/' || kind, id, 'WAITING', accepted_at, attempts
        FROM contact_changes WHERE state = 'WAITING' ORDER BY number
    """)
    op.drop_index("contact_changes_waiting", "contact_changes")
    op.drop_column("contact_changes", "attempts")


def create_commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("owner", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text()),
        sa.CheckConstraint("(ended_at IS NULL) = (state = 'WAITING')", name=op.f("commands_ended_check")),
        sa.CheckConstraint(
            "(failure IS NOT NULL) = (state IN ('REFUSED', 'DEAD', 'DROPPED'))", name=op.f("commands_failure_check")
        ),
        sa.CheckConstraint(
            "kind IN ('UPDATE_CONTACTS', 'CREATE_BILL', 'OPEN_ONLINE_BILL', 'CONFIRM_PAYMENT', 'RECORD_DEDUCTIBLE',"
            " 'CREATE_AGREEMENT')",
            name=op.f("commands_kind_check"),
        ),
        sa.CheckConstraint(
            "state IN ('WAITING', 'DONE', 'REFUSED', 'DEAD', 'DROPPED')", name=op.f("commands_state_check")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("commands_attempts_check")),
        sa.PrimaryKeyConstraint("id", name="commands_pkey"),
        sa.UniqueConstraint("number", name="commands_number_key"),
    )
    op.create_index(
        "commands_in_order",
        "commands",
        ["subject", "number"],
        postgresql_where=sa.text("state IN ('WAITING', 'DEAD')"),
    )
    op.create_index("commands_owner_idx", "commands", ["owner"])
    op.create_index("commands_waiting", "commands", ["accepted_at"], postgresql_where=sa.text("state = 'WAITING'"))


def create_command_actions() -> None:
    op.create_table(
        "command_actions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("command_id", sa.UUID(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("action IN ('RETRY', 'DROP')", name=op.f("command_actions_action_check")),
        sa.CheckConstraint("by <> ''", name=op.f("command_actions_by_check")),
        sa.CheckConstraint("length(reason) BETWEEN 5 AND 200", name=op.f("command_actions_reason_check")),
        sa.ForeignKeyConstraint(["command_id"], ["commands.id"], name="command_actions_command_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="command_actions_pkey"),
    )
    op.create_index("command_actions_command_id_idx", "command_actions", ["command_id"])


def create_wishes() -> None:
    op.create_table(
        "wishes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("object", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(key) BETWEEN 8 AND 100", name=op.f("wishes_key_check")),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("wishes_digest_check")),
        sa.PrimaryKeyConstraint("scope", "key", name="wishes_pkey"),
    )
    op.create_index("wishes_at_idx", "wishes", ["at"])


def create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("client_isn", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("policy_number", sa.Text(), nullable=False),
        sa.Column("policy_isn", sa.BigInteger()),
        sa.Column("instalment", sa.SmallInteger()),
        sa.Column("claim_id", sa.Text()),
        sa.Column("claim_number", sa.Text()),
        sa.Column("agreement_isn", sa.BigInteger()),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bill_isn", sa.BigInteger()),
        sa.Column("bill_number", sa.Text()),
        sa.Column("order_id", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("paid_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text()),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('PAID', 'FAILED', 'STOPPED'))", name=op.f("payments_ended_check")
        ),
        sa.CheckConstraint(
            "(failure IS NOT NULL) = (state IN ('FAILED', 'STOPPED'))", name=op.f("payments_failed_check")
        ),
        sa.CheckConstraint("address IS NULL OR state = 'OPEN'", name=op.f("payments_address_check")),
        sa.CheckConstraint(
            "failure IN ('DECLINED', 'CANCELLED', 'EXPIRED', 'ALREADY_PAID', 'NOT_PAYABLE', 'AMOUNT_CHANGED',"
            " 'AMOUNT_DIFFERS', 'ADDRESS_REFUSED', 'NOT_CONFIRMED')",
            name=op.f("payments_failure_check"),
        ),
        sa.CheckConstraint(
            "state IN ('WAITING', 'OPEN', 'CONFIRMING', 'PAID', 'FAILED', 'STOPPED')", name=op.f("payments_state_check")
        ),
        sa.CheckConstraint(
            "state NOT IN ('CONFIRMING', 'PAID') OR paid_at IS NOT NULL", name=op.f("payments_paid_check")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("payments_amount_check")),
        sa.CheckConstraint(
            "num_nonnulls(instalment, claim_id, agreement_isn) = 1", name=op.f("payments_payable_check")
        ),
        sa.CheckConstraint("num_nulls(bill_isn, bill_number) IN (0, 2)", name=op.f("payments_bill_check")),
        sa.CheckConstraint("num_nulls(claim_id, claim_number) IN (0, 2)", name=op.f("payments_claim_check")),
        sa.CheckConstraint("(policy_isn IS NULL) = (claim_id IS NOT NULL)", name=op.f("payments_policy_check")),
        sa.CheckConstraint(
            "state <> 'OPEN' OR num_nulls(bill_isn, order_id, address, opened_at) = 0",
            name=op.f("payments_open_check"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="payments_account_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="payments_pkey"),
        sa.UniqueConstraint("number", name="payments_number_key"),
        sa.UniqueConstraint("order_id", name="payments_order_id_key"),
    )
    op.create_index("payments_account_id_idx", "payments", ["account_id"])
    op.create_index(
        "payments_client_isn_idx",
        "payments",
        ["client_isn"],
        postgresql_where=sa.text("state IN ('CONFIRMING', 'PAID')"),
    )
    op.create_index(
        "payments_once",
        "payments",
        ["subject"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('FAILED', 'STOPPED')"),
    )
    op.create_index(
        "payments_one_bill",
        "payments",
        ["bill_isn"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('FAILED', 'STOPPED')"),
    )
    op.create_index("payments_open", "payments", ["checked_at"], postgresql_where=sa.text("state = 'OPEN'"))
    op.create_index("payments_subject_idx", "payments", ["subject"])

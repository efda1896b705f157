"""Stopped payments that a person has closed, and who did so and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

REFUSE = """
CREATE FUNCTION payment_actions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'payment_actions is added to only, refused: ' || TG_OP, ERRCODE = 'insufficient_privilege';
END
$$
"""
TRIGGER = """
CREATE TRIGGER payment_actions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_actions
FOR EACH STATEMENT EXECUTE FUNCTION payment_actions_refuse()
"""
ALWAYS = "ALTER TABLE payment_actions ENABLE ALWAYS TRIGGER payment_actions_are_kept"


def upgrade() -> None:
    """Make the table and what refuses to change it; let payments be closed."""
    op.drop_constraint(op.f("payments_failure_check"), "payments")
    op.create_check_constraint(
        op.f("payments_failure_check"),
        "payments",
        "failure IN ('DECLINED', 'CANCELLED', 'EXPIRED', 'ALREADY_PAID', 'NOT_PAYABLE', 'AMOUNT_CHANGED',"
        " 'AMOUNT_DIFFERS', 'ADDRESS_REFUSED', 'CLOSED', 'NOT_CONFIRMED')",
    )
    op.create_table(
        "payment_actions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("payment_id", sa.UUID(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by <> ''", name=op.f("payment_actions_by_check")),
        sa.CheckConstraint("length(reason) BETWEEN 5 AND 200", name=op.f("payment_actions_reason_check")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="payment_actions_payment_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="payment_actions_pkey"),
    )
    op.create_index("payment_actions_payment_id_idx", "payment_actions", ["payment_id"])
    for statement in (REFUSE, TRIGGER, ALWAYS):
        op.execute(statement)

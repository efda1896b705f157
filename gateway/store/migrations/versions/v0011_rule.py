"""The rule of automatic accounts in versions, how often an event was tried, and what employees did to accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

REFUSE = """
CREATE FUNCTION added_to_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = TG_TABLE_NAME || ' is added to only, refused: ' || TG_OP, ERRCODE = 'insufficient_privilege';
END
$$
"""
TRIGGER = """
CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION added_to_only()
"""
# As with the records of who read what: a role that does not own the tables cannot even try.
REVOKE = """
DO $$
DECLARE grantee text;
BEGIN
    REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {table} FROM PUBLIC;
    FOR grantee IN
        SELECT DISTINCT pg_get_userbyid(given.grantee)
        FROM pg_class, aclexplode(pg_class.relacl) AS given
        WHERE pg_class.oid = '{table}'::regclass AND given.grantee NOT IN (0, pg_class.relowner)
    LOOP
        EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {table} FROM ' || quote_ident(grantee);
    END LOOP;
END
$$
"""
ALWAYS = "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_are_kept"


def upgrade() -> None:
    """Make the two tables and what refuses to change them; let feeds count."""
    create_rules()
    create_account_actions()
    op.execute(REFUSE)
    for table in ("automatic_rules", "account_actions"):
        for statement in (TRIGGER, ALWAYS, REVOKE):
            op.execute(statement.format(table=table))
    count_tries()


def create_rules() -> None:
    op.create_table(
        "automatic_rules",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("least_premium", sa.Numeric(14, 2)),
        sa.Column("contacts", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("new_days", sa.SmallInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cardinality(lines) > 0 AND lines <@ ARRAY['KASKO', 'OSAGO', 'PROPERTY', 'TRAVEL', 'HEALTH', 'LIFE']",
            name=op.f("automatic_rules_lines_check"),
        ),
        sa.CheckConstraint("least_premium >= 0", name=op.f("automatic_rules_least_premium_check")),
        sa.CheckConstraint(
            "cardinality(contacts) > 0 AND contacts <@ ARRAY['PHONE', 'EMAIL']",
            name=op.f("automatic_rules_contacts_check"),
        ),
        sa.CheckConstraint("new_days BETWEEN 1 AND 366", name=op.f("automatic_rules_new_days_check")),
        sa.CheckConstraint("by <> ''", name=op.f("automatic_rules_by_check")),
        sa.CheckConstraint("length(reason) BETWEEN 5 AND 200", name=op.f("automatic_rules_reason_check")),
        sa.PrimaryKeyConstraint("number", name="automatic_rules_pkey"),
    )
    op.add_column("decisions", sa.Column("rule_number", sa.BigInteger()))
    op.create_foreign_key("decisions_rule_number_fkey", "decisions", "automatic_rules", ["rule_number"], ["number"])


def create_account_actions() -> None:
    op.create_table(
        "account_actions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("client_isn", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("action IN ('PREPARE', 'LOCK', 'UNLOCK')", name=op.f("account_actions_action_check")),
        sa.CheckConstraint("actor <> ''", name=op.f("account_actions_actor_check")),
        sa.CheckConstraint("client_isn > 0", name=op.f("account_actions_client_isn_check")),
        sa.CheckConstraint(
            "CASE WHEN reason IS NULL THEN action = 'PREPARE' ELSE length(reason) BETWEEN 1 AND 500 END",
            name=op.f("account_actions_reason_check"),
        ),
        sa.PrimaryKeyConstraint("id", name="account_actions_pkey"),
    )
    op.create_index("account_actions_client_isn_at_idx", "account_actions", ["client_isn", "at"])
    op.create_index("account_actions_actor_at_idx", "account_actions", ["actor", "at"])


def count_tries() -> None:
    op.add_column("feeds", sa.Column("tried", sa.BigInteger()))
    op.add_column("feeds", sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("feeds", sa.Column("trying", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_check_constraint(op.f("feeds_tried_check"), "feeds", "tried > seq")
    op.create_check_constraint(op.f("feeds_tries_check"), "feeds", "tries >= 0")

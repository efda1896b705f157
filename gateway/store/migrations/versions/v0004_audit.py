"""Records of who read personal data, which nobody changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

REFUSE = """
CREATE FUNCTION personal_reads_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'personal_reads is added to only, refused: ' || TG_OP, ERRCODE = 'insufficient_privilege';
END
$$
"""
TRIGGER = """
CREATE TRIGGER personal_reads_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON personal_reads
FOR EACH STATEMENT EXECUTE FUNCTION personal_reads_refuse()
"""
# A replica's sessions, and whoever calls itself one, would pass by a plain trigger.
ALWAYS = "ALTER TABLE personal_reads ENABLE ALWAYS TRIGGER personal_reads_are_kept"
# Where the gateway runs under another role than the one that owns the tables, it could not even try. Such a role may
# have been granted everything on new tables beforehand.
REVOKE = """
DO $$
DECLARE grantee text;
BEGIN
    REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON personal_reads FROM PUBLIC;
    FOR grantee IN
        SELECT DISTINCT pg_get_userbyid(given.grantee)
        FROM pg_class, aclexplode(pg_class.relacl) AS given
        WHERE pg_class.oid = 'personal_reads'::regclass AND given.grantee NOT IN (0, pg_class.relowner)
    LOOP
        EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON personal_reads FROM ' || quote_ident(grantee);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Make the table, and what refuses to change it."""
    op.create_table(
        "personal_reads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("client_isn", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text()),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.CheckConstraint("actor <> ''", name=op.f("personal_reads_actor_check")),
        sa.CheckConstraint("client_isn > 0", name=op.f("personal_reads_client_isn_check")),
        sa.CheckConstraint("length(reason) BETWEEN 5 AND 200", name=op.f("personal_reads_reason_check")),
        sa.PrimaryKeyConstraint("id", name="personal_reads_pkey"),
    )
    op.create_index("personal_reads_client_isn_at_idx", "personal_reads", ["client_isn", "at"])
    op.create_index("personal_reads_actor_at_idx", "personal_reads", ["actor", "at"])
    for statement in (REFUSE, TRIGGER, ALWAYS, REVOKE):
        op.execute(statement)

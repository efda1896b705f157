"""Offers to renew policies, what was signed, and codes to sign with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

PURPOSES = "purpose IN ('REGISTRATION', 'SIGN_IN', 'RECOVERY', 'CONTACT_CHANGE', 'SIGNATURE')"
REFUSE = """
CREATE FUNCTION signatures_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'signatures is added to only, refused: ' || TG_OP, ERRCODE = 'insufficient_privilege';
END
$$
"""
TRIGGER = """
CREATE TRIGGER signatures_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON signatures
FOR EACH STATEMENT EXECUTE FUNCTION signatures_refuse()
"""
ALWAYS = "ALTER TABLE signatures ENABLE ALWAYS TRIGGER signatures_are_kept"


def upgrade() -> None:
    """Make the tables, and what refuses to change what was signed."""
    create_renewal_offers()
    create_signatures()
    for statement in (REFUSE, TRIGGER, ALWAYS):
        op.execute(statement)
    for table in ("codes", "messages"):
        op.drop_constraint(op.f(f"{table}_purpose_check"), table)
        op.create_check_constraint(op.f(f"{table}_purpose_check"), table, PURPOSES)


def create_renewal_offers() -> None:
    op.create_table(
        "renewal_offers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("client_isn", sa.BigInteger(), nullable=False),
        sa.Column("policy_isn", sa.BigInteger(), nullable=False),
        sa.Column("policy_number", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("choice", postgresql.JSONB(), nullable=False),
        sa.Column("quote_isn", sa.BigInteger(), nullable=False),
        sa.Column("premium", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("first_instalment", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ways", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("digest", sa.LargeBinary()),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("agreement_isn", sa.BigInteger()),
        sa.Column("new_policy_isn", sa.BigInteger()),
        sa.Column("new_policy_number", sa.Text()),
        sa.Column("failure", sa.Text()),
        sa.Column("replaced_by", sa.UUID()),
        *checked(
            "renewal_offers",
            state="state IN ('PRICED', 'ACCEPTED', 'SIGNED', 'AGREED', 'REPRICED', 'EXPIRED', 'REFUSED')",
            digest="octet_length(digest) = 32",
            premium="first_instalment > 0 AND first_instalment <= premium",
            term="starts_on <= ends_on",
            choice="jsonb_typeof(choice) = 'object'",
            ways="jsonb_typeof(ways) = 'array'",
            accepted="num_nulls(accepted_at, digest) IN (0, 2)",
            signed_after="signed_at IS NULL OR accepted_at IS NOT NULL",
            accepted_first="state = 'PRICED' OR state = 'EXPIRED' OR accepted_at IS NOT NULL",
            signed="(signed_at IS NULL) = (state IN ('PRICED', 'ACCEPTED'))",
            ended="(ended_at IS NOT NULL) = (state IN ('AGREED', 'REPRICED', 'EXPIRED', 'REFUSED'))",
            agreement="num_nulls(agreement_isn, new_policy_isn, new_policy_number) IN (0, 3)",
            agreed="state <> 'AGREED' OR agreement_isn IS NOT NULL",
            refused="(failure IS NOT NULL) = (state = 'REFUSED')",
            repriced="(replaced_by IS NOT NULL) = (state = 'REPRICED')",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="renewal_offers_account_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="renewal_offers_pkey"),
        sa.UniqueConstraint("number", name="renewal_offers_number_key"),
    )
    op.create_index("renewal_offers_account_id_idx", "renewal_offers", ["account_id"])
    op.create_index("renewal_offers_valid_until_idx", "renewal_offers", ["valid_until"])
    op.create_index(
        "renewal_offers_client_isn_idx",
        "renewal_offers",
        ["client_isn"],
        postgresql_where=sa.text("state IN ('SIGNED', 'AGREED')"),
    )
    op.create_index(
        "renewal_offers_once",
        "renewal_offers",
        ["policy_isn"],
        unique=True,
        postgresql_where=sa.text("state IN ('SIGNED', 'AGREED')"),
    )


def create_signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("code_id", sa.UUID(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        *checked(
            "signatures",
            masked="position('***' in phone) > 0",
            digest="digest = sha256(convert_to(document, 'UTF8'))",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="signatures_account_id_fkey"),
        sa.ForeignKeyConstraint(["offer_id"], ["renewal_offers.id"], name="signatures_offer_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="signatures_pkey"),
        sa.UniqueConstraint("offer_id", name="signatures_offer_id_key"),
    )
    op.create_index("signatures_account_id_idx", "signatures", ["account_id"])


def checked(table: str, **rules: str) -> list[sa.CheckConstraint]:
    """Return the rules that each row of a table is held to."""
    return [sa.CheckConstraint(rule, name=op.f(f"{table}_{name}_check")) for name, rule in rules.items()]

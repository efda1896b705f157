"""A change of a contact is confirmed by its id, which is its owner's alone: it needs no token any more."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Drop the column, and with it what was made sure of it.

    A gateway of the revision before changes no contact any more; what it has begun is begun anew.
    """
    op.drop_column("contact_changes", "token")

"""Jobs that are due are found without a look at those that are not, however many these are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add an index to the job queue's own table."""
    op.create_index("jobs_due", "procrastinate_jobs", ["scheduled_at"], postgresql_where=sa.text("status = 'todo'"))

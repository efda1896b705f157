"""What was tried in vain is counted where it belongs: faults of commands, answers about payments that are of no use.

Until now the jobs of commands kept their faults, as a priority.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# The job queue and its columns are there since before the first command.
FAULTS = """
UPDATE commands SET faults = -job.priority
FROM procrastinate_jobs AS job
WHERE job.args ->> 'id' = commands.id::text AND job.task_name IN ('commands.deliver', 'contacts.deliver')
AND job.status IN ('todo', 'doing') AND job.priority < 0 AND commands.state = 'WAITING'
"""


def upgrade() -> None:
    """Add the columns, take over what the jobs know, and index what is over.

    A gateway of the revision before can go on writing: nothing new is required.
    """
    for table, column in (("commands", "faults"), ("payments", "in_vain")):
        op.add_column(table, sa.Column(column, sa.Integer(), server_default=sa.text("0"), nullable=False))
        op.create_check_constraint(op.f(f"{table}_{column}_check"), table, f"{column} >= 0")
    op.execute(FAULTS)
    op.create_index("commands_ended", "commands", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))

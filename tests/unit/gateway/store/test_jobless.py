"""Looking for rows without a job costs one look at the jobs, however many of both there are."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import select, text

from gateway.store.deferral import COMMAND, SEND
from gateway.store.jobless import has_no_job
from gateway.store.store import PostgresStore
from gateway.store.tables import commands, messages

WAITING: Final = """
INSERT INTO commands (id, kind, subject, owner, state, accepted_at, attempts)
SELECT gen_random_uuid(), 'CREATE_BILL', 'subject ' || number, gen_random_uuid(), 'WAITING', now(), 0
FROM generate_series(1, 2000) AS number
"""
JOBS: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT 'outbox', 'commands.deliver', jsonb_build_object('id', id) FROM commands
"""


@pytest.mark.parametrize(("table", "task"), [(commands, COMMAND), (messages, SEND)], ids=["commands", "messages"])
async def test_the_server_hashes_the_jobs_though_it_knows_nothing_of_how_many_there_are(
    store: PostgresStore, table: type, task: str
) -> None:
    query = select(table.c.id).where(has_no_job(table.c.id, task))  # type: ignore[attr-defined]
    async with store.connection() as connection, connection.begin():
        await connection.execute(text(WAITING))
        await connection.execute(text(JOBS))
        compiled = query.compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
        plan = (await connection.execute(text(f"EXPLAIN {compiled}"))).scalars().all()
    assert "hashed SubPlan" in "\n".join(plan)


async def test_a_job_of_another_task_or_without_an_id_is_none_of_a_row(store: PostgresStore) -> None:
    async with store.connection() as connection, connection.begin():
        await connection.execute(text(WAITING))
        await connection.execute(text(JOBS))
        strange = (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('outbox', 'commands.deliver', '{}')"
        )
        await connection.execute(text(strange))
        alone = select(commands.c.id).where(has_no_job(commands.c.id, COMMAND))
        assert (await connection.execute(alone)).all() == []
        of_messages = select(commands.c.id).where(has_no_job(commands.c.id, SEND))
        assert len((await connection.execute(of_messages)).all()) == 2000

"""A worker finds a job that is due without a look at those that are not: one system away holds up no other."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text

from gateway.store.store import PostgresStore

PARKED: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
SELECT 'outbox', 'commands.deliver', jsonb_build_object('id', gen_random_uuid()), now() + interval '1 hour'
FROM generate_series(1, 10000)
"""
DUE: Final = "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('outbox', 'commands.deliver')"
FETCH: Final = """
EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT (procrastinate_fetch_job_v2(ARRAY['outbox'], NULL)).id
"""


async def test_a_job_that_is_due_is_found_among_ten_thousand_that_are_not_by_looking_at_few_pages(
    store: PostgresStore,
) -> None:
    async with store.connection() as connection, connection.begin():
        await connection.execute(text(PARKED))
        pages: Any = await connection.execute(text("SELECT pg_relation_size('procrastinate_jobs') / 8192"))
        of_table = pages.scalar_one()
        await connection.execute(text("ANALYZE procrastinate_jobs"))
        looked_at = []
        for _ in range(2):  # The first time the server also looks at its catalogue.
            await connection.execute(text(DUE))
            [plan] = (await connection.execute(text(FETCH))).scalar_one()
            looked_at.append(plan["Plan"]["Shared Hit Blocks"])
        taken = await connection.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"))
        assert taken.scalar_one() == 2
    assert looked_at[1] < of_table / 3

"""The jobs of the outbox, as the job queue knows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from procrastinate import App, JobContext
from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from gateway.observability.logs import logger
from gateway.outbox.delivering import Delivering
from gateway.outbox.purging import Purging
from gateway.outbox.sending import Sending
from gateway.store.deferral import DELIVER, QUEUE, SEND
from gateway.store.deliveries import PostgresDeliveries
from gateway.store.messages import PostgresMessages

__all__ = ["application"]

SWEEP: Final = "outbox.sweep"
EVERY_TEN_SECONDS: Final = "* * * * * */10"
PURGE: Final = "store.purge"
EVERY_HOUR: Final = "23 * * * *"
PATIENCE: Final = 3
"""How many times the longest try a job may be under way before it counts as forgotten."""

FORGOTTEN: Final = """
SELECT job.id FROM procrastinate_jobs AS job
WHERE job.status = 'doing' AND job.task_name = ANY(%(tasks)s) AND NOT EXISTS (
    SELECT FROM procrastinate_events AS event
    WHERE event.job_id = job.id AND event.type = 'started' AND event.at > now() - make_interval(secs => %(seconds)s)
)
"""


def application(
    connector: BaseAsyncConnector,
    sending: Sending,
    messages: PostgresMessages,
    delivering: Delivering,
    deliveries: PostgresDeliveries,
    purging: Purging,
) -> App:
    """Return the jobs: one sends a message, one delivers a change.

    Two come from time to time: one finds what was left lying, one removes what is done with.
    """
    app = App(connector=connector)
    settings = sending.pauses.settings

    @app.task(name=SEND, queue=QUEUE, retry=sending.pauses, pass_context=True)
    async def send(context: JobContext, id: str) -> None:  # noqa: A002 - what waiting jobs call it
        await sending.send(UUID(id), context.job.attempts + 1)

    @app.task(name=DELIVER, queue=QUEUE, retry=sending.pauses, pass_context=True)
    async def deliver(context: JobContext, id: str) -> None:  # noqa: A002 - as above
        await delivering.deliver(UUID(id), context.job.attempts + 1)

    @app.periodic(cron=EVERY_TEN_SECONDS)
    @app.task(name=SWEEP, queue=QUEUE, queueing_lock=SWEEP)
    async def sweep(timestamp: int) -> None:
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.stalled_s)
        patience_s = PATIENCE * settings.send_timeout_s
        forgotten = await connector.execute_query_all_async(FORGOTTEN, tasks=[SEND, DELIVER], seconds=patience_s)
        for job in {*(identity(each) for each in stalled), *(row["id"] for row in forgotten)}:
            await run_again(app, job)
        for left in await messages.leave_again(timedelta(seconds=patience_s)):
            logger().warning("message left again", message=str(left))
        for left in await deliveries.leave_again(timedelta(seconds=patience_s)):
            logger().warning("contact change left again", change=str(left))

    @app.periodic(cron=EVERY_HOUR)
    @app.task(name=PURGE, queue=QUEUE, queueing_lock=PURGE)
    async def purge(timestamp: int) -> None:
        await purging.run()

    return app


def identity(job: Job) -> int:
    """Return the id of a job that is written down."""
    assert job.id is not None
    return job.id


async def run_again(app: App, job: int) -> None:
    """Put a job back whose worker is no more, or has lost sight of it."""
    try:
        await app.job_manager.retry_job_by_id_async(job, retry_at=datetime.now(UTC))
    except ConnectorException:
        # Another worker was quicker, or the job has ended after all.
        logger().info("job not put back", job=job)
    else:
        logger().warning("job put back", job=job)

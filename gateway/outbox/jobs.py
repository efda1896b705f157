"""The jobs of the outbox, as the job queue knows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext
from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from domain.errors import StoreUnavailable
from gateway.observability.logs import logger
from gateway.store.deferral import QUEUE

__all__ = ["Left", "Regular", "Task", "application"]

SWEEP: Final = "outbox.sweep"
EVERY_TEN_SECONDS: Final = "* * * * * */10"
FORGOTTEN: Final = """
SELECT job.id FROM procrastinate_jobs AS job
WHERE job.status = 'doing' AND job.task_name = ANY(%(tasks)s) AND NOT EXISTS (
    SELECT FROM procrastinate_events AS event
    WHERE event.job_id = job.id AND event.type = 'started' AND event.at > now() - make_interval(secs => %(seconds)s)
)
"""


class Left(Protocol):
    """Rows that wait for a job."""

    async def leave_again(self, after: timedelta) -> Sequence[UUID]:
        """Give a job to those that have waited for long and have none; return them. Raises: ``StoreUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """What a job does with the row whose id it knows: ``run(id, tries)``, counted from 1.

    ``retry``: when it is tried again after ``run`` raised. ``left``: the rows, where no
    others look after them.
    """

    run: Callable[[UUID, int], Awaitable[None]]
    retry: BaseRetryStrategy
    left: Left | None


@dataclass(frozen=True, slots=True)
class Regular:
    """What is done from time to time by one worker; ``cron`` has seconds as its last field."""

    cron: str
    run: Callable[[], Awaitable[object]]


def application(
    connector: BaseAsyncConnector,
    tasks: Mapping[str, Task],
    regulars: Mapping[str, Regular],
    *,
    stalled_s: float,
    patience_s: float,
) -> App:
    """Return the jobs: some do what was left to be done, one finds from time to time what was left lying.

    Units: a worker that gave no sign of life for ``stalled_s`` is dead; a job that is under way for ``patience_s``
    is forgotten.
    """
    app = App(connector=connector)
    for name, task in tasks.items():
        _declare(app, name, task)
    for name, regular in regulars.items():
        _declare_regular(app, name, regular)

    @app.periodic(cron=EVERY_TEN_SECONDS)
    @app.task(name=SWEEP, queue=QUEUE, queueing_lock=SWEEP)
    async def sweep(timestamp: int) -> None:
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_s)
        forgotten = await connector.execute_query_all_async(FORGOTTEN, tasks=list(tasks), seconds=patience_s)
        for job in {*(identity(each) for each in stalled), *(row["id"] for row in forgotten)}:
            await run_again(app, job)
        for name, task in tasks.items():
            if task.left is not None:
                await regularly(SWEEP, partial(leave_again, name, task.left, patience_s))

    return app


async def leave_again(task: str, left: Left, after_s: float) -> None:
    """Give a job to the rows of a task that have none. Raises: ``StoreUnavailable``."""
    for id_ in await left.leave_again(timedelta(seconds=after_s)):
        logger().warning("left again", task=task, id=str(id_))


async def regularly(name: str, run: Callable[[], Awaitable[object]]) -> None:
    """Do what comes again anyway: a database that is away breaks it off, and leaves no failed job for ever."""
    try:
        await run()
    except StoreUnavailable as away:
        logger().warning("broken off", task=name, detail=away.detail)


def _declare(app: App, name: str, task: Task) -> None:
    @app.task(name=name, queue=QUEUE, retry=task.retry, pass_context=True)
    async def run(context: JobContext, id: str) -> None:  # noqa: A002 - what waiting jobs call it
        await task.run(UUID(id), context.job.attempts + 1)


def _declare_regular(app: App, name: str, regular: Regular) -> None:
    @app.periodic(cron=regular.cron)
    @app.task(name=name, queue=QUEUE, queueing_lock=name)
    async def run(timestamp: int) -> None:
        await regularly(name, regular.run)


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

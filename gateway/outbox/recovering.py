"""Jobs whose worker is no more, or has lost sight of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from gateway.observability.logs import logger

__all__ = ["Recovering"]

FORGOTTEN: Final = """
SELECT job.id, job.task_name FROM procrastinate_jobs AS job
JOIN unnest(%(tasks)s::text[], %(seconds)s::float8[]) AS longest (task, seconds) ON longest.task = job.task_name
WHERE job.status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_events AS event
    WHERE event.job_id = job.id AND event.type = 'started'
    AND event.at > now() - make_interval(secs => longest.seconds)
)
"""


@dataclass(frozen=True, slots=True)
class Recovering:
    """Puts such jobs back. No job itself: one that was cut off would hold up all that come after it.

    A job of ``regulars`` is ended instead: another comes by itself, and none begins before this one has ended.
    ``longest_s``: how long a job of each kind may be under way before it counts as forgotten. Units: a worker that gave
    no sign of life for ``stalled_s`` is dead.
    """

    connector: BaseAsyncConnector
    regulars: frozenset[str]
    longest_s: Mapping[str, float]
    stalled_s: float

    async def run(self) -> None:
        """Look once. Raises: ``ConnectorException``."""
        jobs = JobManager(self.connector)
        stalled = await jobs.get_stalled_jobs(seconds_since_heartbeat=self.stalled_s)
        tasks, seconds = list(self.longest_s), list(self.longest_s.values())
        forgotten = await self.connector.execute_query_all_async(FORGOTTEN, tasks=tasks, seconds=seconds)
        found = {identity(each): each.task_name for each in stalled}
        for id_, task in (found | {row["id"]: row["task_name"] for row in forgotten}).items():
            await self._recover(id_, task)

    async def _recover(self, id_: int, task: str) -> None:
        jobs = JobManager(self.connector)
        try:
            if task in self.regulars:
                await jobs.finish_job_by_id_async(id_, Status.FAILED, delete_job=True)
            else:
                await jobs.retry_job_by_id_async(id_, retry_at=datetime.now(UTC))
        except ConnectorException:
            # Another worker was quicker, or the job has ended after all.
            logger().info("job not put back", job=id_)
        else:
            logger().warning("job put back", job=id_, task=task)


def identity(job: Job) -> int:
    """Return the id of a job that is written down."""
    assert job.id is not None
    return job.id

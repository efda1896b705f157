"""The jobs of the outbox, as the job queue knows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext
from procrastinate.connector import BaseAsyncConnector

from domain.errors import StoreUnavailable
from gateway.observability.logs import logger
from gateway.store.deferral import QUEUE, REGULARS

__all__ = ["SWEEP", "SWEEP_S", "Left", "Regular", "Task", "application"]

SWEEP: Final = "outbox.sweep"
EVERY_TEN_SECONDS: Final = "* * * * * */10"
SWEEP_S: Final = 60.0


class Left(Protocol):
    """Rows that wait for a job."""

    async def leave_again(self, after: timedelta) -> Sequence[UUID]:
        """Give a job to those that have waited for long and have none; return them. Raises: ``StoreUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """What a job does with the row whose id it knows: ``run(id, tries)``; ``tries`` counts from 1.

    ``retry``: when it is tried again after ``run`` raised. ``left``: the rows, where no others look after them.
    """

    run: Callable[[UUID, int], Awaitable[None]]
    retry: BaseRetryStrategy
    left: Left | None


@dataclass(frozen=True, slots=True)
class Regular:
    """What is done from time to time, by one worker at a time; ``cron`` has seconds as its last field.

    ``queue``: another than all have where not every worker can do it. Units: a round is broken off after ``longest_s``;
    the next one goes on.
    """

    cron: str
    run: Callable[[], Awaitable[object]]
    longest_s: float = 60.0
    queue: str = REGULARS


def application(
    connector: BaseAsyncConnector, tasks: Mapping[str, Task], regulars: Mapping[str, Regular], *, patience_s: float
) -> App:
    """Return the jobs: some do what was left to be done, one finds from time to time what was left lying.

    Units: a row that waits for ``patience_s`` should have a job by then.
    """
    app = App(connector=connector)
    for name, task in tasks.items():
        _declare(app, name, task)

    async def sweep() -> None:
        for name, task in tasks.items():
            if task.left is not None:
                await regularly(SWEEP, partial(leave_again, name, task.left, patience_s))

    for name, regular in {**regulars, SWEEP: Regular(EVERY_TEN_SECONDS, sweep, SWEEP_S)}.items():
        _declare_regular(app, name, regular)
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
    # Of one that is under way and one that waits there is one each; the lock of the job queue keeps them apart.
    @app.periodic(cron=regular.cron)
    @app.task(name=name, queue=regular.queue, queueing_lock=name, lock=name)
    async def run(timestamp: int) -> None:
        try:
            async with asyncio.timeout(regular.longest_s):
                await regularly(name, regular.run)
        except TimeoutError:
            logger().warning("round broken off", round=name, longest_s=regular.longest_s)

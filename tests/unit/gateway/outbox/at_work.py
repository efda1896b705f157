"""A worker within the test, over jobs that the test makes up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from gateway.outbox.jobs import Regular, Task, application
from gateway.outbox.worker import Worker, connected, recovering
from gateway.settings import OutboxSettings, StoreSettings

__all__ = ["EVERY_SECOND", "SETTINGS", "at_work", "until"]

EVERY_SECOND: Final = "* * * * * */1"
SETTINGS: Final = OutboxSettings(stalled_s=1, stop_s=0.1, first_pause_s=0.05, longest_command_pause_s=0.1)
HANGS_S: Final = 60


@asynccontextmanager
async def at_work(
    database: StoreSettings,
    tasks: Mapping[str, Task] | None = None,
    regulars: Mapping[str, Regular] | None = None,
    settings: OutboxSettings = SETTINGS,
) -> AsyncIterator[None]:
    """Let a worker work until the end of the block."""
    tasks, regulars = tasks or {}, regulars or {}
    connector = connected(database)
    app = application(connector, tasks, regulars, patience_s=90)
    worker = Worker(settings, [recovering(connector, settings, tasks, regulars).run])
    running = asyncio.create_task(worker.run(app))
    try:
        yield
    finally:
        worker.stopped.set()
        await running


async def until(is_so: Callable[[], Any]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(HANGS_S):
        while not is_so():
            await asyncio.sleep(0.05)

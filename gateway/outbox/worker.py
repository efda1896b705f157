"""The process that sends messages and delivers changes: works until it is told to stop, whatever the database does."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from domain.clock import Clock
from domain.errors import Source, StoreUnavailable
from gateway.observability import logs
from gateway.observability.logs import logger
from gateway.outbox.counting import Counting
from gateway.outbox.crowd import Crowd, Waking
from gateway.outbox.jobs import SWEEP, SWEEP_S, Regular, Task, application
from gateway.outbox.recovering import Recovering
from gateway.outbox.tasks import Outside, WorkTally, patience_s, regulars, tasks
from gateway.settings import OutboxSettings, StoreSettings
from gateway.store import connections
from gateway.store.deferral import ACQUIRER, CHECKS, MESSAGES, QUEUE, RECONCILING, REGULARS
from gateway.store.desk import Desk
from gateway.store.paused import PausedCommands
from gateway.store.store import opened

__all__ = ["Worker", "connected", "recovering", "work"]

PURPOSE: Final = "worker"
LOOK_EVERY_S: Final = 1.0
"""How often is looked for messages whose pause is over; new ones are told at once."""

HEARTBEATS: Final = 3
"""Signs of life that a worker may miss before it counts as dead."""

CONNECTIONS: Final = 8
REST_S: Final = 1.0
BESIDE_EVERY_S: Final = 10.0
REGULARS_AT_ONCE: Final = 4

Look = Callable[[], Awaitable[None]]
"""What every worker does from time to time beside its jobs."""


async def work(store: StoreSettings, outbox: OutboxSettings, outside: Outside, clock: Clock, tally: WorkTally) -> None:
    """Work until SIGTERM or SIGINT. Raises: ``RevisionDiffers``, ``StoreUnavailable``, both at the start."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.report_loop_error)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with opened(store, purpose=PURPOSE) as database:
        assert database is not None
        await database.verify()
        connector = connected(store)
        crowd = Crowd(outbox, tally)
        at_hand = tasks(database, outbox, outside, clock, tally, crowd)
        from_time_to_time = regulars(database, store, outside, clock, tally)
        app = application(connector, at_hand, from_time_to_time, patience_s=patience_s(outbox))
        beside = (
            recovering(connector, outbox, at_hand, from_time_to_time).run,
            Counting(Desk(database), crowd, clock).run,
            Waking(PausedCommands(database), crowd, look_beside_s(outbox)).run,
        )
        await Worker(outbox, beside, stopped, outside.payments is not None).run(app)


def look_beside_s(settings: OutboxSettings) -> float:
    """Return the seconds from one look at things beside the jobs to the next."""
    return min(BESIDE_EVERY_S, settings.stalled_s)


def recovering(
    connector: PsycopgConnector, settings: OutboxSettings, tasks: Mapping[str, Task], regulars: Mapping[str, Regular]
) -> Recovering:
    """Return who finds jobs that were cut off."""
    patience = patience_s(settings)
    rounds = {name: regular.longest_s + patience for name, regular in regulars.items()} | {SWEEP: SWEEP_S + patience}
    return Recovering(connector, frozenset(rounds), dict.fromkeys(tasks, patience) | rounds, settings.stalled_s)


def connected(settings: StoreSettings) -> PsycopgConnector:
    """Return the job queue's own few connections; none is made yet."""
    return PsycopgConnector(
        conninfo=settings.address,
        kwargs=connections.parameters(settings, purpose=PURPOSE),
        min_size=1,
        max_size=CONNECTIONS,
        timeout=settings.connection_wait_s,
    )


@dataclass(frozen=True, slots=True)
class Lane:
    """A queue, and how many of its jobs one worker does at once. ``is_told``: at once of each new one, by a connection
    of its own; else it looks. ``is_for_payments``: nobody can do them who has no acquirer.
    """

    queue: str
    at_once: int
    is_told: bool = True
    is_for_payments: bool = False


def lanes(settings: OutboxSettings) -> tuple[Lane, ...]:
    """Return the queues: whoever hangs fills its own alone."""
    return (
        Lane(MESSAGES, settings.at_once),
        Lane(CHECKS, settings.checks_at_once, is_for_payments=True),
        Lane(ACQUIRER, settings.charges_at_once, is_for_payments=True),
        Lane(RECONCILING, 1, is_told=False, is_for_payments=True),
        Lane(Source.POLICY_CORE.value, settings.policy_core_at_once),
        Lane(Source.CLAIMS_CORE.value, settings.claims_core_at_once),
        Lane(REGULARS, REGULARS_AT_ONCE, is_told=False),
        Lane(QUEUE, settings.at_once, is_told=False),
    )


@dataclass(frozen=True, slots=True)
class Worker:
    """Runs jobs, and looks after things ``beside``. ``stopped`` is set to let it finish what it is at, and end.

    One without an acquirer leaves alone what is for payments, for others that have one.
    """

    settings: OutboxSettings
    beside: Sequence[Look] = ()
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    has_acquirer: bool = True

    @property
    def lanes(self) -> Sequence[Lane]:
        """The queues that it serves."""
        return [lane for lane in lanes(self.settings) if self.has_acquirer or not lane.is_for_payments]

    async def run(self, app: App) -> None:
        """Work until stopped; when the database goes away, rest and begin anew."""
        logger().info("worker started", **{lane.queue: lane.at_once for lane in self.lanes})
        if not self.has_acquirer:
            left = [lane.queue for lane in lanes(self.settings) if lane.is_for_payments]
            logger().warning("no acquirer", left_to_others=left, put_back="commands for payments")
        while not self.stopped.is_set():
            try:
                await self._stretch(app)
            except (ConnectorException, psycopg.Error) as away:
                logger().warning("worker broken off", detail=type(away.__cause__ or away).__name__)
            await self._rest(REST_S)
        logger().info("worker stopped")

    async def _stretch(self, app: App) -> None:
        """Work until stopped, or until something breaks."""
        working = asyncio.create_task(self._working(app))
        stopping = asyncio.create_task(self.stopped.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        # Cancelled, it takes no more jobs and lets those under way end.
        working.cancel()
        await asyncio.wait({working})
        with suppress(asyncio.CancelledError):
            working.result()

    async def _working(self, app: App) -> None:
        try:
            await app.open_async()
            await together(*(self._jobs(app, lane) for lane in self.lanes), self._looking())
        finally:
            await app.close_async()

    async def _jobs(self, app: App, lane: Lane) -> None:
        await app.run_worker_async(
            name=lane.queue,
            queues=[lane.queue],
            concurrency=lane.at_once,
            listen_notify=lane.is_told,
            fetch_job_polling_interval=LOOK_EVERY_S,
            shutdown_graceful_timeout=self.settings.stop_s,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=self.settings.stalled_s / HEARTBEATS,
            stalled_worker_timeout=self.settings.stalled_s,
        )

    async def _looking(self) -> None:
        every_s = look_beside_s(self.settings)
        while True:
            for look in self.beside:
                try:
                    await look()
                except (ConnectorException, psycopg.Error, StoreUnavailable) as away:
                    logger().warning("look broken off", detail=type(away.__cause__ or away).__name__)
                except Exception as fault:  # noqa: BLE001 - a defect here must not end the jobs
                    logger().error("background work broken", what="beside the jobs", exc_info=fault)
            await asyncio.sleep(every_s)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), seconds)


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Work at several things; when one ends, or this is cancelled, end all, and raise what one of them raised."""
    tasks = [asyncio.create_task(each) for each in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
    for each in tasks:
        if not each.cancelled():
            each.result()

"""The process that sends messages and delivers changes: works until it is told to stop, whatever the database does."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from domain.clock import Clock
from domain.commands import Commands
from domain.outbox.models import CommandId, CommandKind
from domain.payments.models import PaymentId
from domain.payments.ports import PaymentPorts
from domain.renewals.models import RenewalOffer
from gateway.observability import logs
from gateway.observability.logs import logger
from gateway.outbox.jobs import Regular, Task, application
from gateway.outbox.pauses import Pauses
from gateway.outbox.purging import PurgeTally, Purging
from gateway.outbox.sender import Sender
from gateway.outbox.sending import Sending, Tally
from gateway.settings import OutboxSettings, StoreSettings
from gateway.store import connections
from gateway.store.deferral import CHECK, COMMAND, DELIVER, QUEUE, SEND
from gateway.store.left import LeftCommands
from gateway.store.messages import PostgresMessages
from gateway.store.purging import PostgresPurge
from gateway.store.store import PostgresStore, opened
from resolvers.use_cases.contact_steps import ContactStep
from resolvers.use_cases.delivering import Delivering, DeliveryTally, Step
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.reconciling import Reconciling
from resolvers.use_cases.payments.steps import steps as payment_steps
from resolvers.use_cases.renewals.steps import AgreementStep

__all__ = ["Outside", "Worker", "work"]

PURPOSE: Final = "worker"
LOOK_EVERY_S: Final = 1.0
"""How often is looked for messages whose pause is over; new ones are told at once."""

HEARTBEATS: Final = 3
"""Signs of life that a worker may miss before it counts as dead."""

PATIENCE: Final = 3
"""How many times the longest try a job may be under way before it counts as forgotten."""

PURGE: Final = "store.purge"
EVERY_HOUR: Final = "23 * * * *"
RECONCILE: Final = "payments.reconcile"
EVERY_FIVE_SECONDS: Final = "* * * * * */5"
CONNECTIONS: Final = 4
REST_S: Final = 1.0


class WorkTally(Tally, DeliveryTally, PurgeTally, Protocol):
    """Counts tries of all kinds, and rows that were removed."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom the worker works with: channels to people, commands to the systems, the acquirer where customers pay.

    ``renewals`` hears of every state that an offer to renew a policy comes to.
    """

    sender: Sender
    commands: Commands
    payments: PaymentPorts | None = None
    renewals: Callable[[RenewalOffer], None] = lambda _: None


async def work(store: StoreSettings, outbox: OutboxSettings, outside: Outside, clock: Clock, tally: WorkTally) -> None:
    """Work until SIGTERM or SIGINT. Raises: ``RevisionDiffers``, ``StoreUnavailable``, both at the start."""
    worker = Worker(outbox)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.report_loop_error)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stopped.set)
    async with opened(store, purpose=PURPOSE) as database:
        assert database is not None
        await database.verify()
        app = application(
            connected(store),
            tasks(database, outbox, outside, clock, tally),
            regulars(database, store, outside, clock, tally),
            stalled_s=outbox.stalled_s,
            patience_s=PATIENCE * outbox.send_timeout_s,
        )
        await worker.run(app)


def tasks(
    store: PostgresStore, settings: OutboxSettings, outside: Outside, clock: Clock, tally: WorkTally
) -> dict[str, Task]:
    """Return what is done with rows that were left: messages, commands, payments to look at."""
    messages = PostgresMessages(store)
    sending = Sending(messages, outside.sender, Pauses.of_messages(settings), tally, clock)
    core = outside.commands
    steps: dict[CommandKind, Step] = {
        CommandKind.UPDATE_CONTACTS: ContactStep(core.update_contacts),
        CommandKind.CREATE_AGREEMENT: AgreementStep(core.create_agreement, core.quote_renewal, outside.renewals),
    }
    if outside.payments is not None:
        steps |= payment_steps(outside.commands, outside.payments)
    delivering = Delivering(store, steps, settings.send_timeout_s, clock, tally)

    async def deliver(id_: UUID, _tries: int) -> None:
        await delivering.deliver(CommandId(id_))

    command = Task(deliver, Pauses.of_commands(settings), LeftCommands(store))
    found = {SEND: Task(sending.send, sending.pauses, messages), COMMAND: command, DELIVER: command}
    if outside.payments is not None:
        checking = Checking(store, outside.payments, clock)

        async def check(id_: UUID, _tries: int) -> None:
            await checking.check(PaymentId(id_))

        found[CHECK] = Task(check, Pauses.of_commands(settings), None)
    return found


def regulars(
    store: PostgresStore, settings: StoreSettings, outside: Outside, clock: Clock, tally: WorkTally
) -> dict[str, Regular]:
    """Return what is done from time to time."""
    found = {PURGE: Regular(EVERY_HOUR, Purging(PostgresPurge(store, settings), tally, clock).run)}
    if outside.payments is not None:
        reconciling = Reconciling(Checking(store, outside.payments, clock), outside.payments.rules.check_every)
        found[RECONCILE] = Regular(EVERY_FIVE_SECONDS, reconciling.look)
    return found


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
class Worker:
    """Runs jobs. ``stopped`` is set to let it finish what it is at, and end."""

    settings: OutboxSettings
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, app: App) -> None:
        """Work until stopped; when the database goes away, rest and begin anew."""
        logger().info("worker started", at_once=self.settings.at_once)
        while not self.stopped.is_set():
            try:
                await self._stretch(app)
            except (ConnectorException, psycopg.Error) as away:
                logger().warning("worker broken off", detail=type(away.__cause__ or away).__name__)
                await self._rest()
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
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=self.settings.at_once,
                fetch_job_polling_interval=LOOK_EVERY_S,
                shutdown_graceful_timeout=self.settings.stop_s,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=self.settings.stalled_s / HEARTBEATS,
                stalled_worker_timeout=self.settings.stalled_s,
            )
        finally:
            await app.close_async()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), REST_S)

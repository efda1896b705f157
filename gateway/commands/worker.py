"""``python -m gateway worker``: send and deliver what the gateway leaves, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import start_http_server

from domain.clock import Clock
from domain.errors import StoreUnavailable
from gateway import payments, wiring
from gateway.channels import sending
from gateway.commands import starting
from gateway.observability import logs
from gateway.observability.messages import MessageTelemetry
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from gateway.observability.sources import SourceTelemetry
from gateway.outbox.outdating import if_possible
from gateway.outbox.sender import Sender
from gateway.outbox.tasks import Outside
from gateway.outbox.worker import work
from gateway.renewals import RenewalTally
from gateway.settings import Settings, SettingsError
from gateway.store.revisions import RevisionDiffers

__all__ = ["add_arguments", "channels", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)


def run(options: Namespace) -> int:
    """Work. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    if settings.store.address is None:
        raise SettingsError("store.address: missing; without a database there are no messages")
    logs.configure(settings.log)
    metrics = Metrics()
    if port := settings.outbox.metrics_port:
        start_http_server(port, settings.server.host, metrics.registry)
    try:
        asyncio.run(working(settings, clock, metrics))
    except RevisionDiffers as differs:
        raise SettingsError(f"store: {differs}") from None
    except StoreUnavailable as away:
        raise SettingsError(f"store: the database cannot be had ({away.detail})") from None
    return 0


async def working(settings: Settings, clock: Clock, metrics: Metrics) -> None:
    """Open the channels and the systems that are written to, and work."""
    async with (
        channels(settings, clock, metrics) as sender,
        wiring.connect_commands(settings, clock, SourceTelemetry(metrics)) as written,
        payments.connect(settings.acquirer, metrics) as paying,
    ):
        outside = Outside(sender, written.commands, paying, RenewalTally(metrics), if_possible(written.outdate))
        await work(settings.store, settings.outbox, outside, clock, OutboxTally(metrics))


@asynccontextmanager
async def channels(settings: Settings, clock: Clock, metrics: Metrics) -> AsyncIterator[Sender]:
    """Open what messages are sent by. Raises: ``SettingsError``."""
    async with sending.opened(settings.channels, clock, MessageTelemetry(metrics)) as opened:
        if opened is None:
            raise SettingsError("channels: missing; without mail and SMS there is nothing to send messages by")
        yield opened

"""``python -m gateway follow``: follow the policy core's journal and prepare accounts, until SIGTERM or SIGINT.

Any number may run: one of them works, and another goes on where it was when that one ends.
"""

from __future__ import annotations

import asyncio
import signal
from argparse import ArgumentParser, Namespace

from domain.clock import Clock
from domain.errors import StoreUnavailable
from gateway import accounts, wiring
from gateway.commands import starting
from gateway.feed.follower import Follower
from gateway.feed.outdating import Outdating
from gateway.identity.links import LinkTokens
from gateway.observability import logs
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import Settings, SettingsError
from gateway.store.revisions import RevisionDiffers
from gateway.store.store import opened
from resolvers.use_cases.automatic import Automatic

__all__ = ["add_arguments", "run"]

PURPOSE = "follow"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)


def run(options: Namespace) -> int:
    """Follow. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    if settings.store.address is None:
        raise SettingsError("store.address: missing; without a database there are no accounts to prepare")
    if settings.accounts.activation_url is None:
        raise SettingsError("accounts.activation_url: missing; without it no account can be opened")
    logs.configure(settings.log)
    try:
        asyncio.run(following(settings, clock))
    except RevisionDiffers as differs:
        raise SettingsError(f"store: {differs}") from None
    except StoreUnavailable as away:
        raise SettingsError(f"store: the database cannot be had ({away.detail})") from None
    return 0


async def following(settings: Settings, clock: Clock) -> None:
    """Connect and follow. Raises: ``RevisionDiffers``, ``StoreUnavailable``, both at the start."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.report_loop_error)
    telemetry = SourceTelemetry(Metrics())
    links = accounts.activation(settings.accounts)
    assert links is not None
    async with (
        opened(settings.store, purpose=PURPOSE) as store,
        wiring.connect_journal(settings, clock, telemetry) as core,
    ):
        assert store is not None
        await store.verify()
        automatic = Automatic(store, LinkTokens(), links, core, clock, settings.automatic.standing)
        seen = Outdating(core.outdate, automatic)
        follower = Follower(store, core, seen, settings.automatic, clock)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, follower.stopped.set)
        await follower.run()

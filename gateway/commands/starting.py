"""What the commands that work for real begin with: settings and clock."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from domain.clock import MOSCOW, Clock
from domain.errors import StoreUnavailable
from gateway import settings as configuration
from gateway.clock import ShiftedClock, SystemClock
from gateway.observability.logs import logger
from gateway.settings import CONFIG_VARIABLE, Settings, SettingsError, StoreSettings
from gateway.store.revisions import RevisionDiffers
from gateway.store.store import opened
from gateway.wiring import ADAPTER_SETTINGS

__all__ = ["add_arguments", "check_revision", "started"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options that all of them have."""
    parser.add_argument("--config", type=Path, help=f"TOML file with settings (or {CONFIG_VARIABLE})")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="start the clock at this instant, ISO 8601; in development only"
    )


def started(options: Namespace) -> tuple[Settings, Clock]:
    """Return what the options and the environment say. Raises: ``SettingsError``."""
    file = options.config or (Path(named) if (named := os.environ.get(CONFIG_VARIABLE)) else None)
    settings = configuration.load(ADAPTER_SETTINGS, file, os.environ)
    return settings, clock(settings, options.now)


def clock(settings: Settings, now: datetime | None) -> Clock:
    """Return the clock that starts at an instant, Moscow time unless it says otherwise. Raises: ``SettingsError``."""
    if now is None:
        return SystemClock()
    if settings.server.is_production:
        raise SettingsError("--now: refused in production")
    return ShiftedClock.starting_at(now if now.tzinfo else now.replace(tzinfo=MOSCOW))


async def check_revision(settings: StoreSettings) -> None:
    """Make sure that the database, if there is one, is at our revision. Raises: ``SettingsError``.

    One that is away is no reason not to start: reads are as good without it. It is looked at when it is back.
    """
    async with opened(settings) as store:
        if store is None:
            return
        try:
            await store.verify()
        except RevisionDiffers as differs:
            raise SettingsError(f"store: {differs}") from None
        except StoreUnavailable as away:
            logger().error("store away", detail=away.detail)

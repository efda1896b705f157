"""``python -m gateway migrate``: bring the database to this gateway's revision. Several may be run at once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from domain.errors import StoreUnavailable
from gateway.commands import starting
from gateway.settings import SettingsError
from gateway.store.migrating import migrate
from gateway.store.revisions import RevisionDiffers

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)


def run(options: Namespace) -> int:
    """Go forward. Raises: ``SettingsError``."""
    settings, _ = starting.started(options)
    if settings.store.address is None:
        raise SettingsError("store.address: missing; there is no database to migrate")
    try:
        done = migrate(settings.store)
    except RevisionDiffers as newer:
        print(
            f"migrate: revision {newer.found} is unknown here: the database belongs to a newer gateway", file=sys.stderr
        )
        return 1
    except StoreUnavailable as away:
        print(f"migrate: the database cannot be had ({away.detail})", file=sys.stderr)
        return 1
    print(
        f"migrate: {done.before} -> {done.after}" if done.before != done.after else f"migrate: at {done.after} already"
    )
    return 0

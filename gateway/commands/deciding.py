"""What the commands share by which an operator looks at things that are stuck, and decides about one of them."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from domain.clock import Clock
from domain.errors import StoreUnavailable
from domain.outbox.models import LONGEST_REASON, SHORTEST_REASON
from gateway.commands import starting
from gateway.observability import logs
from gateway.settings import Settings, SettingsError
from gateway.store.revisions import RevisionDiffers
from gateway.store.store import PostgresStore, opened

__all__ = ["Work", "add_decision", "add_reasons", "at_database", "decided"]

Work: TypeAlias = Callable[[PostgresStore, Clock, Namespace], Awaitable[int]]
"""Does what was asked for, and returns the exit code. Raises: ``StoreUnavailable``."""


GREATEST: Final = 2**63 - 1
"""Number that the database can give to anything."""


def add_decision(parser: ArgumentParser, what: str) -> None:
    """Declare what a decision needs: about which, who, and why."""
    parser.add_argument("number", type=number, help=f"number of the {what}, as listed")
    add_reasons(parser)


def number(text: str) -> int:
    """Read the number of something that is listed. Raises: ``ArgumentTypeError``."""
    if text.isascii() and text.isdigit() and (read := int(text)) <= GREATEST:
        return read
    raise ArgumentTypeError(f"no number that is listed: {text}")


def add_reasons(parser: ArgumentParser) -> None:
    """Declare who decides, and why."""
    parser.add_argument("--by", required=True, help="who decides it")
    parser.add_argument("--reason", required=True, help=f"why, in {SHORTEST_REASON} to {LONGEST_REASON} characters")


def decided(options: Namespace, name: str) -> tuple[str, str] | None:
    """Return who decides and why, None where that is not said well enough, which the operator is told."""
    by, reason = options.by.strip(), options.reason.strip()
    is_said = by and SHORTEST_REASON <= len(reason) <= LONGEST_REASON
    # What the terminal sends in another encoding than it says cannot be kept.
    if is_said and by.isprintable() and reason.isprintable():
        return by, reason
    needed = f"--by, and --reason in {SHORTEST_REASON} to {LONGEST_REASON} characters, each one line that can be read"
    print(f"{name}: needed are {needed}", file=sys.stderr)
    return None


def at_database(options: Namespace, name: str, what: str, work: Work) -> int:
    """Work at the gateway's database. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    if settings.store.address is None:
        raise SettingsError(f"store.address: missing; without a database there are no {what}")
    logs.configure(settings.log, sys.stderr)
    try:
        return asyncio.run(_working(settings, clock, options, name, work))
    except RevisionDiffers as differs:
        raise SettingsError(f"store: {differs}") from None
    except StoreUnavailable as away:
        print(f"{name}: the database cannot be had ({away.detail})", file=sys.stderr)
        return 1


async def _working(settings: Settings, clock: Clock, options: Namespace, name: str, work: Work) -> int:
    async with opened(settings.store, purpose=name) as store:
        assert store is not None
        await store.verify()
        return await work(store, clock, options)

"""``python -m gateway outbox``: look at commands to the systems, have one tried now, or give it up.

A command that is dead or waits holds up those after it of the same subject. What is done with it is kept for good, with
who and why.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from typing import Final

from domain.clock import Clock
from domain.errors import StoreUnavailable
from domain.outbox.models import LONGEST_REASON, SHORTEST_REASON, CommandAction, CommandState
from gateway.commands import starting
from gateway.observability import logs
from gateway.observability.metrics import Metrics
from gateway.payments import Alarm
from gateway.settings import Settings, SettingsError
from gateway.store.desk import Desk, Listing
from gateway.store.revisions import RevisionDiffers
from gateway.store.store import PostgresStore, opened
from resolvers.use_cases.operating import act

__all__ = ["add_arguments", "run"]

PURPOSE: Final = "outbox"
MOST: Final = 200
ROW: Final = "{number:>8}  {kind:<17} {state:<8} {attempts:>5}  {accepted:<20} {failure:<18} {subject}"
HEADS: Final = {
    "number": "number",
    "kind": "kind",
    "state": "state",
    "attempts": "tries",
    "accepted": "accepted",
    "failure": "failure",
    "subject": "subject",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    listing = actions.add_parser(
        "list", help="list commands that are dead, and then those that wait", allow_abbrev=False
    )
    listing.add_argument("--state", type=CommandState, choices=list(CommandState), help="only those in this state")
    for action in CommandAction:
        about = {
            "RETRY": "have a command tried now that is dead or waits",
            "DROP": "give a command up that is dead or waits",
        }[action.value]
        acting = actions.add_parser(action.value.lower(), help=about, description=about, allow_abbrev=False)
        acting.add_argument("number", type=int, help="number of the command, as listed")
        acting.add_argument("--by", required=True, help="who decides it")
        acting.add_argument("--reason", required=True, help=f"why, in {SHORTEST_REASON} to {LONGEST_REASON} characters")


def run(options: Namespace) -> int:
    """List or act. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    if settings.store.address is None:
        raise SettingsError("store.address: missing; without a database there are no commands")
    logs.configure(settings.log, sys.stderr)
    try:
        return asyncio.run(running(settings, clock, options))
    except RevisionDiffers as differs:
        raise SettingsError(f"store: {differs}") from None
    except StoreUnavailable as away:
        print(f"outbox: the database cannot be had ({away.detail})", file=sys.stderr)
        return 1


async def running(settings: Settings, clock: Clock, options: Namespace) -> int:
    """Do what was asked for, return the exit code. Raises: ``RevisionDiffers``, ``StoreUnavailable``."""
    async with opened(settings.store, purpose=PURPOSE) as store:
        assert store is not None
        await store.verify()
        if options.action == "list":
            states = [options.state] if options.state else [CommandState.WAITING, CommandState.DEAD]
            print("\n".join(lines(await Desk(store).listed(states, MOST))))
            return 0
        return await acted(store, clock, options)


async def acted(store: PostgresStore, clock: Clock, options: Namespace) -> int:
    """Try again or give up, return the exit code. Raises: ``StoreUnavailable``."""
    reason = options.reason.strip()
    if not (options.by.strip() and SHORTEST_REASON <= len(reason) <= LONGEST_REASON):
        needed = f"--by, and --reason in {SHORTEST_REASON} to {LONGEST_REASON} characters"
        print(f"outbox: needed are {needed}", file=sys.stderr)
        return 1
    action = CommandAction(options.action.upper())
    alarm = Alarm(Metrics())
    if not await act(store, options.number, action, options.by.strip(), reason, clock.now(), alarm):
        print(f"outbox: {options.number} is no command that is dead or waits", file=sys.stderr)
        return 1
    print(f"outbox: {options.number} {'is tried now' if action is CommandAction.RETRY else 'is given up'}")
    return 0


def lines(listing: Listing) -> list[str]:
    """Return a table, and how much was left out of it."""
    return [
        ROW.format(**HEADS),
        *(
            ROW.format(
                number=each.number,
                kind=each.kind.value,
                state=each.state.value,
                attempts=each.attempts,
                accepted=f"{each.accepted_at:%Y-%m-%d %H:%M:%S}",
                failure=each.failure or "-",
                subject=each.subject,
            )
            for each in listing.commands
        ),
        *([f"… and {listing.more} more"] if listing.more else []),
    ]

"""``python -m gateway outbox``: look at commands to the systems, have one tried now, or give it up.

A command that is dead or waits holds up those after it of the same subject. What is done with it is kept for good, with
who and why.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Final

from domain.clock import Clock
from domain.outbox.models import CommandAction, CommandState
from gateway.commands import deciding, starting
from gateway.observability.metrics import Metrics
from gateway.payments import Alarm
from gateway.store.desk import Desk, Listing
from gateway.store.store import PostgresStore
from resolvers.use_cases.operating import act

__all__ = ["add_arguments", "run"]

NAME: Final = "outbox"
MOST: Final = 200
ROW: Final = "{number:>8}  {kind:<17} {state:<8} {attempts:>5}  {accepted:<20} {failure:<18} {subject}"
HEADS: Final = {
    "number": "number",
    "kind": "kind",
    "state": "state",
    "attempts": "tries",
    "accepted": "accepted, UTC",
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
        deciding.add_decision(acting, "command")


def run(options: Namespace) -> int:
    """List or act. Raises: ``SettingsError``."""
    return deciding.at_database(options, NAME, "commands", listed if options.action == "list" else acted)


async def listed(store: PostgresStore, _clock: Clock, options: Namespace) -> int:
    """Print a list, return the exit code. Raises: ``StoreUnavailable``."""
    states = [options.state] if options.state else [CommandState.WAITING, CommandState.DEAD]
    print("\n".join(lines(await Desk(store).listed(states, MOST))))
    return 0


async def acted(store: PostgresStore, clock: Clock, options: Namespace) -> int:
    """Try again or give up, return the exit code. Raises: ``StoreUnavailable``."""
    decision = deciding.decided(options, NAME)
    if decision is None:
        return 1
    action = CommandAction(options.action.upper())
    alarm = Alarm(Metrics())
    if not await act(store, options.number, action, *decision, clock.now(), alarm):
        print(f"outbox: {options.number} is no command that is dead or waits", file=sys.stderr)
        return 1
    print(f"outbox: {options.number} {await becomes(store, options.number, action)}")
    return 0


async def becomes(store: PostgresStore, number: int, action: CommandAction) -> str:
    """Return what becomes of a command that was acted on. Raises: ``StoreUnavailable``."""
    if action is CommandAction.DROP:
        return "is given up"
    first = await Desk(store).before(number)
    if first is None:
        return "is tried now"
    return f"comes after {first.number}, which {'is dead' if first.state is CommandState.DEAD else 'is tried now'}"


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

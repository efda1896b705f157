"""``python -m gateway outbox``: look at commands to the systems, have one tried now, or give it up.

A command that is dead or waits holds up those after it of the same subject. What is done with it is kept for good, with
who and why.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime
from typing import Final

from domain.clock import Clock
from domain.outbox.models import CommandAction, CommandKind, CommandState
from gateway.commands import deciding, starting
from gateway.observability.metrics import Metrics
from gateway.payments import Alarm
from gateway.store.desk import Desk, Job, Listed, Listing, Wanted
from gateway.store.store import PostgresStore
from resolvers.use_cases.operating import act

__all__ = ["add_arguments", "run"]

NAME: Final = "outbox"
INSTANT: Final = "%Y-%m-%d %H:%M:%S"
MOST: Final = 200
GREATEST: Final = 100_000
ROW: Final = "{number:>8}  {kind:<17} {state:<8} {attempts:>5}  {accepted:<20} {failure:<18} {waits:<27} {subject}"
HEADS: Final = {
    "number": "number",
    "kind": "kind",
    "state": "state",
    "attempts": "tries",
    "accepted": "accepted, UTC",
    "failure": "failure",
    "waits": "waits for",
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
    listing.add_argument("--kind", type=CommandKind, choices=list(CommandKind), help="only those of this kind")
    listing.add_argument("--subject", help="only those of this subject, as listed")
    listing.add_argument("--limit", type=limit, default=MOST, help=f"how many at most; {MOST} by default")
    for action in CommandAction:
        about = {
            "RETRY": "have a command tried now that is dead or waits",
            "DROP": "give a command up that is dead or waits",
        }[action.value]
        acting = actions.add_parser(action.value.lower(), help=about, description=about, allow_abbrev=False)
        deciding.add_decision(acting, "command")


def limit(text: str) -> int:
    """Read how many are listed at most. Raises: ``ArgumentTypeError``."""
    if text.isascii() and text.isdigit() and 0 < (read := int(text)) <= GREATEST:
        return read
    raise ArgumentTypeError(f"a whole number from 1 to {GREATEST} is wanted: {text}")


def run(options: Namespace) -> int:
    """List or act. Raises: ``SettingsError``."""
    return deciding.at_database(options, NAME, "commands", listed if options.action == "list" else acted)


async def listed(store: PostgresStore, _clock: Clock, options: Namespace) -> int:
    """Print a list, return the exit code. Raises: ``StoreUnavailable``."""
    states = [options.state] if options.state else [CommandState.WAITING, CommandState.DEAD]
    wanted = Wanted(states, options.kind, options.subject)
    print("\n".join(lines(await Desk(store).listed(wanted, options.limit))))
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
                number=each.command.number,
                kind=each.command.kind.value,
                state=each.command.state.value,
                attempts=each.command.attempts,
                accepted=f"{each.command.accepted_at:{INSTANT}}",
                failure=each.command.failure or "-",
                waits=waits_for(each),
                subject=each.command.subject,
            )
            for each in listing.commands
        ),
        *([f"… and {listing.more} more"] if listing.more else []),
    ]


def waits_for(listed: Listed) -> str:
    """Return what has to come before a command is done."""
    match listed.command.state, listed.behind, listed.job:
        case CommandState.DEAD, _, _:
            return "operator"
        case CommandState.WAITING, None, None:
            return "job"
        case CommandState.WAITING, None, Job(is_under_way=True):
            return "answer"
        case CommandState.WAITING, None, Job(due=None):
            return "worker"
        case CommandState.WAITING, None, Job(due=datetime() as due):
            return f"try {due.astimezone(UTC):{INSTANT}}"
        case CommandState.WAITING, behind, _:
            return f"behind {behind}"
        case _:
            return "-"

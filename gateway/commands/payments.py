"""``python -m gateway payments``: look at payments that wait for a person, and close those that somebody has seen to.

A stopped payment keeps its owner from paying for the same thing again. Close it once the money is where it belongs; one
that the acquirer cannot tell of, once it says otherwise that the order is void. Who did so and why is kept for good.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Final

from domain.clock import Clock
from domain.payments.models import Payment
from gateway.commands import deciding, starting
from gateway.payments import why_a_person
from gateway.store.store import PostgresStore
from resolvers.use_cases.payments.closing import close

__all__ = ["add_arguments", "run"]

NAME: Final = "payments"
ROW: Final = "{number:>8}  {failure:<16} {amount:>14}  {paid:<20} {bill:<14} {subject}"
HEADS: Final = {
    "number": "number",
    "failure": "failure",
    "amount": "amount",
    "paid": "money taken, UTC",
    "bill": "bill",
    "subject": "subject",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="list payments that wait for a person, the oldest first", allow_abbrev=False)
    closing = actions.add_parser("close", help="close a payment that was seen to", allow_abbrev=False)
    deciding.add_decision(closing, "payment")


def run(options: Namespace) -> int:
    """List or close. Raises: ``SettingsError``."""
    return deciding.at_database(options, NAME, "payments", listed if options.action == "list" else closed)


async def listed(store: PostgresStore, _clock: Clock, _options: Namespace) -> int:
    """Print a list, return the exit code. Raises: ``StoreUnavailable``."""
    async with store.work() as work:
        waiting = await work.payments.for_a_person()
    print("\n".join(lines(waiting)))
    return 0


async def closed(store: PostgresStore, clock: Clock, options: Namespace) -> int:
    """Close one, return the exit code. Raises: ``StoreUnavailable``."""
    decision = deciding.decided(options, NAME)
    if decision is None:
        return 1
    if not await close(store, options.number, *decision, clock.now()):
        print(f"payments: {options.number} is no payment that waits for a person", file=sys.stderr)
        return 1
    print(f"payments: {options.number} is closed")
    return 0


def lines(payments: Sequence[Payment]) -> list[str]:
    """Return a table."""
    return [
        ROW.format(**HEADS),
        *(
            ROW.format(
                number=each.number,
                failure=why_a_person(each),
                amount=f"{each.amount.amount} {each.amount.currency}",
                paid="-" if each.paid_at is None else f"{each.paid_at:%Y-%m-%d %H:%M:%S}",
                bill=each.bill_number or "-",
                subject=each.subject,
            )
            for each in payments
        ),
    ]

"""``python -m gateway payments``: look at payments that were stopped, and close those that somebody has seen to.

A stopped payment keeps its owner from paying for the same thing again. Close it once the money is where it belongs; who
did so and why is kept for good.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Final

from domain.clock import Clock
from domain.errors import StoreUnavailable
from domain.outbox.models import LONGEST_REASON, SHORTEST_REASON
from domain.payments.models import Payment
from gateway.commands import starting
from gateway.observability import logs
from gateway.settings import Settings, SettingsError
from gateway.store.revisions import RevisionDiffers
from gateway.store.store import opened
from resolvers.use_cases.payments.closing import close

__all__ = ["add_arguments", "run"]

PURPOSE: Final = "payments"
ROW: Final = "{number:>8}  {failure:<16} {amount:>14}  {paid:<20} {bill:<14} {subject}"
HEADS: Final = {
    "number": "number",
    "failure": "failure",
    "amount": "amount",
    "paid": "money taken",
    "bill": "bill",
    "subject": "subject",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="list stopped payments, the oldest first", allow_abbrev=False)
    closing = actions.add_parser("close", help="close a payment that was seen to", allow_abbrev=False)
    closing.add_argument("number", type=int, help="number of the payment, as listed")
    closing.add_argument("--by", required=True, help="who decides it")
    closing.add_argument(
        "--reason", required=True, help=f"what was done, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
    )


def run(options: Namespace) -> int:
    """List or close. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    if settings.store.address is None:
        raise SettingsError("store.address: missing; without a database there are no payments")
    logs.configure(settings.log, sys.stderr)
    try:
        return asyncio.run(running(settings, clock, options))
    except RevisionDiffers as differs:
        raise SettingsError(f"store: {differs}") from None
    except StoreUnavailable as away:
        print(f"payments: the database cannot be had ({away.detail})", file=sys.stderr)
        return 1


async def running(settings: Settings, clock: Clock, options: Namespace) -> int:
    """Do what was asked for, return the exit code. Raises: ``RevisionDiffers``, ``StoreUnavailable``."""
    async with opened(settings.store, purpose=PURPOSE) as store:
        assert store is not None
        await store.verify()
        if options.action == "list":
            async with store.work() as work:
                stopped = await work.payments.stopped()
            print("\n".join(lines(stopped)))
            return 0
        by, reason = options.by.strip(), options.reason.strip()
        if not (by and SHORTEST_REASON <= len(reason) <= LONGEST_REASON):
            needed = f"--by, and --reason in {SHORTEST_REASON} to {LONGEST_REASON} characters"
            print(f"payments: needed are {needed}", file=sys.stderr)
            return 1
        if not await close(store, options.number, by, reason, clock.now()):
            print(f"payments: {options.number} is no stopped payment", file=sys.stderr)
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
                failure="-" if each.failure is None else each.failure.value,
                amount=f"{each.amount.amount} {each.amount.currency}",
                paid="-" if each.paid_at is None else f"{each.paid_at:%Y-%m-%d %H:%M:%S}",
                bill=each.bill_number or "-",
                subject=each.subject,
            )
            for each in payments
        ),
    ]

"""``python -m gateway rule``: look at the rule by which accounts are prepared automatically, and change it.

The rule is the settings' until one is set here. A version that is set counts from the next look at the journal on,
whoever follows it, and is kept for good with who set it and why.
"""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar

from domain.accounts.automatic import RuleChange, StandingRule
from domain.clock import Clock
from domain.models import ContactKind, Line
from gateway.commands import deciding, starting
from gateway.store.store import PostgresStore
from resolvers.use_cases.ruling import RuleRefused, set_rule

__all__ = ["add_arguments", "run"]

NAME: Final = "rule"
ANY: Final = "any"
MOST: Final = 100
PARTS: Final = ("lines", "least_premium", "contacts", "new_days")
ROW: Final = "{number:>8}  {at:<20} {state:<4} {lines:<42} {premium:>12}  {contacts:<12} {days:>4}  {by}: {reason}"
HEADS: Final = {
    "number": "number",
    "at": "set at",
    "state": "is",
    "lines": "lines",
    "premium": "premium from",
    "contacts": "contacts",
    "days": "days",
    "by": "by",
    "reason": "reason",
}

E = TypeVar("E", bound=StrEnum)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("show", help="show the rule in force", allow_abbrev=False)
    actions.add_parser("history", help="list the versions of the rule, the newest first", allow_abbrev=False)
    about = "set a new version of the rule; what is not given stays as it is in force"
    setting = actions.add_parser("set", help=about, description=about, allow_abbrev=False)
    switch = setting.add_mutually_exclusive_group()
    switch.add_argument("--on", dest="is_on", action="store_true", default=None, help="prepare accounts")
    switch.add_argument("--off", dest="is_on", action="store_false", default=None, help="prepare none")
    lines, contacts = ",".join(Line), ",".join(ContactKind)
    setting.add_argument(
        "--lines", type=some_of(Line), default=SUPPRESS, help=f"lines of insurance that count, of {lines}"
    )
    setting.add_argument("--least-premium", type=premium, default=SUPPRESS, help=f"least premium in roubles, or {ANY}")
    setting.add_argument(
        "--contacts",
        type=some_of(ContactKind),
        default=SUPPRESS,
        help=f"contacts that must be confirmed, of {contacts}",
    )
    setting.add_argument(
        "--new-days",
        type=int,
        default=SUPPRESS,
        help="days for which a policy is new, that of its conclusion the first",
    )
    deciding.add_reasons(setting)


def run(options: Namespace) -> int:
    """Show, list or set. Raises: ``SettingsError``."""
    settings, _ = starting.started(options)
    work = {"show": shown, "history": listed, "set": changed}[options.action]
    return deciding.at_database(options, NAME, "accounts to prepare", partial(work, settings.automatic.standing))


async def shown(settled: StandingRule, store: PostgresStore, _clock: Clock, _options: Namespace) -> int:
    """Print the rule in force, return the exit code. Raises: ``StoreUnavailable``."""
    async with store.work() as work:
        newest = await work.rules.newest()
    print("\n".join(described(settled, newest)))
    return 0


async def listed(_settled: StandingRule, store: PostgresStore, _clock: Clock, _options: Namespace) -> int:
    """Print the versions, return the exit code. Raises: ``StoreUnavailable``."""
    async with store.work() as work:
        history = await work.rules.history(MOST)
    print("\n".join([ROW.format(**HEADS), *map(row, history)]))
    return 0


async def changed(settled: StandingRule, store: PostgresStore, clock: Clock, options: Namespace) -> int:
    """Set a version, return the exit code. Raises: ``StoreUnavailable``."""
    decision = deciding.decided(options, NAME)
    if decision is None:
        return 1
    given = {name: getattr(options, name) for name in PARTS if name in options}

    def change(before: StandingRule) -> StandingRule:
        is_on = before.is_on if options.is_on is None else options.is_on
        return replace(before, rule=replace(before.rule, **given), is_on=is_on)

    try:
        made = await set_rule(store, settled, change, *decision, clock.now())
    except RuleRefused as refused:
        print(f"rule: {refused}", file=sys.stderr)
        return 1
    print("\n".join(described(settled, made)))
    return 0


def described(settled: StandingRule, newest: RuleChange | None) -> list[str]:
    """Return the rule in force, a line a part."""
    standing = settled if newest is None else newest.standing
    origin = "of the settings" if newest is None else f"{standing.number}, set by {newest.by} at {instant(newest)}"
    why = [] if newest is None else [f"{'reason':<13}{newest.reason}"]
    names = ("is", "lines", "premium from", "contacts", "new days")
    columns = parts(standing)
    shown = zip(names, (columns[each] for each in ("state", "lines", "premium", "contacts", "days")), strict=True)
    return [f"rule {origin}", *why, *(f"{name:<13}{value}" for name, value in shown)]


def row(change: RuleChange) -> str:
    """Return a row of the table."""
    number = change.standing.number
    return ROW.format(number=number, at=instant(change), by=change.by, reason=change.reason, **parts(change.standing))


def parts(standing: StandingRule) -> dict[str, str]:
    """Return what a rule says, in words."""
    rule = standing.rule
    return {
        "state": "on" if standing.is_on else "off",
        "lines": ",".join(each for each in Line if each in rule.lines),
        "premium": ANY if rule.least_premium is None else f"{rule.least_premium:.2f}",
        "contacts": ",".join(each for each in ContactKind if each in rule.contacts),
        "days": str(rule.new_days),
    }


def instant(change: RuleChange) -> str:
    """Return when a version was set, in UTC."""
    return f"{change.at:%Y-%m-%d %H:%M:%S}"


def some_of(kind: type[E]) -> Callable[[str], frozenset[E]]:
    """Return what reads names with commas between them."""

    def read(text: str) -> frozenset[E]:
        names = [each.strip() for each in text.split(",") if each.strip()]
        if unknown := sorted(set(names) - set(map(str, kind))):
            raise ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(kind)}")
        return frozenset(map(kind, names))

    return read


def premium(text: str) -> Decimal | None:
    """Read a premium, None for any."""
    if text == ANY:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ArgumentTypeError(f"{text} is neither a number of roubles nor {ANY}") from None

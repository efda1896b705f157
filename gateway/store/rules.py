"""Versions of the rule of automatic accounts: added, and never changed, which the database itself sees to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.automatic import Rule, RuleChange, StandingRule
from domain.models import ContactKind, Line
from gateway.store.subjects import alone_with
from gateway.store.tables import automatic_rules

__all__ = ["PostgresRules"]

SUBJECT: Final = "automatic rule"


@dataclass(frozen=True, slots=True)
class PostgresRules:
    """``domain.accounts.ports.Rules`` within a transaction."""

    connection: AsyncConnection

    async def newest(self) -> RuleChange | None:
        """Return the one in force; None where none was ever set."""
        return next(iter(await self.history(1)), None)

    async def alone(self) -> None:
        """Wait until nobody else sets one; until the transaction ends, nobody will."""
        await alone_with(SUBJECT, self.connection)

    async def add(self, change: RuleChange) -> int:
        """Keep one, in force from when this transaction ends; return the number that it is given."""
        standing, rule = change.standing, change.standing.rule
        kept = insert(automatic_rules).values(
            is_on=standing.is_on,
            lines=[each for each in Line if each in rule.lines],
            least_premium=rule.least_premium,
            contacts=[each for each in ContactKind if each in rule.contacts],
            new_days=rule.new_days,
            by=change.by,
            reason=change.reason,
            at=change.at,
        )
        number: int = (await self.connection.execute(kept.returning(automatic_rules.c.number))).scalar_one()
        return number

    async def history(self, most: int) -> Sequence[RuleChange]:
        """Return the latest, the newest first."""
        query = select(automatic_rules).order_by(automatic_rules.c.number.desc()).limit(most)
        return [_change(row) for row in await self.connection.execute(query)]


def _change(row: Row[Any]) -> RuleChange:
    lines, contacts = frozenset(map(Line, row.lines)), frozenset(map(ContactKind, row.contacts))
    rule = Rule(lines, row.least_premium, contacts, row.new_days)
    return RuleChange(StandingRule(rule, row.is_on, row.number), row.by, row.reason, row.at)

"""The rule of automatic accounts, changed by an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from domain.accounts.automatic import RuleChange, StandingRule
from domain.accounts.ports import Store

__all__ = ["RuleRefused", "set_rule"]


class RuleRefused(Exception):
    """The rule cannot become so; the text says why."""


async def set_rule(
    store: Store,
    settled: StandingRule,
    changed: Callable[[StandingRule], StandingRule],
    by: str,
    reason: str,
    at: datetime,
) -> RuleChange:
    """Put what is made of the rule in force in its place; without one in the store that is the settings', ``settled``.

    Of two who set it at once the second changes what the first has made of it.
    Raises: ``RuleRefused``, ``StoreUnavailable``.
    """
    async with store.work() as work:
        await work.rules.alone()
        newest = await work.rules.newest()
        before = settled if newest is None else newest.standing
        after = replace(changed(before), number=None)
        if (fault := after.rule.fault) is not None:
            raise RuleRefused(fault)
        if after == replace(before, number=None) and newest is not None:
            raise RuleRefused("this is the rule already")
        change = RuleChange(after, by, reason, at)
        return replace(change, standing=replace(after, number=await work.rules.add(change)))

"""A failed batch asked again in halves, so that one poisonous key does not fail every caller it met."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from domain.errors import SourceGarbled, SourceUnavailable
from domain.ports import Call, Outcome, Read

__all__ = ["BisectionBudget", "ask", "halves", "is_suspicious"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class BisectionBudget:
    """How many batches may be asked again: a share of all, so that a system that is down is not pressed harder.

    Every batch earns ``share`` of a bisection; at most ``saved`` of them are kept for later.
    """

    share: float
    saved: float
    _left: float = field(init=False)

    def __post_init__(self) -> None:
        self._left = self.saved

    def earn(self) -> None:
        """Count a batch."""
        self._left = min(self.saved, self._left + self.share)

    def spend(self) -> bool:
        """Take one bisection out of the budget; tell whether there was one."""
        if self._left < 1:
            return False
        self._left -= 1
        return True


def is_suspicious(outcomes: Sequence[Outcome[V]]) -> bool:
    """Tell whether one call failed for several keys in a way that one of them could have caused.

    Time-outs, maintenance, overload, calls that were not made and a system out of reach are no key's fault; subclasses
    of ``SourceUnavailable`` are those. Failures of single items look alike but are not the one failure of a call.
    """
    failure = outcomes[0]
    if len(outcomes) == 1 or not isinstance(failure, SourceGarbled | SourceUnavailable):
        return False
    if isinstance(failure, SourceUnavailable) and not may_be_a_keys_fault(failure):
        return False
    return all(outcome is failure for outcome in outcomes)


def may_be_a_keys_fault(failure: SourceUnavailable) -> bool:
    """Tell whether the system was there, and neither busy nor out of reach."""
    is_plain = type(failure) is SourceUnavailable and failure.retry_after_s is None
    return is_plain and not isinstance(failure.__cause__, OSError)


async def halves(read: Read[K, V], keys: Sequence[K], call: Call) -> Sequence[Outcome[V]]:
    """Ask for both halves at once. Shape: one outcome per key, in order."""
    middle = len(keys) // 2
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask(read, keys[:middle], call))
        second = group.create_task(ask(read, keys[middle:], call))
    return [*first.result(), *second.result()]


async def ask(read: Read[K, V], keys: Sequence[K], call: Call) -> Sequence[Outcome[V]]:
    """Ask a read. Raises: ``ValueError`` for an answer of another length."""
    outcomes = await read(keys, call)
    if len(outcomes) != len(keys):
        raise ValueError(f"{len(keys)} keys were answered with {len(outcomes)} outcomes")
    return outcomes

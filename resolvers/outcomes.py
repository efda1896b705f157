"""Small moves on the outcomes of reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from domain.errors import SourceError
from domain.ports import MISSING, Missing, Outcome

__all__ = ["Resolved", "found", "mapped", "or_none"]

V = TypeVar("V")
W = TypeVar("W")

Resolved: TypeAlias = V | SourceError | None
"""What a batch function says of one parent: a value, nothing, or the failure to report at this place."""


def or_none(outcome: Outcome[V]) -> V | SourceError | None:
    """Show a missing thing as null."""
    return None if outcome is MISSING else outcome


def mapped(outcome: Outcome[V], change: Callable[[V], W | None]) -> W | SourceError | None:
    """Change a value that is there; pass on what is missing or failed."""
    if isinstance(outcome, SourceError):
        return outcome
    if isinstance(outcome, Missing):
        return None
    return change(outcome)


def found(outcomes: Sequence[Outcome[V]]) -> list[V]:
    """Return the values among outcomes. Raises: the first ``SourceError``; missing ones are passed over."""
    values: list[V] = []
    for outcome in outcomes:
        if isinstance(outcome, SourceError):
            raise outcome
        if not isinstance(outcome, Missing):
            values.append(outcome)
    return values

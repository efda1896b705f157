"""Small moves on the outcomes of reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from domain.errors import GatewayError, Refused, Source, SourceError, SourceGarbled
from domain.ports import MISSING, Missing, Outcome

__all__ = ["Resolved", "due", "found", "mapped", "or_none"]

V = TypeVar("V")
W = TypeVar("W")

Resolved: TypeAlias = V | GatewayError | None
"""What a batch function says of one parent: a value, nothing, or the failure to report at this place."""


def or_none(outcome: Outcome[V]) -> Resolved[V]:
    """Show a missing thing as null."""
    return None if outcome is MISSING else outcome


def mapped(outcome: Outcome[V] | Refused, change: Callable[[V], W | None]) -> Resolved[W]:
    """Change a value that is there; pass on what is missing, failed or refused."""
    if isinstance(outcome, SourceError | Refused):
        return outcome
    if isinstance(outcome, Missing):
        return None
    return change(outcome)


def due(outcome: Outcome[V], source: Source, read: str) -> Outcome[V]:
    """Return what must be there, since its parent is; a row left out is no empty list.

    ``read`` is the read's name in the port, for the log.
    """
    return SourceGarbled(source, read, "left out of the answer") if isinstance(outcome, Missing) else outcome


def found(outcomes: Sequence[Outcome[V] | Refused]) -> list[V]:
    """Return the values among outcomes. Raises: the first failure or refusal; missing ones are passed over."""
    values: list[V] = []
    for outcome in outcomes:
        if isinstance(outcome, SourceError | Refused):
            raise outcome
        if not isinstance(outcome, Missing):
            values.append(outcome)
    return values

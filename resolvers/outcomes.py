"""Small moves on the outcomes of reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from domain.errors import GatewayError, Refused, Source, SourceError, SourceGarbled
from domain.ports import MISSING, Missing, Outcome, Rows

__all__ = ["Resolved", "due", "found", "garbled", "in_order", "mapped", "or_none", "readable", "there"]

V = TypeVar("V")
W = TypeVar("W")

Resolved: TypeAlias = V | GatewayError | None
"""What a batch function says of one parent: a value, nothing, or the failure to report at this place."""


def or_none(outcome: Outcome[V]) -> Resolved[V]:
    """Show a missing thing as null."""
    return None if outcome is MISSING else outcome


def there(outcome: Outcome[V]) -> V | None:
    """Return a value, or None for what is missing. Raises: the failure that it is."""
    if isinstance(outcome, SourceError):
        raise outcome
    return None if isinstance(outcome, Missing) else outcome


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


def readable(rows: Iterable[V | SourceGarbled]) -> tuple[V, ...]:
    """Return the rows of a list that could be read."""
    return tuple(row for row in rows if not isinstance(row, SourceGarbled))


def garbled(rows: Iterable[V | SourceGarbled]) -> tuple[SourceGarbled, ...]:
    """Return what stands in a list for rows that could not be read, in their order."""
    return tuple(row for row in rows if isinstance(row, SourceGarbled))


def in_order(rows: Rows[V], key_of: Callable[[V], Any], *, reverse: bool = False) -> Rows[V]:
    """Sort the rows of a list; those that could not be read come last, whatever the direction."""
    return (*sorted(readable(rows), key=key_of, reverse=reverse), *garbled(rows))

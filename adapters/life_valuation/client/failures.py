"""What cannot be read, and what says that a whole answer failed, as the domain's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from adapters.life_valuation import errors, wire
from adapters.life_valuation.errors import SOURCE
from domain.errors import SourceGarbled
from domain.ports import Missing

__all__ = ["garbled", "raise_failure"]


@contextmanager
def garbled(operation: str) -> Iterator[None]:
    """Turn what cannot be read into the domain's error for the whole answer."""
    try:
        yield
    except wire.Unreadable as broken:
        raise SourceGarbled(SOURCE, operation, str(broken)) from broken


def raise_failure(operation: str, failure: wire.Failure) -> NoReturn:
    """Raise what a failure of the whole answer means."""
    meant = errors.outcome(operation, failure)
    if isinstance(meant, Missing):
        raise SourceGarbled(SOURCE, operation, "unknown contract where none was asked for")
    raise meant

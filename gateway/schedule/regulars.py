"""The contracts of a nightly file that are looked at morning after morning."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Final, TypeAlias

from domain import models
from domain.errors import SourceError
from domain.ports import Call

__all__ = ["CountVisits", "Nightly", "add_regulars"]

Nightly: TypeAlias = Callable[[date, Call], AbstractAsyncContextManager[AsyncIterator[models.PolicyNumber]]]
"""Opens a day's nightly file: its contracts in any order and more than once. Raises: ``NotFound``, ``SourceError``."""

CountVisits: TypeAlias = Callable[[Sequence[models.PolicyNumber]], Awaitable[Sequence[int]]]
"""Says of each contract on how many mornings it was looked at. Shape: one count per contract, in order."""

CHUNK: Final = 500


async def add_regulars(
    found: dict[models.PolicyNumber, int],
    contracts: AsyncIterator[models.PolicyNumber],
    count: CountVisits,
    least: int,
) -> None:
    """Add those that were looked at on ``least`` mornings, with the count; of a file that breaks, those before that.

    Raises: ``SourceError`` for a file that breaks, and whatever ``count`` raises.
    """

    async def add(chunk: Iterable[models.PolicyNumber]) -> None:
        numbers = list(chunk)
        counts = await count(numbers) if numbers else ()
        found.update((number, visits) for number, visits in zip(numbers, counts, strict=True) if visits >= least)

    chunk: dict[models.PolicyNumber, None] = {}
    broken: SourceError | None = None
    try:
        async for number in contracts:
            chunk[number] = None
            if len(chunk) == CHUNK:
                await add(chunk)
                chunk = {}
    except SourceError as failure:
        broken = failure
    await add(chunk)
    if broken is not None:
        raise broken

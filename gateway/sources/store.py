"""What a cached read asks of the place where entries are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

__all__ = ["CacheFailure", "CacheMetrics", "Entry", "Store", "StoreFailed", "StoreRefused", "StoreUnreachable"]

CacheFailure: TypeAlias = Literal["get", "put", "skipped", "encode", "decode"]
"""What went wrong: reading, writing, not even tried while the store is left alone, making or reading an entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to keep. Units: ``kept_s`` in seconds."""

    name: str
    data: bytes
    kept_s: float


class StoreFailed(Exception):
    """The store did not do what it was asked; the detail is technical and holds no entry."""


class StoreUnreachable(StoreFailed):
    """No answer in time, or no connection: asking again soon would cost a time-out again."""


class StoreRefused(StoreFailed):
    """The store answered that it will not: full, loading, read-only. Cheap to ask again."""


class Store(Protocol):
    """Keeps entries for a while. ``read`` names the read they belong to, for metrics."""

    async def get(self, read: str, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return each entry or None.

        Shape: one item per name, in order; ``names`` is not empty.
        Raises: ``StoreFailed``, unless the implementation says otherwise.
        """
        ...

    async def put(self, read: str, entries: Sequence[Entry]) -> None:
        """Keep the entries, replacing those of the same names.

        Raises: ``StoreFailed``, unless the implementation says otherwise.
        """
        ...


class CacheMetrics(Protocol):
    """Counts, by read; never told keys or values."""

    def looked_up(self, read: str, *, hits: int, misses: int) -> None:
        """Record one look into the store."""
        ...

    def failed(self, read: str, failure: CacheFailure) -> None:
        """Record that the store did not help."""
        ...

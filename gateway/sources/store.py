"""What a cached read asks of the place where entries are kept, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias

__all__ = [
    "AGAIN",
    "CacheFailure",
    "CacheMetrics",
    "CacheOutcome",
    "Computed",
    "Granted",
    "Held",
    "Kept",
    "Lease",
    "Look",
    "Name",
    "Resting",
    "Store",
    "StoreFailed",
    "StoreRefused",
    "StoreUnreachable",
    "Verdict",
    "Wanted",
]

CacheFailure: TypeAlias = Literal[
    "look", "lease", "renew", "keep", "tell", "invalidate", "visits", "skipped", "encode", "decode"
]
"""What went wrong: an exchange with the store, one not tried while it is left alone, making or reading an entry."""

CacheOutcome: TypeAlias = Literal["fresh", "stale", "computed", "waited", "rescued", "error"]
"""How one key was answered.

At once with a fresh or a stale value; by a computation of this call's own or of another's; with an old value because
no new one could be had (``rescued``); not at all.
"""

Verdict: TypeAlias = Literal["value", "missing", "failed", "outdated"]
"""How one computation ended; ``outdated``: it was invalidated, or overtaken by a newer one, on its way."""

AGAIN: Final = b"A"
"""Told instead of an answer: there is none to be had here, look again."""


@dataclass(frozen=True, slots=True)
class Name:
    """Where one entry is kept; ``entity`` is the first part of all names that concern the same thing."""

    entity: str
    entry: str

    @property
    def lease(self) -> str:
        """Who computes it."""
        return f"{self.entry}:lease"

    @property
    def rest(self) -> str:
        """Stands for a while after a failed computation."""
        return f"{self.entry}:rest"

    @property
    def cut(self) -> str:
        """Fence below which everything about the entity is outdated."""
        return f"{self.entity}:cut"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as found.

    Of a process's own copies, ``doubtful`` is one that may have missed an invalidation, and ``only_here`` one that
    the shared store would not take.
    """

    fence: int
    data: bytes
    doubtful: bool = False
    only_here: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What there is under a name. ``cut``: entries with this fence or a lower one are outdated."""

    kept: Kept | None
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish to compute an entry. ``seen``: fence of the one already looked at, 0 for none.

    ``rests``: do not compute soon after a failure.
    """

    name: Name
    seen: int
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """Leave to compute. A later grant has a higher ``fence``; ``is_shared``: other processes respect it."""

    name: Name
    fence: int
    token: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody computes it and will tell. Units: seconds until the lease ends unless renewed."""

    fence: int
    for_s: float


@dataclass(frozen=True, slots=True)
class Resting:
    """A computation failed a short while ago. Units: seconds until the next may begin."""

    for_s: float


Lease: TypeAlias = Granted | Held | Resting | Look
"""Answer to a wish to compute; a ``Look`` when there is another entry by now than the one that was seen."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation came to; with ``kept_s`` 0 it is only told. Units: seconds, ``rest_s`` for ``Name.rest``."""

    grant: Granted
    data: bytes
    kept_s: float = 0
    rest_s: float = 0


class StoreFailed(Exception):
    """The store did not do what it was asked; the detail is technical and holds no entry."""


class StoreUnreachable(StoreFailed):
    """No answer in time, or no connection: asking again soon would cost a time-out again."""


class StoreRefused(StoreFailed):
    """The store answered that it will not: full, read-only. Cheap to ask again."""


class Store(Protocol):
    """Keeps entries and leases. ``read`` names the read they belong to, for metrics.

    Shape: one item per item asked for, in order; never asked for nothing.
    Raises: ``StoreFailed``, unless the implementation says otherwise.
    """

    async def look(self, read: str, names: Sequence[Name]) -> Sequence[Look]:
        """Return what there is."""
        ...

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> Sequence[Lease]:
        """Ask for leave to compute."""
        ...

    async def renew(self, read: str, grants: Sequence[Granted], lease_s: float) -> None:
        """Make grants last ``lease_s`` from now; one lost meanwhile stays lost."""
        ...

    async def keep(self, read: str, computed: Sequence[Computed]) -> Sequence[bool]:
        """Keep what is not outdated, end the leases and tell those who wait; False for what is outdated."""
        ...

    async def tell(self, read: str, computed: Sequence[Computed]) -> None:
        """End the leases and tell those who wait, keeping nothing of what was computed."""
        ...

    async def invalidate(self, names: Sequence[Name]) -> None:
        """Make everything outdated that was computed, or is being computed, about the entities of the names.

        Shape: every name known of each entity, so that its fences are outdone.
        """
        ...


class CacheMetrics(Protocol):
    """Counts, by read; never told keys or values."""

    def answered(self, read: str, outcome: CacheOutcome) -> None:
        """Record how one key was answered."""
        ...

    def computed(self, read: str, verdict: Verdict) -> None:
        """Record how one computation of this process ended."""
        ...

    def revalidating(self, read: str, count: int) -> None:
        """Record background computations begun for stale entries."""
        ...

    def took_over(self, read: str) -> None:
        """Record a computation begun because another's lease had run out."""
        ...

    def failed(self, read: str, failure: CacheFailure) -> None:
        """Record that the store did not help."""
        ...

    def store_is(self, *, reachable: bool) -> None:
        """Record a change of the shared store's state."""
        ...

"""What one request carries through every batch function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from domain import clock as clocks
from domain.errors import SignInRequired

if TYPE_CHECKING:
    from datetime import date

    from domain.clock import Clock
    from domain.money import Locale
    from domain.ports import Call, Links, Outcome, Read, Reads
    from domain.viewer import Viewer
    from resolvers.loaders import Loaders

__all__ = ["Context"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Context:
    """One request's viewer, time and ports. ``viewer`` is None when nobody is signed in."""

    viewer: Viewer | None
    locale: Locale
    clock: Clock
    call: Call
    loaders: Loaders
    links: Links

    @property
    def reads(self) -> Reads:
        """Every read of the product, as wired."""
        return self.loaders.reads

    @property
    def today(self) -> date:
        """The insurance date of this request, in Moscow."""
        return clocks.today(self.clock)

    @property
    def sees_personal_data(self) -> bool:
        """Whether names, numbers and texts are shown whole: to clients, who reach only their own; not to employees."""
        return self.viewer is not None and not self.viewer.is_employee

    def signed_in(self) -> Viewer:
        """Return the viewer. Raises: ``SignInRequired``."""
        if self.viewer is None:
            raise SignInRequired
        return self.viewer

    async def one(self, read: Read[K, V], key: K) -> Outcome[V]:
        """Ask a read for one key, together with whatever else this request asks of it."""
        return await self.loaders.of(read).one(key)

    async def many(self, read: Read[K, V], keys: Iterable[K]) -> list[Outcome[V]]:
        """Ask a read for many keys; outcomes in their order."""
        return await self.loaders.of(read).many(keys)

"""What one request carries through every batch function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from domain import clock as clocks
from domain.errors import NotOffered, SignInRequired

if TYPE_CHECKING:
    from datetime import date

    from domain.accounts.ports import AccountPorts, Visitor
    from domain.clock import Clock
    from domain.effects import Effects
    from domain.models import Isn
    from domain.money import Locale
    from domain.ports import Call, Links, Outcome, Read, Reads
    from domain.viewer import Viewer
    from resolvers.disclosure import Disclosure
    from resolvers.loaders import Loaders

__all__ = ["Context"]

K = TypeVar("K")
V = TypeVar("V")


Asked = Callable[["Read[Any, Any]", Sequence[Any]], None]
"""Is told which keys a function asks a read for."""


@dataclass(frozen=True, slots=True)
class Context:
    """One request's viewer, time and ports. ``viewer`` is None when nobody is signed in.

    ``asked`` hears of what is asked, where the request wants to be explained. ``accounts`` and ``visitor`` are there
    where accounts are kept. With ``disclosure`` an employee is shown personal data, which it takes note of.
    ``effects`` is what clients have done here lately.
    """

    viewer: Viewer | None
    locale: Locale
    clock: Clock
    call: Call
    loaders: Loaders
    links: Links
    asked: Asked | None = None
    accounts: AccountPorts | None = None
    visit: Visitor | None = None
    disclosure: Disclosure | None = None
    effects: Read[Isn, Effects] | None = None

    @property
    def account_ports(self) -> AccountPorts:
        """What accounts stand on. Raises: ``NotOffered``."""
        if self.accounts is None:
            raise NotOffered
        return self.accounts

    @property
    def visitor(self) -> Visitor:
        """From where the request comes. Raises: ``NotOffered`` where accounts are not kept."""
        if self.visit is None:
            raise NotOffered
        return self.visit

    @property
    def reads(self) -> Reads:
        """Every read of the product, as wired."""
        return self.loaders.reads

    @property
    def today(self) -> date:
        """The insurance date of this request, in Moscow."""
        return clocks.today(self.clock)

    @property
    def opens_files(self) -> bool:
        """Whether files are for this viewer: for clients, who reach only their own; never for employees."""
        return self.viewer is not None and not self.viewer.is_employee

    def shows(self, owner: object) -> bool:
        """Whether what is personal in an object is shown whole: to clients, who reach only their own.

        To employees only with a disclosure; it notes the object.
        """
        if self.viewer is None:
            return False
        if not self.viewer.is_employee:
            return True
        if self.disclosure is None:
            return False
        self.disclosure.shown(owner)
        return True

    def signed_in(self) -> Viewer:
        """Return the viewer. Raises: ``SignInRequired``."""
        if self.viewer is None:
            raise SignInRequired
        return self.viewer

    async def one(self, read: Read[K, V], key: K) -> Outcome[V]:
        """Ask a read for one key, together with whatever else this request asks of it."""
        if self.asked is not None:
            self.asked(read, (key,))
        outcome = await self.loaders.of(read).one(key)
        if self.disclosure is not None:
            self.disclosure.came((key,), (outcome,))
        return outcome

    async def many(self, read: Read[K, V], keys: Iterable[K]) -> list[Outcome[V]]:
        """Ask a read for many keys; outcomes in their order."""
        if self.asked is not None:
            keys = list(keys)
            self.asked(read, keys)
        if self.disclosure is None:
            return await self.loaders.of(read).many(keys)
        keys = list(keys)
        outcomes = await self.loaders.of(read).many(keys)
        self.disclosure.came(keys, outcomes)
        return outcomes

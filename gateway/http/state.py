"""What lives from start to stop, and what a request makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, cast

from starlette.types import Scope

from domain.accounts.ports import AccountPorts
from domain.acquirer import Notices
from domain.audit import Audit
from domain.clock import Clock, Deadline
from domain.effects import Effects
from domain.models import Isn
from domain.money import Locale
from domain.ports import Call, Links, Read
from domain.viewer import Viewer
from gateway.http.cookies import Cookies
from gateway.http.explaining import Explaining
from gateway.http.timeout import allowed_s
from gateway.http.visitor import Visit
from gateway.store.store import PostgresStore
from gateway.wiring import Connected
from resolvers.context import Context
from resolvers.loaders import Loaders

__all__ = ["Contexts", "State", "connected", "notices", "store"]


class State(TypedDict):
    """The application's lifespan state."""

    connected: Connected
    store: PostgresStore | None
    accounts: AccountPorts | None
    audit: Audit | None
    notices: Notices | None
    effects: Read[Isn, Effects]


def connected(scope: Scope) -> Connected:
    """Return the legacy systems as they were connected at start."""
    return cast("State", scope["state"])["connected"]


def store(scope: Scope) -> PostgresStore | None:
    """Return the gateway's own database, if it has one."""
    return cast("State", scope["state"])["store"]


def notices(scope: Scope) -> Notices | None:
    """Return who is told of the acquirer's callbacks, if anybody is."""
    return cast("State", scope["state"])["notices"]


@dataclass(frozen=True, slots=True)
class Contexts:
    """Makes the context of each request. Units: ``deadline_s`` in seconds. ``hops``: proxies in front."""

    clock: Clock
    links: Links
    deadline_s: float
    cookies: Cookies
    hops: int = 0

    def call(self, deadline_s: float | None = None, *, viewer: Viewer | None = None) -> Call:
        """Return a call that must be over by the deadline; an employee's shares nothing with anybody's."""
        deadline = Deadline.after(self.clock, self.deadline_s if deadline_s is None else deadline_s)
        return Call(deadline, alone=viewer is not None and viewer.is_employee)

    def make(
        self, scope: Scope, viewer: Viewer | None, locale: Locale, *, explaining: Explaining | None = None
    ) -> Context:
        """Return the context of one request; to be called inside the loop that serves it.

        Raises: ``InvalidInput`` for a timeout that cannot be read.
        """
        call = self.call(allowed_s(scope, self.deadline_s), viewer=viewer)
        reads = connected(scope).reads
        accounts = scope["state"]["accounts"]
        visit = None if accounts is None else Visit(scope, self.cookies, self.hops, self.clock)
        traced, asked = (None, None) if explaining is None else (explaining.traced, explaining.asked)
        loaders = Loaders(reads, call, traced)
        effects = scope["state"]["effects"]
        return Context(viewer, locale, self.clock, call, loaders, self.links, asked, accounts, visit, effects=effects)

"""Requests of a viewer over fake ports."""

from __future__ import annotations

from typing import Final

from domain import models
from domain.accounts.ports import AccountPorts, Visitor
from domain.clock import Deadline
from domain.money import Locale
from domain.ports import Call
from domain.viewer import Viewer, ViewerKind
from resolvers.context import Context
from resolvers.disclosure import Disclosure
from resolvers.loaders import Loaders
from tests.fakes.clock import StillClock
from tests.fakes.files import FakeLinks
from tests.fakes.reads import FakeReads

__all__ = ["EMPLOYEE", "client", "request"]

EMPLOYEE: Final = Viewer(ViewerKind.EMPLOYEE, "employee-1", scopes=frozenset({"clients:find", "accounts:prepare"}))


def client(isn: int) -> Viewer:
    """Return a signed-in client."""
    return Viewer(ViewerKind.CLIENT, f"client-{isn}", models.Isn(isn))


def request(
    reads: FakeReads,
    viewer: Viewer | None,
    *,
    locale: Locale = Locale.RU,
    clock: StillClock | None = None,
    links: FakeLinks | None = None,
    accounts: AccountPorts | None = None,
    visit: Visitor | None = None,
    disclosure: Disclosure | None = None,
) -> Context:
    """Return the context of one new request: nothing is remembered from another."""
    time = clock or StillClock()
    call = Call(Deadline.after(time, 10))
    loaders = Loaders(reads.ports, call)
    return Context(
        viewer,
        locale,
        time,
        call,
        loaders,
        links or FakeLinks(),
        accounts=accounts,
        visit=visit,
        disclosure=disclosure,
    )

"""Requests of a viewer over fake ports."""

from __future__ import annotations

from typing import Final

from domain import models
from domain.clock import Deadline
from domain.money import Locale
from domain.ports import Call
from domain.viewer import Viewer, ViewerKind
from resolvers.context import Context
from resolvers.loaders import Loaders
from tests.fakes.clock import StillClock
from tests.fakes.files import FakeLinks
from tests.fakes.reads import FakeReads

__all__ = ["EMPLOYEE", "client", "request"]

EMPLOYEE: Final = Viewer(ViewerKind.EMPLOYEE, "employee-1")


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
) -> Context:
    """Return the context of one new request: nothing is remembered from another."""
    time = clock or StillClock()
    call = Call(Deadline.after(time, 10))
    return Context(viewer, locale, time, call, Loaders(reads.ports, call), links or FakeLinks())

"""Two clients and what they hold: the ground of the resolvers' tests."""

from __future__ import annotations

from typing import Final, TypeVar

from domain import models
from domain.errors import Source, SourceGarbled, SourceUnavailable
from domain.models import Isn
from resolvers.outcomes import readable
from resolvers.pages import Page
from tests.fakes import objects
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads

__all__ = ["CLIENT", "DOWN", "GARBLED", "STRANGER", "contract_of", "graph", "nodes"]

T = TypeVar("T")

CLIENT: Final = Isn(1)
"""Holds policies 100 (KASKO, with claims c1 and c2), 101 (OSAGO) and 200 (LIFE)."""

STRANGER: Final = Isn(2)
"""Holds policies 300 (KASKO, with claim c9) and 400 (LIFE)."""

DOWN: Final = {source: SourceUnavailable(source, "anything", "connection refused") for source in Source}
"""A failure of each system."""

GARBLED: Final = {source: SourceGarbled(source, "anything", "unknown code") for source in Source}
"""What stands in a list of each system for a row that could not be read."""


def graph() -> FakeReads:
    """Return the reads of a new world."""
    return FakeReads(
        **rows(
            clients=(objects.client(CLIENT), objects.client(STRANGER)),
            policies=(
                objects.policy(100),
                objects.policy(101, line=models.Line.OSAGO),
                objects.policy(200, line=models.Line.LIFE),
                objects.policy(300, holder_isn=STRANGER),
                objects.policy(400, holder_isn=STRANGER, line=models.Line.LIFE),
            ),
            claims=(objects.claim("c1"), objects.claim("c2"), objects.claim("c9", 300)),
            contracts=(objects.contract(200), contract_of(STRANGER, 400)),
        )
    )


def contract_of(holder: Isn, isn: int) -> models.LifeContract:
    """Return a life contract of a client."""
    return objects.contract(isn, holder_isn=holder)


def nodes(page: Page[T]) -> tuple[T, ...]:
    """Return the items of a page that could be read."""
    return readable(edge.node for edge in page.edges)

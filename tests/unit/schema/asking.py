"""Queries executed over fakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dev.queries import load
from domain.money import Locale
from domain.viewer import Viewer
from schema.root import build
from tests.fakes import objects
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads
from tests.fakes.requests import client, request
from tests.modes import Execution
from tests.unit.schema.account import CLIENT

__all__ = ["EXECUTION", "OPERATIONS", "SCHEMA", "asked", "hundred"]

SCHEMA: Final = build()
EXECUTION: Final = Execution(SCHEMA)
OPERATIONS: Final = load()


async def asked(
    query: str,
    reads: FakeReads,
    viewer: Viewer | None = None,
    *,
    locale: Locale = Locale.RU,
    **variables: Any,
) -> tuple[Any, Sequence[Any]]:
    """Execute as the client unless told; return data and errors."""
    context = request(reads, viewer or client(CLIENT), locale=locale)
    result = await EXECUTION.run(query, variables, context=context)
    return result.data, result.errors or ()


def hundred() -> FakeReads:
    """A client with a hundred policies and as many claims and life contracts."""
    nothing_of_any = {objects.number(isn): () for start in (1000, 5000) for isn in range(start, start + 100)}
    return FakeReads(
        **rows(
            clients=(objects.client(CLIENT),),
            policies=tuple(objects.policy(1000 + n) for n in range(100)),
            claims=tuple(objects.claim(f"c{n}", 1000 + n) for n in range(100)),
            contracts=tuple(objects.contract(5000 + n) for n in range(100)),
        ),
        instalments=nothing_of_any,
        documents=nothing_of_any,
        life_orders={objects.number(5000 + n): () for n in range(100)},
    )

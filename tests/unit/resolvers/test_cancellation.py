"""graphql-core 3.3 cancels the siblings of a failing non-null field; what they shared with others must live on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader

from resolvers.collector import ParentCollector
from resolvers.read_loader import ReadLoader


@dataclass
class Item:
    """One item of the list; the broken one fails a non-null field while its sibling waits."""

    broken: bool


async def double(keys: list[int]) -> list[int]:
    """Answer late, so that the failing field comes first."""
    for _ in range(10):
        await asyncio.sleep(0)
    return [key * 2 for key in keys]


def schema() -> strawberry.Schema:
    """Build a list whose items share one key and whose first item fails."""

    async def fails(root: Any) -> int:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if root.broken:
            raise ValueError("broken")
        return 1

    async def load_shared(info: strawberry.Info[Any]) -> int:
        return int(await info.context.load(1))

    @strawberry.type(name="Item")
    class ItemType:
        fragile: int = strawberry.field(resolver=fails)
        shared: int = strawberry.field(resolver=load_shared)

    @strawberry.type
    class Query:
        @strawberry.field(graphql_type=list[ItemType | None])
        def items(self) -> Sequence[Any]:
            return [Item(broken=True), Item(broken=False)]

    return strawberry.Schema(Query)


QUERY = "{ items { shared fragile } }"


@pytest.mark.parametrize("kind", [ReadLoader, ParentCollector])
async def test_an_item_that_fails_does_not_take_its_neighbours_shared_value(kind: Callable[[Any], Any]) -> None:
    loader = kind(double)

    result = await schema().execute(QUERY, context_value=SimpleNamespace(load=loader.one))

    assert result.data == {"items": [None, {"shared": 2, "fragile": 1}]}
    assert [error.message for error in result.errors or ()] == ["broken"]


async def test_the_fault_is_still_there_without_our_loader() -> None:
    """When this fails, the library has been mended and the shield can go."""

    class Published(DataLoader[int, int]):
        async def batch_load_fn(self, keys: list[int]) -> list[int]:
            return await double(keys)

    loader = Published()

    with pytest.raises(asyncio.CancelledError):
        await schema().execute(QUERY, context_value=SimpleNamespace(load=loader.load))

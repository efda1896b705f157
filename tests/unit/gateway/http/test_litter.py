"""A request leaves nothing behind that only the garbage collector could take away."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from domain.errors import Source, SourceTimeout
from domain.ports import Call
from tests.modes import COMPILED
from tests.unit.gateway.world import World

DEEP = """{ viewer { client { profile { number } policies { edges { node {
  number premium { formatted } documents { title } holder { profile { number } } claims { number }
} } } } } }"""
FAILING = "{ viewer { kind client { policies { totalCount edges { node { claims { number } } } } } } }"


async def broken(keys: Sequence[Any], _call: Call) -> Sequence[Any]:
    """A read of a system that is down."""
    return [SourceTimeout(Source.CLAIMS_CORE, "listClaims", "no whole answer in time") for _ in keys]


@pytest.mark.skipif(not COMPILED, reason="graphql-core's own executor forms cycles")
@pytest.mark.parametrize(
    "query", [DEEP, FAILING, "{ viewer { kind } }"], ids=["deep", "while a system is down", "shallow"]
)
async def test_no_request_forms_a_cycle(world: World, query: str) -> None:
    if query is FAILING:
        world.answer("claims_of_policy", broken)
    async with world.gateway() as client:
        for _ in range(3):
            reply = await client.post({"query": query}, authorization=world.bearer())
            assert ("errors" in reply.json) is (query is FAILING), reply.json
        await asyncio.sleep(0)
        gc.collect()
        gc.disable()
        try:
            for _ in range(10):
                await client.post({"query": query}, authorization=world.bearer())
            await asyncio.sleep(0)
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            left = Counter(type(each).__name__ for each in gc.garbage)
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
    assert not {"Run", "Loaders", "Context", "dict", "list"} & left.keys(), left

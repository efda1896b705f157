"""A request leaves nothing behind that only the garbage collector could take away."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

import pytest

from tests.modes import COMPILED
from tests.unit.gateway.world import World

DEEP = """{ viewer { client { profile { number } policies { edges { node {
  number premium { formatted } documents { title } holder { profile { number } } claims { number }
} } } } } }"""
FAILING = '{ viewer { kind } nodes(ids: ["x"]) { id } policy(number: "1") { number } }'


@pytest.mark.skipif(not COMPILED, reason="graphql-core's own executor forms cycles")
@pytest.mark.parametrize("query", [DEEP, FAILING, "{ viewer { kind } }"], ids=["deep", "with an error", "shallow"])
async def test_no_request_forms_a_cycle(world: World, query: str) -> None:
    async with world.gateway() as client:
        for _ in range(3):
            reply = await client.post({"query": query}, authorization=world.bearer())
            assert "data" in reply.json
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

"""An explained request is told which reads each stage asked, and what those came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.ports import Call
from tests.fakes import objects
from tests.modes import COMPILED
from tests.unit.gateway.world import EMPLOYEE, World

TWICE = "{ viewer { client { policies { edges { node { documents { title } again: documents { title } } } } } } }"


def stages(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Every stage by its path below the one that it follows."""
    return {each["path"]: each for each in found} | {
        path: each for one in found for path, each in stages(one["then"]).items()
    }


async def explained(world: World, query: str) -> dict[str, Any]:
    async with world.gateway() as client:
        asked = {"query": query, "extensions": {"explain": True}}
        reply = await client.post(asked, authorization=world.bearer())
    assert "errors" not in reply.json
    told: dict[str, Any] = reply.json["extensions"]["explain"]
    return told


async def test_a_stage_tells_its_reads_their_calls_and_what_the_cache_had(world: World) -> None:
    async def documents(keys: Sequence[Any], call: Call) -> Sequence[Any]:
        assert call.trace is not None
        call.trace.calls["GetDocumentList"] += 1
        call.trace.cache["fresh"] += len(keys)
        call.trace.callers = 3
        return [(objects.document(),) for _ in keys]

    world.answer("documents", documents)
    told = await explained(world, TWICE)
    assert told["compiled"] is COMPILED
    if COMPILED:
        found = stages(told["stages"])
        expected = [{"read": "documents", "keys": 1, "upstreamCalls": 1, "sharedBy": 3, "cache": {"fresh": 1}}]
        assert found["edges.node.documents"]["reads"] == expected
        assert found["client.policies"]["reads"] == [{"read": "policies_of_holder", "keys": 1, "upstreamCalls": 0}]
        assert "reads" not in found["viewer"]


async def test_nobody_is_traced_who_did_not_ask(world: World) -> None:
    traced: list[bool] = []

    async def documents(keys: Sequence[Any], call: Call) -> Sequence[Any]:
        traced.append(call.trace is not None)
        return [(objects.document(),) for _ in keys]

    world.answer("documents", documents)
    async with world.gateway() as client:
        reply = await client.post({"query": TWICE}, authorization=world.bearer())
        await client.post(
            {"query": '{ policy(number: "P100") { documents { title } } }'}, authorization=world.bearer(EMPLOYEE)
        )
    assert "extensions" not in reply.json
    assert traced
    assert not any(traced)

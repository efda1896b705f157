"""A client that goes away ends its own work and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from domain.ports import MISSING, Call
from gateway.http.connection import while_connected
from tests.unit.gateway.world import World

STATIONS = '{ repairStations(city: "Тверь") { name } }'


class Gone:
    """A connection that ends when told."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def receive(self) -> Message:
        await self.event.wait()
        return {"type": "http.disconnect"}


async def test_the_block_is_cancelled_when_the_client_goes() -> None:
    gone = Gone()

    async def work() -> None:
        with while_connected(gone.receive):
            gone.event.set()
            await asyncio.Event().wait()

    with pytest.raises(ClientDisconnect):
        await work()
    # The cancellation was the block's alone: this task goes on.
    await asyncio.sleep(0)


async def test_a_block_that_ends_first_is_left_alone() -> None:
    gone = Gone()
    with while_connected(gone.receive):
        await asyncio.sleep(0)
    gone.event.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_block_that_ends_in_the_same_turn_is_not_cancelled_later() -> None:
    gone = Gone()
    with while_connected(gone.receive):
        await asyncio.sleep(0)
        gone.event.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_somebody_elses_cancellation_goes_up() -> None:
    gone = Gone()

    async def work() -> None:
        with while_connected(gone.receive):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_both_at_once_count_as_the_cancellation() -> None:
    gone = Gone()

    async def work() -> None:
        with while_connected(gone.receive):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    gone.event.set()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_operation_ends_with_its_client_and_the_others_go_on(world: World) -> None:
    asked: list[int] = []
    answer = asyncio.Event()

    async def slow(keys: Sequence[Any], _call: Call) -> Sequence[Any]:
        asked.append(len(keys))
        await answer.wait()
        return [MISSING for _ in keys]

    world.answer("repair_stations", slow)
    async with world.gateway() as client:
        gone = asyncio.Event()
        headers = {"content_type": "application/json", "authorization": world.bearer()}
        body = b'{"query": "{ repairStations(city: \\"A\\") { name } }"}'
        leaving = asyncio.create_task(client.send("POST", "/graphql", [body], headers=headers, gone=gone))
        staying = asyncio.create_task(client.post({"query": STATIONS}, authorization=world.bearer()))
        while len(asked) < 2:
            await asyncio.sleep(0)
        gone.set()
        left = await leaving
        assert not staying.done()
        answer.set()
        stayed = await staying
    assert (left.status, left.body) == (0, b"")
    assert (stayed.status, stayed.json["data"]) == (200, {"repairStations": []})
    assert len(world.lines("client gone")) == 1
    assert sorted(line["status"] for line in world.lines("request")) == [0, 200]


async def test_a_client_that_leaves_before_its_body_is_whole_gets_nothing(world: World) -> None:
    async with world.gateway() as client:
        scope = client._scope("POST", "/graphql", "", [(b"content-type", b"application/json")])
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await client._app(scope, receive, send)
    assert sent == []

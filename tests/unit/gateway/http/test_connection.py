"""Who listens for the client's leave, from when, and until when."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from gateway.http.connection import UNWATCHED_S, while_connected
from tests.unit.gateway.sources.virtual_time import run

LONG_S = 10 * UNWATCHED_S


class Connection:
    """A client that leaves after some time, and what the server did to hear of it."""

    def __init__(self, leaves_after_s: float) -> None:
        self.leaves_after_s = leaves_after_s
        self.asked = 0
        self.listening = 0

    async def receive(self) -> Message:
        self.asked += 1
        self.listening += 1
        try:
            await asyncio.sleep(self.leaves_after_s)
        finally:
            self.listening -= 1
        return {"type": "http.disconnect"}


def test_work_that_ends_at_once_never_listens() -> None:
    client = Connection(leaves_after_s=0)

    async def scenario() -> None:
        with while_connected(client.receive):
            await asyncio.sleep(0.9 * UNWATCHED_S)
        await asyncio.sleep(LONG_S)
        assert client.asked == 0

    run(scenario())


def test_longer_work_listens_and_ends_with_its_client() -> None:
    client = Connection(leaves_after_s=UNWATCHED_S)

    async def scenario() -> None:
        with pytest.raises(ClientDisconnect), while_connected(client.receive):
            await asyncio.sleep(LONG_S)
        assert asyncio.get_running_loop().time() == pytest.approx(2 * UNWATCHED_S)
        # The cancellation was the block's alone: this task goes on.
        await asyncio.sleep(LONG_S)

    run(scenario())
    assert client.asked == 1


def test_a_client_that_left_early_is_missed_as_soon_as_somebody_listens() -> None:
    async def scenario() -> None:
        with pytest.raises(ClientDisconnect), while_connected(Connection(leaves_after_s=0).receive):
            await asyncio.sleep(LONG_S)
        assert asyncio.get_running_loop().time() == pytest.approx(UNWATCHED_S)

    run(scenario())


def test_nobody_listens_after_the_end() -> None:
    client = Connection(leaves_after_s=10 * LONG_S)

    async def scenario() -> None:
        with while_connected(client.receive):
            await asyncio.sleep(LONG_S)
            assert client.listening == 1
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert client.listening == 0

    run(scenario())


def test_nor_after_a_failure() -> None:
    client = Connection(leaves_after_s=0)

    async def scenario() -> None:
        with pytest.raises(ValueError, match="of its own"), while_connected(client.receive):
            raise ValueError("a failure of its own")
        await asyncio.sleep(LONG_S)

    run(scenario())
    assert client.asked == 0


def test_what_else_is_received_is_passed_over() -> None:
    messages: list[Message] = [{"type": "http.request"}, {"type": "http.request"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return messages.pop(0)

    async def scenario() -> None:
        with pytest.raises(ClientDisconnect), while_connected(receive):
            await asyncio.sleep(LONG_S)

    run(scenario())
    assert messages == []


@pytest.mark.parametrize("early", [True, False], ids=["before anybody listens", "while somebody listens"])
def test_somebody_elses_cancellation_goes_up(*, early: bool) -> None:
    client = Connection(leaves_after_s=10 * LONG_S)

    async def scenario() -> None:
        async def work() -> None:
            with while_connected(client.receive):
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await asyncio.sleep(UNWATCHED_S / 2 if early else 2 * UNWATCHED_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scenario())
    assert client.asked == (0 if early else 1)
    assert client.listening == 0


def test_both_at_once_count_as_the_cancellation() -> None:
    async def scenario() -> None:
        async def work() -> None:
            with while_connected(Connection(leaves_after_s=UNWATCHED_S).receive):
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await asyncio.sleep(2 * UNWATCHED_S)  # in the turn in which the client leaves
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scenario())

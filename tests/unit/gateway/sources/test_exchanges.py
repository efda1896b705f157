"""Servers that are lost while others' exchanges are on their way."""

import asyncio
import signal
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from redis import exceptions

from gateway.settings.sources import RedisMode, RedisSettings
from gateway.sources.clients import Client, connected
from gateway.sources.exchanges import Exchanges
from gateway.sources.store import StoreRefused, StoreUnreachable
from tests.unit.gateway.sources.servers import cluster

MANY = 20


@dataclass(eq=False, slots=True)
class Pool:
    """Counts how often it let its idle connections go."""

    let_go: int = 0

    async def disconnect(self, *, inuse_connections: bool) -> None:
        assert not inuse_connections
        self.let_go += 1


@dataclass(eq=False, slots=True)
class Lost:
    """A client that raises while it ``fails``, once all who ask have come; what is slow waits for the gate."""

    fails: Exception | None
    connection_pool: Pool = field(default_factory=Pool)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def execute_command(self, command: str) -> str:
        await (self.gate.wait() if command == "SLOW" else asyncio.sleep(0))
        if self.fails is not None:
            raise self.fails
        return "PONG"


async def many(exchanges: Exchanges, raised: type[Exception]) -> None:
    """Send many commands at once, all of which must fail in one way."""
    outcomes = await asyncio.gather(*(exchanges.send([("PING",)]) for _ in range(MANY)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [raised] * MANY


async def test_of_many_who_lose_a_server_one_sees_to_it() -> None:
    client = Lost(exceptions.ConnectionError("reset"))
    exchanges = Exchanges(cast("Client", client), 5, MANY)
    await many(exchanges, StoreUnreachable)
    assert client.connection_pool.let_go == 0
    client.fails = None
    for _ in range(3):
        assert await exchanges.send([("PING",)]) == ["PONG"]
    assert client.connection_pool.let_go == 1


async def test_who_was_under_way_while_others_found_out_tells_nothing_new() -> None:
    client = Lost(exceptions.ConnectionError("reset"))
    exchanges = Exchanges(cast("Client", client), 5, 2 * MANY)
    late = [asyncio.create_task(exchanges.send([("SLOW",)])) for _ in range(3)]
    await many(exchanges, StoreUnreachable)
    client.fails = None
    await exchanges.send([("PING",)])
    client.fails = exceptions.ConnectionError("reset")
    client.gate.set()
    await asyncio.wait(late)
    client.fails = None
    await exchanges.send([("PING",)])
    assert [type(each.exception()) for each in late] == [StoreUnreachable] * 3
    assert client.connection_pool.let_go == 1


async def test_a_full_pool_is_no_lost_server_and_cheap_to_ask_again() -> None:
    client = Lost(exceptions.MaxConnectionsError("Too many connections"))
    exchanges = Exchanges(cast("Client", client), 5, MANY)
    await many(exchanges, StoreRefused)
    client.fails = None
    assert await exchanges.send([("PING",)]) == ["PONG"]
    assert client.connection_pool.let_go == 0


@pytest.mark.parametrize("odd", [LookupError("slot 7"), TypeError("bytes"), asyncio.CancelledError()])
async def test_whatever_the_client_raises_is_no_answer(odd: BaseException) -> None:
    client = Lost(cast("Exception", odd))
    await many(Exchanges(cast("Client", client), 5, MANY), StoreUnreachable)


async def test_a_lost_node_of_a_cluster_takes_no_exchange_with_another_along(monkeypatch: pytest.MonkeyPatch) -> None:
    async with cluster() as nodes:
        settings = RedisSettings(
            mode=RedisMode.CLUSTER,
            url=f"redis://127.0.0.1:{nodes[1].port}",
            nodes=(f"127.0.0.1:{nodes[2].port}",),
            timeout_s=5,
        )
        async with connected(settings) as (client, _):
            exchanges = Exchanges(client, 20, 2 * MANY)
            owner = {key: await slot_owner(client, key) for key in map(str, range(MANY))}
            lost = [key for key, port in owner.items() if port == nodes[0].port]
            other = next(key for key, port in owner.items() if port == nodes[1].port)
            waiting = [asyncio.create_task(exchanges.send([("BLPOP", other, 0)])) for _ in range(3)]
            await nodes[1].until("blocked_clients:3", "INFO", "clients")
            nodes[0].child.signal(signal.SIGKILL)
            nodes[0].child.process.wait()
            found_out: list[int] = []
            manager: Any = type(client.nodes_manager)  # type: ignore[union-attr]
            initialize = manager.initialize

            async def counted(*args: Any, **kwargs: Any) -> None:
                found_out.append(1)
                await initialize(*args, **kwargs)

            monkeypatch.setattr(manager, "initialize", counted)
            failed = await asyncio.gather(*(exchanges.send([("GET", key)]) for key in lost * 3), return_exceptions=True)
            assert {type(each) for each in failed} == {StoreUnreachable}
            for _ in range(3):
                assert await exchanges.send([("GET", f"not{{{other}}}")]) == [None]
            assert len(found_out) == 1
            assert not any(each.done() for each in waiting)
            await exchanges.send([("RPUSH", other, *range(3))])
            assert sorted(value for ((_, value),) in await asyncio.gather(*waiting)) == [b"0", b"1", b"2"]


async def slot_owner(client: Client, key: str) -> int:
    """Return the port of the node that a key lies on."""
    await client.execute_command("GET", key)
    return int(client.get_node_from_key(key).port)  # type: ignore[union-attr]

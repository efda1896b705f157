"""What a request leaves behind in the gateway and at the systems: nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

import aiohttp
import redis

from gateway.sources.cached import Cached
from gateway.sources.coalesced import Coalesced
from gateway.sources.parts import Parts
from gateway.sources.resilient import Resilient
from gateway.wiring import Connected
from tests.faults.matrix.house import Estate

__all__ = ["leftovers", "tasks"]

SERVERS: Final = ("aiohttp/web_protocol.py",)
"""A simulator keeps a task for each connection that is open, and connections are kept on purpose."""


def tasks() -> set[asyncio.Task[Any]]:
    """Return every task but the current one and those of connections to the simulators."""
    return {
        task for task in asyncio.all_tasks() if task is not asyncio.current_task() and not place(task).endswith(SERVERS)
    }


def place(task: asyncio.Task[Any]) -> str:
    """Return the file of a task's coroutine."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code.co_filename if code else ""


def leftovers(connected: Connected, estate: Estate, idle: set[asyncio.Task[Any]]) -> Counter[str]:
    """Count what is still under way, by what it is; ``idle`` are the tasks of a gateway that nobody asks."""
    found = Counter(f"task {task.get_coro()}" for task in tasks() - idle)
    with suppress(redis.RedisError):  # what is away holds nothing
        found["leases"] = sum(1 for _ in estate.redis.scan_iter("*:lease"))
    for source, handle in estate.handles.items():
        found[f"{source} calls being served"] = sum(each.running for each in handle.calls._operations.values())
    for source, guard in connected.guards.items():
        for lane, used in guard.snapshot()["lanes"].items():
            found[f"{source} {lane} turns"] = used["underWay"] + used["waiting"]
    for field in fields(connected.reads):
        for layer in layers(getattr(connected.reads, field.name)):
            found += Counter({f"{field.name} {what}": count for what, count in under_way(layer).items()})
    return +found


def layers(read: Any) -> Iterator[Any]:
    """Take a read apart, the outermost layer first; the last is the adapter."""
    match read:
        case Coalesced() | Resilient():
            yield read
            yield from layers(read.read)
        case Cached():
            yield read
            yield from layers(read.parts.computing.read)
        case _:
            yield read.__self__


def under_way(layer: Any) -> dict[str, int]:
    """Count what one layer of a read holds. The reads of a system share its adapter, which counts for each of them."""
    match layer:
        case Coalesced():
            return {"keys": len(layer._batches), "batches": len(layer._launched | set(layer._holding))}
        case Cached():
            return cached(layer.parts)
        case Resilient():
            return {}
        case _:
            transport = layer._transport
            return {"connections": acquired(transport._calls) + acquired(transport._downloads)}


def cached(parts: Parts[Any, Any]) -> dict[str, int]:
    """Count what a cached read, and the store that it shares with others, have under way."""
    exchanges = parts.store.shared.exchanges  # type: ignore[attr-defined]  # behind the port, as wired
    free = exchanges._gate._value + exchanges._express._value
    return {
        "computations": len(parts.computing._running) + len(parts.computing._tasks),
        "revalidations": len(parts.revalidating._seen_to) + len(parts.revalidating._tasks),
        "waiting": len(parts.announcements.expected),
        "exchanges": 2 * exchanges.max_connections - free,
    }


def acquired(pool: aiohttp.ClientSession) -> int:
    """Count the connections of a pool that are in use."""
    assert pool.connector is not None
    return len(pool.connector._acquired)

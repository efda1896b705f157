"""Clients of Redis, or Valkey, however its servers stand together."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

from redis.asyncio import Redis, Sentinel
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import ConnectionPool, SSLConnection, UnixDomainSocketConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gateway.settings.sources import RedisMode, RedisSettings

__all__ = ["Client", "Listen", "connected"]

Client: TypeAlias = Redis | RedisCluster

Listen: TypeAlias = Callable[[], PubSub]
"""Opens a connection of its own that is published to."""

PATIENCE = 4
"""The client's own time-outs only back up those around it: one that fires in the middle costs a connection."""


@asynccontextmanager
async def connected(settings: RedisSettings) -> AsyncIterator[tuple[Client, Listen]]:
    """Give a client, and what opens listening connections; close the client's own at the end.

    Nothing is asked yet: the servers may come up later.
    """
    async with BUILDERS[settings.mode](settings) as (client, listen):
        try:
            yield client, listen
        finally:
            await client.aclose()


@asynccontextmanager
async def single(settings: RedisSettings) -> AsyncIterator[tuple[Client, Listen]]:
    """One server, by address or by unix socket."""
    if settings.unix_socket_path:
        place: dict[str, Any] = {
            "connection_class": UnixDomainSocketConnection,
            "path": settings.unix_socket_path,
        }
    else:
        place = address(settings)
        if settings.is_encrypted:
            place["connection_class"] = SSLConnection

    def client(**changed: Any) -> Redis:
        return Redis.from_pool(ConnectionPool(**{**place, **options(settings), **tls(settings), **changed}))

    yield client(), lambda: client(**LISTENING).pubsub()


@asynccontextmanager
async def sentinel(settings: RedisSettings) -> AsyncIterator[tuple[Client, Listen]]:
    """The primary that the sentinels name; after a failover the new one."""
    encrypted = {"ssl": True, **tls(settings)} if settings.is_encrypted else {}
    own = {**options(settings), **encrypted, "username": None, "password": settings.sentinel_password}
    sentinels = Sentinel(  # type: ignore[no-untyped-call]
        [host_and_port(each) for each in settings.nodes],
        sentinel_kwargs=own,
        db=address(settings).get("db", 0),
        **options(settings),
        **encrypted,
    )

    def client(**changed: Any) -> Redis:
        primary: Redis = sentinels.master_for(settings.service, **changed)
        return primary

    try:
        yield client(), lambda: client(**LISTENING).pubsub()
    finally:
        for each in sentinels.sentinels:
            await each.aclose()


@asynccontextmanager
async def cluster(settings: RedisSettings) -> AsyncIterator[tuple[Client, Listen]]:
    """A cluster; what one node publishes every node passes on, so any of them is listened to."""
    place = address(settings)
    nodes = [(place["host"], place["port"]), *map(host_and_port, settings.nodes)]
    encrypted = {"ssl": True, **tls(settings)} if settings.is_encrypted else {}
    client = RedisCluster(
        startup_nodes=[ClusterNode(host, port) for host, port in nodes],
        # Finding out who is who must get past a node or two that are down within one exchange.
        **{**options(settings), **encrypted, "socket_connect_timeout": settings.timeout_s / PATIENCE},
    )

    def listen() -> PubSub:
        known = [(node.host, node.port) for node in client.get_nodes()] or nodes
        host, port = random.choice(known)  # noqa: S311 - spreads load, hides nothing
        return Redis(host=host, port=port, **{**options(settings), **encrypted, **LISTENING}).pubsub()

    yield client, listen


BUILDERS: dict[RedisMode, Callable[[RedisSettings], AbstractAsyncContextManager[tuple[Client, Listen]]]] = {
    RedisMode.SINGLE: single,
    RedisMode.SENTINEL: sentinel,
    RedisMode.CLUSTER: cluster,
}

LISTENING: dict[str, Any] = {"socket_timeout": None, "max_connections": 1}


def options(settings: RedisSettings) -> dict[str, Any]:
    """What holds for every connection; nothing is retried here, since the caller can do without an answer."""
    return {
        "username": settings.username,
        "password": settings.password,
        "socket_timeout": settings.timeout_s * PATIENCE,
        "socket_connect_timeout": settings.timeout_s,
        "max_connections": settings.max_connections * PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }


def tls(settings: RedisSettings) -> dict[str, Any]:
    """Return what TLS needs; the server's name is checked, always."""
    if not settings.is_encrypted:
        return {}
    files = {
        "ssl_ca_certs": settings.tls_ca,
        "ssl_certfile": settings.tls_certificate,
        "ssl_keyfile": settings.tls_private,
    }
    given = {name: str(path) for name, path in files.items() if path is not None}
    return {"ssl_cert_reqs": "required", "ssl_check_hostname": True, **given}


def address(settings: RedisSettings) -> dict[str, Any]:
    """Return host, port and database of the address."""
    parsed = parse_url(settings.url)
    return {"host": "127.0.0.1", "port": 6379, **{key: parsed[key] for key in ("host", "port", "db") if key in parsed}}


def host_and_port(node: str) -> tuple[str, int]:
    """Split HOST:PORT; an IPv6 address stands in brackets."""
    host, _, port = node.rpartition(":")
    return host.strip("[]"), int(port)

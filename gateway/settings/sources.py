"""Settings of the store behind cached reads, and of what is kept in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from gateway.settings.declaring import Between, Secret
from gateway.settings.markets import MarketSettings

__all__ = ["CacheSettings", "RedisMode", "RedisSettings", "WarmUpSettings"]


class RedisMode(StrEnum):
    """How the servers stand together."""

    SINGLE = "single"
    CLUSTER = "cluster"
    SENTINEL = "sentinel"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisSettings:
    """Where Redis (7 or later) or Valkey is, and how little time it may cost.

    ``timeout_s`` is for a server that hangs, not a measure of how fast it is: a busy process needs some of it itself.
    """

    mode: Annotated[RedisMode, "single, cluster, or sentinel for a primary found through sentinels"] = RedisMode.SINGLE
    url: Annotated[str, "Address, without the password; rediss:// for TLS; also gives the database number"] = (
        "redis://127.0.0.1:6379/0"
    )
    nodes: Annotated[
        tuple[str, ...], "HOST:PORT of the sentinels, or of some nodes of the cluster besides that of the address"
    ] = ()
    service: Annotated[str, "Name under which the sentinels know the primary"] = "mymaster"
    unix_socket_path: Annotated[str, "Path of its unix socket; used instead of the address when set"] = ""
    username: Annotated[str | None, "User, if it knows users"] = None
    password: Annotated[Secret | None, "Password, if it wants one"] = None
    sentinel_password: Annotated[Secret | None, "Password of the sentinels, if they want one"] = None
    tls_ca: Annotated[Path | None, "File with the authorities trusted for TLS; the system's own when not set"] = None
    tls_certificate: Annotated[Path | None, "File with the gateway's certificate, if the server wants one"] = None
    tls_private: Annotated[Path | None, "File with the private half of that certificate"] = None
    timeout_s: Annotated[float, "Longest exchange, in seconds", Between(0.001, 5)] = 0.5
    pause_s: Annotated[float, "Seconds it is left alone after it did not answer", Between(0.001, 60)] = 1.0
    max_connections: Annotated[int, "Connections of one process, to each node", Between(1, 1000)] = 16

    def __post_init__(self) -> None:
        if not self.url.startswith(("redis://", "rediss://")):
            raise ValueError("url: must start with redis:// or rediss://")
        if self.mode is not RedisMode.SINGLE and self.unix_socket_path:
            raise ValueError("unix_socket_path: only for a single server")
        if self.mode is RedisMode.SENTINEL and not self.nodes:
            raise ValueError("nodes: the sentinels' addresses are wanted")
        if any(not port.isdecimal() or not host for host, _, port in (each.rpartition(":") for each in self.nodes)):
            raise ValueError("nodes: each must be HOST:PORT")

    @property
    def is_encrypted(self) -> bool:
        """Whether connections are made by TLS."""
        return self.url.startswith("rediss://")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpSettings:
    """Computing valuations in the morning for those who come back every morning."""

    until_hour: Annotated[int, "Hour of the day, Moscow time, at which the morning ends", Between(1, 24)] = 12
    mornings: Annotated[int, "Mornings looked back", Between(1, 30)] = 7
    visits: Annotated[int, "Of those, mornings on which a contract must have been looked at", Between(1, 30)] = 2
    jobs: Annotated[
        int, "Jobs that it keeps running; less than the adapter's own limit, unless that is 1", Between(1, 100)
    ] = 1
    batch: Annotated[int, "Contracts of one job; no more than the adapter's own limit", Between(1, 25)] = 25
    pause_s: Annotated[float, "Seconds between the end of a job and the next", Between(0, 600)] = 0.5
    job_s: Annotated[float, "Seconds that one job may take", Between(1, 600)] = 60.0
    most: Annotated[int, "Contracts computed at most", Between(1, 10_000_000)] = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """How long answers are kept, and how their computation is shared by all processes.

    A valuation is fresh by the market sessions; then for ``revalidate_s`` it is shown as stale while a new one is
    computed; after that it is shown only when no new one can be had.

    A contract that does not exist is remembered too: shortly, since one just concluded should show, but not for no
    time at all, since asking the life system about it costs as much as about one that does exist.

    A renewal offer is kept for ``renewals_s`` and never shown after that, nor on another day.
    """

    secret: Annotated[Secret, "Key of the cache keys' digest, at least 32 characters, the same for all replicas"]
    prefix: Annotated[str, "First part of every cache key"] = "gateway"
    revalidate_s: Annotated[
        float,
        "Seconds after being fresh that a valuation is shown at once while a new one is computed",
        Between(0, 1e7),
    ] = 43_200.0
    keep_s: Annotated[float, "Seconds a valuation is kept to be shown when the engine fails", Between(60, 1e7)] = (
        604_800.0
    )
    missing_s: Annotated[float, "Seconds a missing contract is remembered; 0 for never", Between(0, 3600)] = 60.0
    retry_s: Annotated[
        float, "Seconds after a failed computation that those who have an old valuation are content", Between(0.1, 3600)
    ] = 15.0
    lease_s: Annotated[
        float, "Seconds after which a computation whose process died is taken over", Between(0.05, 60)
    ] = 3.0
    renewals_s: Annotated[
        float,
        "Seconds that a renewal offer is shown before the core is asked again; 0 asks each time",
        Between(0, 3600),
    ] = 300.0
    local_entries: Annotated[
        int, "Contracts and policies whose answers one process holds itself", Between(1, 1_000_000)
    ] = 2000
    alone_computations: Annotated[
        int, "Computations of valuations that one process runs at once while Redis is away", Between(1, 100)
    ] = 2
    markets: MarketSettings = field(default_factory=MarketSettings)
    warm_up: WarmUpSettings = field(default_factory=WarmUpSettings)

    def __post_init__(self) -> None:
        if not self.secret.is_long_enough:
            raise ValueError("the cache secret must have at least 32 characters")

"""Settings of the store behind cached reads, and of what is kept in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gateway.settings.declaring import Between, Secret

__all__ = ["CacheSettings", "RedisSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisSettings:
    """Where Redis (or Valkey) is, and how little time it may cost."""

    url: Annotated[str, "Address of Redis or Valkey, without the password"] = "redis://127.0.0.1:6379/0"
    unix_socket_path: Annotated[str, "Path of its unix socket; used instead of the address when set"] = ""
    password: Annotated[Secret | None, "Password, if it wants one"] = None
    timeout_s: Annotated[float, "Longest exchange, in seconds", Between(0.001, 5)] = 0.1
    pause_s: Annotated[float, "Seconds it is left alone after it did not answer", Between(0.001, 60)] = 1.0
    max_connections: Annotated[int, "Connections of one process", Between(1, 1000)] = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """How long answers are kept.

    A contract that does not exist is remembered too: shortly, since one just concluded should show, but not for no
    time at all, since asking the life system about it costs as much as about one that does exist.
    """

    secret: Annotated[Secret, "Key of the cache keys' digest, at least 32 characters, the same for all replicas"]
    prefix: Annotated[str, "First part of every cache key"] = "gateway"
    valuations_s: Annotated[float, "Seconds a valuation is kept", Between(1, 86_400)] = 900.0
    missing_s: Annotated[float, "Seconds a missing contract is remembered; 0 for never", Between(0, 3600)] = 60.0

    def __post_init__(self) -> None:
        if not self.secret.is_long_enough:
            raise ValueError("the cache secret must have at least 32 characters")

"""A Redis that can be killed, hung, filled and replaced while gateways use it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dev import valkey
from dev.processes import Child, stop_all

__all__ = ["RedisServer"]

STOPS_WITHIN_S: Final = 2.0
PATIENCE_S: Final = 0.2
PATIENT_S: Final = 60.0
"""For a server that is there, on a machine that may be busy."""

BESIDES: Final = (":lease", ":rest", ":cut")
"""Ends of names of what stands beside an entry."""


@dataclass(slots=True)
class RedisServer:
    """One server process at a time, always at the same address."""

    folder: Path
    path: Path
    child: Child

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[RedisServer]:
        """Run a server, whichever one it is by the end of the block."""
        child, path = valkey.start(folder)
        server = cls(folder, path, child)
        try:
            valkey.await_ready(child, path)
            yield server
        finally:
            server.wake()
            stop_all([server.child], STOPS_WITHIN_S)

    def client(self, patience_s: float = PATIENCE_S) -> redis.Redis:
        """Return a client of the test's own; with little patience, since the server may hang."""
        return redis.Redis(
            unix_socket_path=str(self.path),
            socket_timeout=patience_s,
            socket_connect_timeout=patience_s,
            retry=Retry(NoBackoff(), 0),
        )

    def kill(self) -> None:
        """End it without a word to anybody."""
        self.child.process.kill()
        self.child.process.wait()

    def start(self) -> None:
        """Put an empty one in its place."""
        self.child, _ = valkey.start(self.folder)
        valkey.await_ready(self.child, self.path)

    def hang(self) -> None:
        """Let it take connections and commands, and answer none."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def fill(self) -> None:
        """Let it forget everything, and refuse whatever takes memory."""
        with self.client(PATIENT_S) as client:
            client.flushall()
            client.config_set("maxmemory", 1)

    def make_room(self) -> None:
        """Let it take things again."""
        with self.client(PATIENT_S) as client:
            client.config_set("maxmemory", 0)

    def fail_over(self) -> None:
        """Replace it by one that has not heard of anything."""
        self.kill()
        self.start()

    def values(self) -> int:
        """Count the valuations that it keeps."""
        with self.client(PATIENT_S) as client:
            names = [name.decode() for name in client.scan_iter("*:life_valuations:*")]
        return sum(not name.endswith(BESIDES) for name in names)

    def _signal(self, number: signal.Signals) -> None:
        if self.child.is_running:
            os.kill(self.child.process.pid, number)

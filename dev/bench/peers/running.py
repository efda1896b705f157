"""Servers under measurement: each a process on a core of its own, its processor time read from the system's account."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import psutil

from dev.demo.stack import free_port
from dev.processes import Child, stop_all

__all__ = ["Command", "Server", "hold", "keep_off_servers_core", "pinned", "serving"]

READY_WITHIN_S: Final = 60.0
STOPS_WITHIN_S: Final = 4.0
CORES: Final = sorted(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else []

Command: TypeAlias = Callable[[int], Sequence[str]]
"""Port -> what starts a server on it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    name: str
    url: str
    child: Child

    @property
    def endpoint(self) -> str:
        """Where GraphQL is served."""
        return f"{self.url}/graphql"

    def cpu_s(self) -> float:
        """Return the processor time it has used, in user mode and in the kernel, all threads."""
        times = psutil.Process(self.child.process.pid).cpu_times()
        return times.user + times.system


def hold(child: Child) -> None:
    """Hold a process that has just started to the servers' core; threads that it starts later stay there too."""
    if len(CORES) >= 2:
        psutil.Process(child.process.pid).cpu_affinity(CORES[:1])


def pinned(command: Sequence[str]) -> list[str]:
    """Hold a command to the servers' core, where the system can."""
    if len(CORES) < 2 or shutil.which("taskset") is None:
        return list(command)
    return ["taskset", "-c", str(CORES[0]), *command]


def keep_off_servers_core() -> None:
    """Keep this process, and whatever it starts unpinned, off the servers' core."""
    if len(CORES) >= 2 and shutil.which("taskset") is not None:
        os.sched_setaffinity(0, CORES[1:])


@contextmanager
def serving(
    name: str,
    command: Command,
    folder: Path,
    tick: Callable[[], object],
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a server for the time of the block; ``command`` is told the port. Raises: ``ChildFailed``."""
    port = free_port()
    child = Child.start(name, pinned(command(port)), folder / f"{port}.log", env)
    try:
        child.await_sign(lambda: listens(port) or None, READY_WITHIN_S, tick)
        yield Server(name, f"http://127.0.0.1:{port}", child)
    finally:
        stop_all([child], STOPS_WITHIN_S)


def listens(port: int) -> bool:
    """Return whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

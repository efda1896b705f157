"""Between the gateway and Redis, where time is virtual: an exchange with the other process takes none."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, cast

import hiredis

__all__ = ["relayed"]

PATIENCE_S: Final = 60.0
PIECE_BYTES: Final = 64 * 1024
PER_CHANNEL: Final = {b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE", b"UNSUBSCRIBE", b"PUNSUBSCRIBE", b"SUNSUBSCRIBE"}
MESSAGES: Final = {b"message", b"pmessage", b"smessage", b"invalidate"}


class Relay(asyncio.Protocol):
    """One connection. It blocks the loop until every command it passes on is answered."""

    def __init__(self, path: Path) -> None:
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.settimeout(PATIENCE_S)
        self._server.connect(str(path))
        self._commands = hiredis.Reader()
        self._answers = hiredis.Reader()
        self._awaited = 0
        self._client: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Listen to what the server says of its own accord, too."""
        self._client = cast("asyncio.Transport", transport)
        asyncio.get_running_loop().add_reader(self._server, self._pass_back)

    def data_received(self, data: bytes) -> None:
        """Pass commands on, and their answers back."""
        self._server.sendall(data)
        self._commands.feed(data)
        while (command := self._commands.gets()) is not False:
            self._awaited += replies(command)
        while self._awaited > 0 and self._client is not None:
            self._pass_back()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the server."""
        self._client = None
        asyncio.get_running_loop().remove_reader(self._server)
        self._server.close()

    def _pass_back(self) -> None:
        data = self._server.recv(PIECE_BYTES)
        assert self._client is not None
        if not data:
            self._client.close()
            self._client = None
            return
        self._client.write(data)
        self._answers.feed(data)
        while (answer := self._answers.gets()) is not False:
            self._awaited -= not is_message(answer)


def replies(command: list[bytes]) -> int:
    """Count what the server answers to a command."""
    return max(1, len(command) - 1) if command[0].upper() in PER_CHANNEL else 1


def is_message(answer: Any) -> bool:
    """Tell a message to subscribers from an answer."""
    return isinstance(answer, list) and bool(answer) and answer[0] in MESSAGES


@asynccontextmanager
async def relayed(path: Path, own: Path) -> AsyncIterator[None]:
    """Serve Redis on a socket of one's own."""
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(lambda: Relay(path), str(own))
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()

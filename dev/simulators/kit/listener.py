"""A listening socket that can stop listening and come back on the same port."""

import asyncio
import socket
from typing import Protocol

from aiohttp import web

HOST = "127.0.0.1"
_BACKLOG = 1024


class Listening(Protocol):
    """Whatever takes connections and can be told not to."""

    async def listen(self) -> None:
        """Accept connections; nothing happens when it does already."""
        ...

    def refuse(self) -> None:
        """Refuse new connections and drop the open ones."""
        ...


class Listener:
    """Serves an application on a loopback port.

    While refusing, a bound socket that does not listen keeps the port, so that nobody else can take it.
    """

    def __init__(self, app: web.Application, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._socket = bound(port)
        self._server: asyncio.Server | None = None
        self.port: int = self._socket.getsockname()[1]

    @property
    def url(self) -> str:
        """Address without a trailing slash."""
        return f"http://{HOST}:{self.port}"

    @property
    def refusing(self) -> bool:
        """Whether connections are refused now."""
        return self._server is None

    async def open(self) -> None:
        """Start to listen."""
        await self._runner.setup()
        await self.listen()

    async def listen(self) -> None:
        """Accept connections; nothing happens when it does already."""
        if self._server is None:
            server = self._runner.server
            assert server is not None
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(server, sock=self._socket, backlog=_BACKLOG, start_serving=False)
            await self._server.start_serving()

    def refuse(self) -> None:
        """Refuse new connections and drop the open ones."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._socket = bound(self.port)
        assert self._runner.server is not None
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Stop listening and drop the open connections."""
        self.refuse()
        self._socket.close()
        await self._runner.cleanup()


def bound(port: int) -> socket.socket:
    """A loopback socket on the port (0: a free one) that does not listen yet."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, port))
    return sock

"""The mail server's listening socket, which can be told to refuse as the main one."""

import asyncio
import ssl

from dev.simulators.kit.listener import bound
from dev.simulators.messages.mail_server import MailServer


class MailListener:
    """Listens on loopback; while refusing it keeps the port."""

    def __init__(self, server: MailServer, port: int) -> None:
        self._mail = server
        self._socket = bound(port)
        self._server: asyncio.Server | None = None
        self.port: int = self._socket.getsockname()[1]

    async def listen(self) -> None:
        """Accept connections; nothing happens when it does already."""
        if self._server is None:
            made = asyncio.get_running_loop().create_server(
                self._mail.connection, sock=self._socket, ssl=self._context(), start_serving=False
            )
            self._server = await made
            await self._server.start_serving()

    def refuse(self) -> None:
        """Refuse new connections and drop the open ones."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._socket = bound(self.port)
        self._mail.drop_all()

    def close(self) -> None:
        """Stop listening and drop the open connections."""
        self.refuse()
        self._socket.close()

    def _context(self) -> ssl.SSLContext | None:
        encryption = self._mail.encryption
        return encryption.context if encryption and not encryption.starttls else None

"""What the claims core is besides its reads and commands."""

from __future__ import annotations

from adapters.claims_core.client import Client
from adapters.claims_core.settings import Settings
from adapters.transport import Transport
from domain.ports import Call

__all__ = ["System"]


class System:
    """The claims core as a whole: opened, closed, alive or not."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._client = Client(settings, transport)

    async def start(self) -> None:
        """Open the connection pool; nothing is asked yet."""
        await self._transport.start()

    async def close(self) -> None:
        """Let every connection go."""
        await self._client.close()
        await self._transport.close()

    async def ping(self, call: Call) -> None:
        """Make sure that the system answers. Raises: ``SourceError``."""
        await self._client.ping(call)

"""The one connection by which a process is told what others computed and invalidated."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from gateway.observability.logs import logger
from gateway.sources.announcements import Announcements, Told
from gateway.sources.clients import Listen
from gateway.sources.local import LocalStore
from gateway.sources.redis import Channels, split

__all__ = ["Subscriber"]

IDLE_S: Final = 5.0
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 5.0


@dataclass(eq=False, slots=True)
class Subscriber:
    """Listens for as long as the process lives, connecting again whenever the connection is lost.

    What was told meanwhile is lost: so copies are doubted, and who waits looks again once it is back.
    """

    listen: Listen
    channels: Channels
    announcements: Announcements
    local: LocalStore
    holder: str
    timeout_s: float
    idle_s: float = IDLE_S
    listening: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self) -> None:
        """Listen until cancelled."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await self._connection()
            except Exception as lost:  # noqa: BLE001 - whatever it is, this process must hear again
                if self.listening.is_set():
                    pause_s = FIRST_PAUSE_S
                if self.listening.is_set() or not isinstance(lost, RedisError | OSError):
                    logger().warning("cache deaf", detail=type(lost).__name__)
            finally:
                if self.listening.is_set():
                    self.listening.clear()
                    self.local.doubt()
            await asyncio.sleep(pause_s * random.uniform(0.5, 1))  # noqa: S311 - spreads processes out, hides nothing
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _connection(self) -> None:
        """Listen on one connection for as long as it lasts."""
        pubsub = self.listen()
        try:
            async with asyncio.timeout(self.timeout_s):
                await pubsub.subscribe(self.channels.told, self.channels.cut)
                await self._confirmed(pubsub)
            # Copies taken since the connection was lost may have been invalidated unheard.
            self.local.doubt()
            self.listening.set()
            self.announcements.look_again()
            await self._hear_all(pubsub)
        finally:
            with suppress(Exception):
                await pubsub.aclose()  # type: ignore[no-untyped-call]
                await pubsub.connection_pool.disconnect()

    async def _confirmed(self, pubsub: PubSub) -> None:
        """Wait for the server's word that both channels are heard."""
        heard: set[bytes] = set()
        while len(heard) < 2:
            message = await pubsub.get_message(timeout=None)
            if message is not None and message["type"] == "subscribe":
                heard.add(message["channel"])

    async def _hear_all(self, pubsub: PubSub) -> None:
        """Pass on message after message; a server that says nothing is asked whether it is there."""
        asked = False
        while True:
            message = await pubsub.get_message(timeout=self.timeout_s if asked else self.idle_s)
            if message is not None:
                asked = False
                if message["type"] == "message":
                    self._hear(message["channel"].decode(), message["data"])
            elif asked:
                raise TimeoutError
            else:
                asked = True
                await pubsub.ping()

    def _hear(self, channel: str, data: bytes) -> None:
        about, _, rest = data.partition(b"\n")
        name = about.decode(errors="replace")
        if channel == self.channels.cut:
            if rest.isdigit():
                self.local.invalidate(name, int(rest))
        elif (told := split(rest)) is not None and told.data[: len(self.holder)] != self.holder.encode():
            # What this process computed it has told itself.
            self.announcements.tell(name, Told(told.fence, told.data[len(self.holder) :]))

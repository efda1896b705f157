"""Work that ends when the client is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Receive

__all__ = ["while_connected"]

UNWATCHED_S: Final = 0.005
"""How long work runs before somebody listens for the client: most that needs no system is over by then."""


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancel the block, and nothing else, when the client disconnects. The body must have been read.

    Raises: ``ClientDisconnect`` in place of the cancellation it made.
    """
    watch = _Watch(receive)
    try:
        yield
    except asyncio.CancelledError:
        # Somebody else may have cancelled as well, a stopping server for one: theirs must go on up.
        if watch.gone and watch.work.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        watch.end()


class _Watch:
    """Listens for a client's leave on behalf of the task that makes it."""

    def __init__(self, receive: Receive) -> None:
        work = asyncio.current_task()
        assert work is not None
        self.work = work
        self.gone = False
        self._receive = receive
        self._listening: asyncio.Task[None] | None = None
        self._begin = work.get_loop().call_later(UNWATCHED_S, self._listen)

    def end(self) -> None:
        """Stop listening."""
        self._begin.cancel()
        if self._listening is not None:
            self._listening.cancel()

    def _listen(self) -> None:
        self._listening = self.work.get_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self.work.cancel()

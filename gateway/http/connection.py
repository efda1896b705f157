"""Work that ends when the client is gone."""

from __future__ import annotations

import asyncio
from typing import Final, Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive

__all__ = ["while_connected"]

UNWATCHED_S: Final = 0.05
"""How long work runs before somebody listens for the client: most that needs no system is over by then."""


class while_connected:  # noqa: N801 - a context manager, named as what it does
    """Cancel the block, and nothing else, when the client disconnects. The body must have been read.

    Raises: ``ClientDisconnect`` in place of the cancellation it made.
    """

    def __init__(self, receive: Receive) -> None:
        work = asyncio.current_task()
        assert work is not None
        self._work = work
        self._gone = False
        self._receive = receive
        self._listening: asyncio.Task[None] | None = None
        self._begin = work.get_loop().call_later(UNWATCHED_S, self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._begin.cancel()
        if self._listening is not None:
            self._listening.cancel()
        # Somebody else may have cancelled as well, a stopping server for one: theirs must go on up.
        cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
        if cancelled and self._gone and self._work.uncancel() == 0:
            raise ClientDisconnect from None

    def _listen(self) -> None:
        self._listening = self._work.get_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._work.cancel()

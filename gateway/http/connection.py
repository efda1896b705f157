"""Work that ends when the client is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Receive

__all__ = ["while_connected"]


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancel the block, and nothing else, when the client disconnects. The body must have been read.

    Raises: ``ClientDisconnect`` in place of the cancellation it made.
    """
    work = asyncio.current_task()
    assert work is not None
    gone = False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        work.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        # Somebody else may have cancelled as well, a stopping server for one: theirs must go on up.
        if gone and work.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        watcher.cancel()

"""Has listed documents compiled before anybody asks for them: at start, and whenever the lists are read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from gateway.documents.automatic import hash_of
from gateway.documents.library import Library
from gateway.documents.shelf import Shelf
from gateway.observability.logs import logger

__all__ = ["Prepare", "kept_ahead"]

Prepare = Callable[[str], Awaitable[None]]
"""Compiles a document; one that was compiled before takes no time."""


@asynccontextmanager
async def kept_ahead(shelf: Shelf, prepare: Prepare) -> AsyncIterator[None]:
    """Prepare the library in use; within, each that takes its place is prepared while requests are served."""
    taken = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is served any more
            loop.call_soon_threadsafe(taken.set)

    with shelf.telling(tell):
        await _prepared(shelf, prepare, is_serving=False)
        following = asyncio.create_task(_follow(shelf, prepare, taken))
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following


async def _follow(shelf: Shelf, prepare: Prepare, taken: asyncio.Event) -> None:
    while True:
        await taken.wait()
        taken.clear()
        await _prepared(shelf, prepare, is_serving=True)


async def _prepared(shelf: Shelf, prepare: Prepare, *, is_serving: bool) -> None:
    """Prepare a library, unless another takes its place before the end. A document that fails is left to its use."""
    library = shelf.library
    failed = 0
    for text in library.texts():
        if shelf.library is not library:
            return
        began_s = asyncio.get_running_loop().time()
        failed += not await _is_prepared(text, prepare)
        if is_serving:
            # As long a rest as the work took: requests get every second turn, and half of the time.
            await asyncio.sleep(asyncio.get_running_loop().time() - began_s)
    _tell(library, failed)


async def _is_prepared(text: str, prepare: Prepare) -> bool:
    try:
        await prepare(text)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told when somebody asks for the document
        logger().error("document not prepared", graphql_document=hash_of(text)[:16], exc_info=fault)
        return False
    return True


def _tell(library: Library, failed: int) -> None:
    if library.releases:
        logger().info("documents prepared", releases=len(library.releases), failed=failed)

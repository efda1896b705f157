"""Slow work off the event loop: so much at once, so much waiting, and no more."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from domain.errors import TooBusy

__all__ = ["Workers"]

T = TypeVar("T")


class Workers:
    """Threads for one kind of work, apart from those of every other kind.

    Whoever waits gives their place up by leaving. Work that has begun cannot be stopped: it goes on to its end, and
    its thread counts as taken until then. Units: ``wait_s`` in seconds.

    ``nice`` is by how much the threads stand back behind the event loop when there are not processors enough for both:
    0 for not at all, 19 for the most. It is for work that lets go of the interpreter's lock, since whoever holds that
    stops the loop however unimportant they are. Only Linux knows a niceness of a thread; elsewhere nothing is done.
    """

    def __init__(self, name: str, *, threads: int, queue: int, wait_s: float, nice: int = 0) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_stand_back, initargs=(nice,))
        self._free = asyncio.Semaphore(threads)
        self._places = threads + queue
        self._queue = queue
        self._wait_s = wait_s
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait for a thread."""
        return self._waiting

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place for the time of the block; there are as many as can be at work or wait. Raises: ``TooBusy``.

        So whoever would be refused in the end is refused before anything was done for them.
        """
        if not self._places:
            raise TooBusy(self._wait_s)
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return what the work returns. Raises: ``TooBusy`` when too many wait or one waited too long."""
        await self._thread()
        loop = asyncio.get_running_loop()
        try:
            begun = self._pool.submit(work, *arguments)
        except BaseException:
            self._free.release()
            raise

        def freed(_done: Future[T]) -> None:
            # The loop may have ended while the work went on.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._free.release)

        begun.add_done_callback(freed)
        return await asyncio.wrap_future(begun)

    async def _thread(self) -> None:
        if self._free.locked() and self._waiting >= self._queue:
            raise TooBusy(self._wait_s)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise TooBusy(self._wait_s) from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let the threads go; what has begun ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _stand_back(nice: int) -> None:
    """Lower the priority of this thread alone."""
    if nice and sys.platform == "linux":
        own = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, min(19, os.getpriority(os.PRIO_PROCESS, own) + nice))

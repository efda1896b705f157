"""What the three adapters share: bounded HTTP to one system, and batches split to its limits.

Nothing here knows a legacy protocol. A client turns ``Reply`` bytes into records; an adapter turns records into
outcomes through ``Transport.batches``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol, TypeAlias, TypeVar

import aiohttp

from adapters.gate import Arrival, Gate, Limits, Ungated, Unwatched
from adapters.receiving import pieces, translated
from adapters.replies import Body, Reply
from domain.clock import Deadline
from domain.errors import Source, SourceError, SourceGarbled
from domain.ports import MISSING, Call, Outcome

__all__ = ["Ask", "Observer", "Transport"]

K = TypeVar("K")
V = TypeVar("V")

Ask: TypeAlias = Callable[[Sequence[K]], Awaitable[Mapping[K, Outcome[V]]]]
"""Asks a system for one chunk of distinct keys; a key left out of the answer is missing. May raise ``SourceError``."""


class Observer(Protocol):
    """Is told of every call, for metrics and logs. Never told keys, personal data or bytes."""

    def called(self, source: Source, operation: str, outcome: str, seconds: float) -> None:
        """Record one HTTP exchange; ``outcome`` is ``ok`` or the ``SourceError`` class's name."""
        ...

    def garbled(self, source: Source, operation: str, detail: str) -> None:
        """Record an answer, or one item of it, that breaks the contract."""
        ...


@dataclass(slots=True)
class Transport:
    """HTTP to one system. Built inside a running loop by ``start``; shared by all requests of the process."""

    source: Source
    limits: Limits
    observer: Observer
    gate: Gate = field(default_factory=Ungated, kw_only=True)
    _calls: aiohttp.ClientSession | None = field(default=None, init=False)
    _downloads: aiohttp.ClientSession | None = field(default=None, init=False)

    async def start(self) -> None:
        """Open the connection pools; no connection is made yet."""
        self._calls = self._pool(self.limits.concurrency * 2)
        # A pool of their own: whoever reads a file slowly must not hold the connections that calls need.
        self._downloads = self._pool(self.limits.downloads)

    async def close(self) -> None:
        """Close every connection."""
        for session in (self._calls, self._downloads):
            if session is not None:
                await session.close()
        self._calls = self._downloads = None

    async def fetch(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Exchange one request for a whole reply.

        Raises: ``SourceTimeout`` past the deadline, ``SourceUnavailable`` for a refused or reset connection,
        ``SourceGarbled`` for a body that is cut or over the size limit. Any HTTP status is a reply.
        """
        allowed_s, cap = self.limits.timeout_s, self.limits.max_body_bytes
        pool = self._opened(self._calls)
        to = Unwatched()
        async with self._exchange(pool, operation, call, method, url, body, headers, allowed_s, cap, to) as answer:
            pieces = [piece async for piece in answer.chunks]
            return Reply(answer.status, answer.headers, b"".join(pieces))

    def download(self, operation: str, call: Call) -> AbstractAsyncContextManager[Arrival]:
        """Wait until the gate lets a file through; the block fetches it with ``stream``, and logs in first if need be.

        Raises: what the gate raises. A turn is waited for no longer than a call may take: files may take minutes, but
        who waits for one to begin must be told soon.
        """
        return self.gate.admitted(operation, soon(call, self.limits.timeout_s))

    def stream(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        max_bytes: int | None = None,
        arrival: Arrival,
    ) -> AbstractAsyncContextManager[Body]:
        """Exchange one request for a file that is read piece by piece, as ``arrival`` of ``download`` is told.

        Raises: as ``fetch``.
        """
        arrival.awaited()
        allowed_s, cap = timeout_s or self.limits.timeout_s, max_bytes or self.limits.max_body_bytes
        pool = self._opened(self._downloads)
        return self._exchange(pool, operation, call, method, url, body, headers, allowed_s, cap, arrival)

    @asynccontextmanager
    async def _exchange(
        self,
        pool: aiohttp.ClientSession,
        operation: str,
        call: Call,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        timeout_s: float,
        max_bytes: int,
        arrival: Arrival,
    ) -> AsyncIterator[Body]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome = "abandoned"
        allowed_s = min(call.deadline.remaining_s(), timeout_s)
        try:
            with translated(self.source, operation):
                if allowed_s <= 0:
                    raise TimeoutError
                async with (
                    asyncio.timeout(allowed_s),
                    pool.request(method, url, data=body, headers=headers, allow_redirects=False) as response,
                ):
                    chunks = pieces(self.source, operation, response, max_bytes, arrival)
                    yield Body(response.status, response.headers, chunks)
            outcome = "ok"
        except SourceError as failure:
            outcome = type(failure).__name__
            raise
        finally:
            self.observer.called(self.source, operation, outcome, loop.time() - started)

    def _pool(self, connections: int) -> aiohttp.ClientSession:
        # Deadlines rule every exchange, and the cookie jar would tie callers to each other.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=None, connect=self.limits.timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
        )

    def _opened(self, pool: aiohttp.ClientSession | None) -> aiohttp.ClientSession:
        if pool is None:
            msg = f"the transport of {self.source} is not started"
            raise RuntimeError(msg)
        return pool

    async def batches(
        self, operation: str, keys: Sequence[K], chunk: int, call: Call, ask: Ask[K, V]
    ) -> list[Outcome[V]]:
        """Answer keys by chunks of at most ``chunk``, each a call that the gate lets through.

        Shape: one outcome per key, in order. A key that repeats is asked once; one left out of an answer is
        ``MISSING``; a chunk that fails gives its error to each of its keys and to no other.
        """
        distinct = list(dict.fromkeys(keys))
        chunks = [distinct[start : start + chunk] for start in range(0, len(distinct), chunk)]
        if len(chunks) == 1:
            answers = await self._ask(operation, chunks[0], call, ask)
        else:
            answers = await self._ask_each(operation, chunks, call, ask)
        for breach in breaches(answers.values()):
            self.observer.garbled(self.source, operation, breach.detail)
        return [answers.get(key, MISSING) for key in keys]

    async def _ask_each(
        self, operation: str, chunks: Sequence[Sequence[K]], call: Call, ask: Ask[K, V]
    ) -> dict[K, Outcome[V]]:
        """Ask for many chunks; only so many wait at the gate, lest one long list fill the queue that others need."""
        answers: dict[K, Outcome[V]] = {}
        left = iter(chunks)

        async def work() -> None:
            for each in left:
                answers.update(await self._ask(operation, each, call, ask))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(chunks), self.limits.concurrency)):
                group.create_task(work())
        return answers

    async def _ask(self, operation: str, keys: Sequence[K], call: Call, ask: Ask[K, V]) -> dict[K, Outcome[V]]:
        try:
            async with self.gate.admitted(operation, call):
                if call.trace is not None:
                    call.trace.calls[operation] += 1
                return dict(await ask(keys))
        except SourceError as failure:
            return dict.fromkeys(keys, failure)


def breaches(outcomes: Iterable[object]) -> Iterable[SourceGarbled]:
    """Find each breach of the contract once, whether it is the outcome of keys or a row of a list."""
    rows = chain.from_iterable(each if isinstance(each, tuple) else (each,) for each in outcomes)
    return {id(row): row for row in rows if isinstance(row, SourceGarbled)}.values()


def soon(call: Call, seconds: float) -> Call:
    """Return the same call, to be over in so many seconds."""
    clock = call.deadline.clock
    return replace(call, deadline=Deadline(clock, min(call.deadline.at_s, clock.monotonic() + seconds)))

"""The frame of a simulated system: its operations, its announced forms of failure, and how a call is served."""

import asyncio
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from aiohttp import web

from dev.simulators.kit import wire
from dev.simulators.kit.calls import Calls
from dev.simulators.kit.clock import Clock
from dev.simulators.kit.faults import ANY_OPERATION, STATUS_FAULTS, WIRE_FAULTS, Fault
from dev.simulators.kit.listener import Listening
from dev.simulators.kit.pages import maintenance_page
from dev.simulators.kit.reply import Reply
from dev.simulators.kit.switchboard import Draw, Switchboard

Answer = Callable[[Draw], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the system; `latency_factor` multiplies the base latency."""

    name: str
    latency_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a simulator is started; `extra` holds the system's own arguments.

    A `clock` of a test's own goes before `today` and `now`.
    """

    port: int = 0
    admin_port: int = 0
    seed: int = 1
    latency_ms: float = 0
    today: date | None = None
    now: datetime | None = None
    verbose: bool = False
    clock: Clock | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Simulator(ABC):
    """One legacy system in one process. Subclasses give routes; each handler ends in `serve`."""

    name: ClassVar[str]
    charset: ClassVar[str] = "utf-8"
    max_request_bytes: ClassVar[int] = 64 * 1024**2
    operations: ClassVar[tuple[Operation, ...]]
    content_faults: ClassVar[frozenset[Fault]] = frozenset()

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock = options.clock or Clock(options.today, options.now)
        self.calls = Calls()
        self.switchboard = Switchboard(options.seed, self.clock.now)
        self.closing = asyncio.Event()
        self.latency_ms: dict[str, float] = {ANY_OPERATION: options.latency_ms}
        self._factors = {operation.name: operation.latency_factor for operation in self.operations}

    @classmethod  # noqa: B027 - an optional hook
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Declare the system's own command-line arguments; their values come in `options.extra`."""

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]:
        """The routes of the main port."""

    def admin_routes(self) -> Iterable[web.RouteDef]:
        """Routes of the system's own on the admin port."""
        return ()

    async def started(self) -> None:  # noqa: B027 - an optional hook
        """Called when the event loop runs, before the first request: start background work here."""

    async def stopped(self) -> None:  # noqa: B027 - an optional hook
        """Called once on the way out: cancel background work here."""

    def listeners(self) -> Sequence[Listening]:
        """What the system listens with besides its main port; refused and reopened together with it."""
        return ()

    def announced(self) -> Mapping[str, Any]:
        """What the ready line says besides the two ports."""
        return {}

    def maintenance(self, until: datetime) -> Reply:
        """How the system announces maintenance; override with its own form."""
        seconds = max(1, int((until - self.clock.now()).total_seconds()))
        return Reply(b"", "text/plain", self.charset, 503, {"Retry-After": str(seconds)})

    def supports(self, fault: Fault) -> bool:
        """Whether switching the fault on has any effect here."""
        return fault in WIRE_FAULTS or fault in self.content_faults

    def operation_names(self) -> tuple[str, ...]:
        """Names of all operations, in the order declared."""
        return tuple(self._factors)

    def latency_s(self, operation: str) -> float:
        """How long the operation takes to begin with, in seconds."""
        own = self.latency_ms.get(operation)
        if own is not None:
            return own / 1_000
        return self.latency_ms[ANY_OPERATION] * self._factors[operation] / 1_000

    async def serve(self, request: web.Request, operation: str, keys: int, answer: Answer) -> web.StreamResponse:
        """Count the call, draw its faults, wait its latency, and answer as the faults allow.

        Shape: `keys` is the batch size asked for (1 for a single object, 0 when nothing is asked by key).
        """
        seen = self.calls.begin(operation, keys)
        try:
            draw = self.switchboard.draw(operation)
            if (latency_s := self.latency_s(operation)) > 0:
                await asyncio.sleep(latency_s)
            if self.options.verbose:
                print(f"{self.name} {operation} keys={keys} faults={draw.names()}", file=sys.stderr)
            if not draw:
                return await wire.send(request, await answer(draw))
            return await self._serve_faulty(request, draw, answer)
        except ConnectionError:  # the client left before the whole answer was written
            return web.Response()
        finally:
            self.calls.finish(seen)

    async def _serve_faulty(self, request: web.Request, draw: Draw, answer: Answer) -> web.StreamResponse:
        if hang := draw.get(Fault.HANG):
            return await wire.never_answer(request, hang.duration_s, self.closing)
        if slow := draw.get(Fault.SLOW_FIRST_BYTE):
            await wire.wait_while_connected(request, slow.duration_s, self.closing)
        reply = self._instead_of_answer(draw)
        if reply is None:
            reply = await answer(draw)
            if lost := draw.get(Fault.TIMEOUT_AFTER_COMMIT):
                return await wire.never_answer(request, lost.duration_s, self.closing)
        return await wire.send_faulty(request, reply, draw, self.closing)

    def _instead_of_answer(self, draw: Draw) -> Reply | None:
        for fault, status in STATUS_FAULTS.items():
            if switch := draw.get(fault):
                headers = {} if switch.retry_after_s is None else {"Retry-After": str(switch.retry_after_s)}
                return Reply(f"{status} {wire.reason(status)}\n".encode(), "text/plain", "utf-8", status, headers)
        if switch := draw.get(Fault.TOO_MANY_REQUESTS):
            wait_s = 1 if switch.retry_after_s is None else switch.retry_after_s
            return Reply(b"429 Too Many Requests\n", "text/plain", "utf-8", 429, {"Retry-After": str(wait_s)})
        if switch := draw.get(Fault.MAINTENANCE):
            return self.maintenance(switch.until or self.clock.now() + timedelta(hours=1))
        if draw.has(Fault.HTML_PAGE):
            return Reply(maintenance_page(self.charset), "text/html", self.charset)
        return None

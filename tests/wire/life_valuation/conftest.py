"""A running engine and the adapter on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.gate import Gate, Limits
from adapters.life_valuation import Adapter, Settings
from adapters.transport import Transport
from dev.simulators.kit import Handle, Options, running
from dev.simulators.life_valuation.jobs import Duration
from domain.clock import MOSCOW, Deadline
from domain.errors import Source
from domain.ports import Call
from tests.fakes.clock import NOW, StillClock
from tests.wire.life_valuation.judge import Judged

KEY = "a-key-for-tests"


@dataclass(slots=True)
class Watch:
    """Keeps what the transport reports."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    garbles: list[tuple[str, str]] = field(default_factory=list)

    def called(self, source: Source, operation: str, outcome: str, seconds: float) -> None:
        """Keep one exchange."""
        assert source is Source.LIFE_VALUATION
        self.calls.append((operation, outcome))

    def garbled(self, source: Source, operation: str, detail: str) -> None:
        """Keep one broken answer."""
        assert source is Source.LIFE_VALUATION
        self.garbles.append((operation, detail))


@dataclass(frozen=True, slots=True)
class Bench:
    """The adapter, the engine it talks to, and what was reported meanwhile."""

    adapter: Adapter
    engine: Handle
    watch: Watch
    call: Call


OpenBench = Callable[..., AbstractAsyncContextManager[Bench]]


@asynccontextmanager
async def opened(
    settings: dict[str, Any] | None = None, guarded: Callable[[Limits], Gate] | None = None, **extra: Any
) -> AsyncIterator[Bench]:
    """Start an engine at noon of the worked example with jobs that take no time, and an adapter on it."""
    arguments = {"key": KEY, "job_ms": Duration.parse("0"), "nightly_clients": 3, **extra}
    engine = Judged(Options(seed=1, now=NOW.astimezone(MOSCOW), extra=arguments))
    watch = Watch()
    async with running(engine) as handle:
        ours = replace(Settings(handle.url, KEY, poll_pause_s=0.01), **(settings or {}))
        transport = Transport(Source.LIFE_VALUATION, ours.limits, watch)
        if guarded:
            transport.gate = guarded(ours.limits)
        adapter = Adapter(ours, transport)
        await adapter.start()
        try:
            yield Bench(adapter, handle, watch, Call(Deadline.after(StillClock(), 5)))
        finally:
            await adapter.close()
    assert engine.verdicts == []


@pytest.fixture
def open_bench() -> OpenBench:
    """For tests with settings or arguments of their own."""
    return opened


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """The usual one."""
    async with opened() as bench:
        yield bench

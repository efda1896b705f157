"""``python -m gateway warm-up``: compute the valuations that will be asked for this morning.

To be run once the nightly file is there; a run that was broken off goes on where it was when run again.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from math import ceil, inf
from typing import Final, TextIO

from domain.clock import MOSCOW, Clock, today
from gateway import wiring
from gateway.commands import starting
from gateway.observability import logs
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.schedule.progress import Ending, Progress
from gateway.settings import Settings

__all__ = ["add_arguments", "run"]

FINE: Final = (Ending.DONE, Ending.NOBODY, Ending.NOT_ITS_TURN)
LINE_EVERY_S: Final = 5.0


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)
    parser.add_argument("--day", type=date.fromisoformat, help="day of the nightly file; today in Moscow by default")


def run(options: Namespace) -> int:
    """Warm up. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    logs.configure(settings.log)
    line = Line(sys.stderr)
    try:
        ending = asyncio.run(warm_up(settings, clock, options.day or today(clock), line))
    except (KeyboardInterrupt, asyncio.CancelledError):
        line.close("broken off; run it again to go on")
        return 1
    line.close(ending.value)
    return 0 if ending in FINE else 1


async def warm_up(settings: Settings, clock: Clock, day: date, line: Line) -> Ending:
    """Connect, run once, and end early when asked to."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with wiring.connect_warm_up(settings, clock, SourceTelemetry(Metrics())) as warming:
        line.show("reading the nightly file")
        return await warming.run(day, line.tell)


@dataclass(slots=True)
class Line:
    """A line that is written over at a terminal; elsewhere a new one from time to time."""

    out: TextIO
    monotonic: Callable[[], float] = time.monotonic
    _began_s: float | None = field(default=None, init=False)
    _next_s: float = field(default=-inf, init=False)
    _last: str = field(default="", init=False)

    def tell(self, progress: Progress) -> None:
        """Show how far it is, what it waits for, and about how much longer it will take."""
        told = (
            f"{progress.done} of {progress.total} contracts: {progress.computed} computed, {progress.fresh} fresh, "
            f"{progress.failed} failed"
        )
        self._last = told if progress.total else self._last
        if progress.paused_until is not None:
            pause = f"the engine is closed until {progress.paused_until.astimezone(MOSCOW):%H:%M} Moscow time"
            self.show(f"{told}; {pause}" if progress.total else pause, at_once=True)
        elif progress.total:
            self.show(told + self._left(progress))

    def show(self, text: str, *, at_once: bool = False) -> None:
        """Show a text, unless another has been shown just now where lines are not written over."""
        if self.out.isatty():
            self.out.write(f"\r\033[Kwarm-up: {text}")
        elif at_once or self.monotonic() >= self._next_s:
            self._next_s = self.monotonic() + LINE_EVERY_S
            self.out.write(f"warm-up: {text}\n")
        self.out.flush()

    def close(self, ending: str) -> None:
        """Show how it ended, after what was last told."""
        start = "\r\033[K" if self.out.isatty() else ""
        told = f"{self._last}; " if self._last else ""
        self.out.write(f"{start}warm-up: {told}{ending}\n")
        self.out.flush()

    def _left(self, progress: Progress) -> str:
        """Say how long it will take, as fast as it went since the file was read."""
        if self._began_s is None:
            self._began_s = self.monotonic()
        if not progress.computed or progress.done == progress.total:
            return ""
        seconds = (self.monotonic() - self._began_s) / progress.done * (progress.total - progress.done)
        return f", about {ceil(seconds / 60)} min left"

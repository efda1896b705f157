"""An event loop whose time jumps to the next timer instead of passing: exact, and as fast as the machine."""

from __future__ import annotations

import asyncio
import gc
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

__all__ = ["LoopClock", "run"]

T = TypeVar("T")

TURNS: Final = 6
MOST_TURNS_AN_INSTANT: Final = 100_000


class Jumping(selectors.SelectSelector):
    """Waits for no file; tells the loop how far its time has to jump instead."""

    loop: VirtualLoop
    turns: int = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and no timer is left")
        if timeout > 0:
            self.loop.jump()
            self.turns = 0
        self.turns += 1
        if self.turns > MOST_TURNS_AN_INSTANT:
            raise RuntimeError("somebody goes round in circles, and time stands still")
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop with a time of its own that starts at zero."""

    def __init__(self) -> None:
        self.now = 0.0
        self.complaints: list[dict[str, Any]] = []
        selector = Jumping()
        selector.loop = self
        super().__init__(selector)
        self.set_exception_handler(lambda _, context: self.complaints.append(context))

    def time(self) -> float:
        return self.now

    def jump(self) -> None:
        scheduled: list[asyncio.TimerHandle] = getattr(self, "_scheduled")  # noqa: B009 - not in the type stubs
        self.now = max(self.now, scheduled[0].when())


@dataclass(frozen=True, slots=True)
class LoopClock:
    """The running loop's time."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.monotonic(), UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def run(main: Coroutine[Any, Any, T], *, sweep: bool = True) -> T:
    """Run a scenario. It must leave no task behind, and no failure that nobody looked at.

    ``sweep`` collects garbage to find such failures in reference cycles too, which takes long.
    """
    loop = VirtualLoop()

    async def watched() -> T:
        result = await main
        # What was cancelled last needs a few turns to end, but no time.
        for _ in range(TURNS):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return result

    try:
        result = loop.run_until_complete(watched())
        if sweep:
            gc.collect()
        assert loop.complaints == []
        return result
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))
        loop.close()

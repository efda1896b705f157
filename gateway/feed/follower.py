"""Follows the journal until it is told to stop, through whatever the policy core and the database do meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from domain.accounts.ports import Overtaken, Store
from domain.clock import Clock, Deadline
from domain.errors import SourceError, SourceInMaintenance, StoreUnavailable
from domain.journal import Journal, Stretch
from domain.ports import Call
from gateway.feed.lock import Holds, turn
from gateway.observability.logs import logger
from gateway.settings import AutomaticSettings
from gateway.store.store import PostgresStore

__all__ = ["Follower", "Sees"]

MOST_DOUBLINGS: Final = 32


class Sees(Protocol):
    """What is done with the journal."""

    async def see_to(self, stretch: Stretch, call: Call) -> None:
        """See to a part of it. Raises: ``SourceError``, ``StoreUnavailable``, ``Overtaken``."""
        ...


@dataclass(eq=False, slots=True)
class Follower:
    """Follows the journal. ``stopped`` is set to let it finish the event it is at, and end."""

    store: PostgresStore
    journal: Journal
    sees: Sees
    settings: AutomaticSettings
    clock: Clock
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0

    async def run(self) -> None:
        """Follow until stopped, whenever it is this process's turn."""
        logger().info("follower started")
        while not self.stopped.is_set():
            try:
                async with turn(self.store) as holds:
                    if holds is not None:
                        await self._follow(holds)
            except StoreUnavailable as away:
                self.failures += 1
                logger().warning("follower without database", detail=away.detail, pause_s=self.pause_s)
            await self._rest()
        logger().info("follower stopped")

    @property
    def pause_s(self) -> float:
        """How long to wait: twice as long after each failure in a row, up to a longest."""
        doublings = min(self.failures, MOST_DOUBLINGS)
        return min(self.settings.pause_s * 2.0**doublings, max(self.settings.longest_pause_s, self.settings.pause_s))

    async def _follow(self, holds: Holds) -> None:
        logger().info("follower's turn")
        while not self.stopped.is_set():
            await holds()
            if not await self._step():
                await self._rest()

    async def _step(self) -> bool:
        """See to the next part of the journal; return whether there is more of it. Raises: ``StoreUnavailable``."""
        after = await position(self.store)
        call = Call(Deadline.after(self.clock, self.settings.call_s), alone=True)
        try:
            if after is None:
                after = await self._begin(call)
            stretch = await self.journal.events(after, self.settings.events, call)
            tell(stretch, after)
            if stretch.reached > after:
                await self.sees.see_to(stretch, call)
        except Overtaken:
            # The lock was lost for a moment and another process went on; what it did is looked up again.
            logger().warning("follower overtaken", after=after)
            return False
        except SourceError as away:
            self.failures += 1
            closed = away.until if isinstance(away, SourceInMaintenance) else None
            logger().warning(
                "follower without journal",
                detail=str(away),
                pause_s=self.pause_s,
                until=None if closed is None else closed.isoformat(),
            )
            return False
        self.failures = 0
        return after < stretch.reached < stretch.newest

    async def _begin(self, call: Call) -> int:
        """Return after which event a journal is followed that never was: the newest, unless the settings want all.

        Nearly all that it tells is of policies that are new no longer. Raises: ``SourceError``, ``Overtaken``.
        """
        if self.settings.from_start:
            return 0
        newest = (await self.journal.events(0, 1, call)).newest
        async with self.store.work() as work:
            await work.feed.reach(newest)
        logger().info("follower begins", after=newest)
        return newest

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), self.pause_s)


async def position(store: Store) -> int | None:
    """Return where the journal is read on from, None where it never was. Raises: ``StoreUnavailable``."""
    async with store.work() as work:
        return await work.feed.position()


def tell(stretch: Stretch, after: int) -> None:
    """Log what is odd about a part of the journal."""
    if stretch.passed_over:
        logger().warning("events passed over", count=stretch.passed_over, after=after, reached=stretch.reached)
    if stretch.newest < after:
        logger().error("journal is shorter than what was followed", after=after, newest=stretch.newest)

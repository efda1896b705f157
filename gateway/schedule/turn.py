"""One process at a time: a turn that all of them see, held for as long as its holder lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from gateway.sources.store import AGAIN, Computed, Granted, Held, Name, Store, StoreFailed, Wanted

__all__ = ["Turn", "turn"]

READ: Final = "turn"
TURN_S: Final = 60.0
RENEWALS_A_TURN: Final = 3


@dataclass(eq=False, slots=True)
class Turn:
    """A turn that was taken. ``is_lost``: it ran out, the store being away for long, and another process has it now."""

    store: Store
    lease: Granted
    lasts_s: float
    is_lost: bool = False

    async def keep(self) -> None:
        """Renew it until it is lost; take it again if it ran out and nobody else has."""
        while not self.is_lost:
            await asyncio.sleep(self.lasts_s / RENEWALS_A_TURN)
            with suppress(StoreFailed):
                await self.store.renew(READ, [self.lease], self.lasts_s)
                (now,) = await self.store.lease(READ, [Wanted(self.lease.name, 0)], self.lasts_s)
                if isinstance(now, Granted):
                    self.lease = now
                self.is_lost = isinstance(now, Held) and now.fence != self.lease.fence


@asynccontextmanager
async def turn(store: Store, name: Name, lasts_s: float = TURN_S) -> AsyncIterator[Turn | None]:
    """Take a turn for the block; None if another process has it. Raises: ``StoreFailed`` before the block."""
    (lease,) = await store.lease(READ, [Wanted(name, 0)], lasts_s)
    if not isinstance(lease, Granted):
        yield None
        return
    held = Turn(store, lease, lasts_s)
    keeping = asyncio.create_task(held.keep())
    try:
        yield held
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})
        # Nobody to tell is no failure of what was done in the block: the turn ends by itself.
        with suppress(StoreFailed):
            await store.tell(READ, [Computed(held.lease, AGAIN)])

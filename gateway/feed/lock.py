"""One process at a time: a lock of the database, held by a connection and gone with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import func, select, text

from gateway.store.store import PostgresStore

__all__ = ["LOCK", "Holds", "turn"]

LOCK: Final = 7_302_915_884_013
"""Number of the advisory lock that those who follow the journal try for; any, but always the same."""

Holds = Callable[[], Awaitable[None]]
"""Makes sure that the lock is still held. Raises: ``StoreUnavailable``."""


@asynccontextmanager
async def turn(store: PostgresStore) -> AsyncIterator[Holds | None]:
    """Hold the lock for the block; None if another process has it. Raises: ``StoreUnavailable``.

    No transaction is open meanwhile. However the process ends, the server lets the lock go with the connection.
    """
    async with store.connection() as connection:
        got = (await connection.execute(select(func.pg_try_advisory_lock(LOCK)))).scalar_one()
        await connection.commit()
        if not got:
            yield None
            return

        async def holds() -> None:
            await connection.execute(text("SELECT 1"))
            await connection.commit()

        try:
            yield holds
        finally:
            # Not given back to the pool: whoever lends it next would hold the lock.
            await connection.invalidate()

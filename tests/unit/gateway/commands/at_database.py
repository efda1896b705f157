"""A database for what comes before and after a command, which runs a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore, opened

__all__ = ["in_database"]


def in_database(database: StoreSettings, do: Callable[[PostgresStore], Any]) -> Any:
    """Do something with the database before or after the command runs."""

    async def doing() -> Any:
        async with opened(database) as store:
            assert store is not None
            return await do(store)

    return asyncio.run(doing())

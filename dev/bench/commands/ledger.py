"""What the database says became of the payments of some accounts, and of the commands that they took."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from gateway.store.store import PostgresStore

__all__ = ["Kept", "Ledger"]

LOOK_S: Final = 0.1
OPENED: Final = "SELECT count(*) FROM payments WHERE account_id = ANY(:accounts) AND opened_at IS NOT NULL"
EACH: Final = """
SELECT count(*), count(*) FILTER (WHERE c.state = 'DONE'), EXTRACT(EPOCH FROM min(c.accepted_at)),
  EXTRACT(EPOCH FROM min(c.ended_at)), EXTRACT(EPOCH FROM max(c.ended_at))
FROM payments p JOIN commands c ON c.owner = p.id WHERE p.account_id = ANY(:accounts) GROUP BY p.id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many payments there are, how many commands for them, and how many of these are done.

    Units: ``took_s`` of each payment, from its first command's being accepted to its last one's being done; ``rate`` in
    commands a second, from the first that was done to the last.
    """

    payments: int
    commands: int
    done: int
    took_s: Sequence[float] = ()
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The payments of these accounts."""

    store: PostgresStore
    accounts: Sequence[UUID]

    async def opened(self, many: int, within_s: float) -> Kept:
        """Wait until so many payments can be paid; return what there is then. Raises: ``TimeoutError``."""
        async with asyncio.timeout(within_s):
            while True:
                [(found,)] = await self._rows(OPENED)
                if found >= many:
                    return await self.kept()
                await asyncio.sleep(LOOK_S)

    async def kept(self) -> Kept:
        """Return what there is, of payments that can be paid."""
        found = [[float(each) for each in row] for row in await self._rows(EACH)]
        if not found:
            return Kept(0, 0, 0)
        commands, done, accepted_s, first_s, last_s = zip(*found, strict=True)
        return Kept(
            len(found),
            int(sum(commands)),
            int(sum(done)),
            [last - accepted for last, accepted in zip(last_s, accepted_s, strict=True)],
            (sum(commands) - 1) / (max(last_s) - min(first_s)),
        )

    async def _rows(self, query: str) -> Sequence[Row[Any]]:
        async with self.store.connection() as connection:
            return (await connection.execute(text(query), {"accounts": list(self.accounts)})).all()

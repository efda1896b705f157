"""Waiting for whoever else is at the same subject."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["alone_with"]

SEED: Final = 7_302_916
"""Keeps these advisory locks apart from others."""


async def alone_with(subject: str, connection: AsyncConnection) -> None:
    """Wait until no other transaction is at a subject; until this one ends, none will be."""
    key = func.hashtextextended(subject, literal(SEED, BigInteger))
    await connection.execute(select(func.pg_advisory_xact_lock(key)))

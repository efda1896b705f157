"""How far the feeds of the systems were followed, and what was decided over them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Table

from domain.accounts.automatic import Outcome
from domain.errors import Source
from gateway.store.columns import TEXT, Instant, metadata, one_of

__all__ = ["decisions", "feeds"]

feeds: Final = Table(
    "feeds",
    metadata,
    Column("source", TEXT, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    one_of("source", Source),
    CheckConstraint("seq >= 0", name="seq"),
)

decisions: Final = Table(
    "decisions",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("client_isn", BigInteger, index=True),
    Column("policy", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("rule", TEXT, nullable=False),
    one_of("outcome", Outcome),
)

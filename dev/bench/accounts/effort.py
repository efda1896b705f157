"""What an answer takes besides time: processor, commands to Valkey, rows left in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg.sql import SQL, Identifier

from dev.bench.fleet import Gateway

__all__ = ["Effort", "Meters", "calls_of"]


@dataclass(frozen=True, slots=True)
class Effort:
    """Counted since the start, or for one answer. Units: ``cpu_ms`` of the gateway's process."""

    cpu_ms: float
    commands: float
    rows: float

    def each_since(self, before: Effort, answers: int) -> Effort:
        """Return what one of so many answers took."""
        return Effort(
            (self.cpu_ms - before.cpu_ms) / answers,
            (self.commands - before.commands) / answers,
            (self.rows - before.rows) / answers,
        )


@dataclass(frozen=True, slots=True)
class Meters:
    """Where to look: the gateway's process, Valkey's socket, the database's address."""

    gateway: Gateway
    socket: Path
    address: str

    def read(self) -> Effort:
        """Look at all of them."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            commands = calls_of(client.info("commandstats"))
        return Effort(self.gateway.cpu_s() * 1000, commands, rows_of(self.address))


def calls_of(said: object) -> int:
    """Add up the commands that Valkey says it was sent, those of scripts included, those of looking left out."""
    assert isinstance(said, dict)
    looking = {"cmdstat_info", "cmdstat_client|setinfo", "cmdstat_client|maint_notifications", "cmdstat_hello"}
    return sum(seen["calls"] for name, seen in said.items() if name not in looking)


def rows_of(address: str) -> int:
    """Count the rows of all tables."""
    with psycopg.connect(address) as connection:
        tables: Sequence[tuple[str, str]] = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        counted = 0
        for table in tables:
            [found] = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(*table))).fetchall()
            counted += found[0]
    return counted

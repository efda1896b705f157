"""What an operation of the running gateway costs: calls, statements, hashes, messages, attempts that are counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import redis

from dev.demo.stack import Stack
from tests.e2e.asking import Gateway

__all__ = ["Work", "Working", "counting_hashes"]

WRAPPER: Final = Path(__file__).parent / "counting"
STATEMENT: Final = re.compile(r"^gateway\|LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)$", re.MULTILINE)
LOGGED: Final = ("log_statement = 'all'", "log_line_prefix = '%a|'")


@dataclass(frozen=True, slots=True)
class Work:
    """``calls`` by system and operation; ``statements`` in their order, those that leave a message among them."""

    calls: dict[str, dict[str, int]]
    statements: list[str]
    hashes: list[str]
    scripts: int
    """Those that Valkey ran: each counts an attempt."""

    @property
    def messages(self) -> int:
        """How many messages were left to be sent."""
        return sum("INSERT INTO messages" in each for each in self.statements)


@contextmanager
def counting_hashes(file: Path) -> Iterator[None]:
    """Have a gateway that is started in the block count its hashes in a file."""
    file.touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(WRAPPER))
        patched.setenv("HASHES_COUNTED_IN", str(file))
        yield


@dataclass(frozen=True, slots=True)
class Working:
    """Counts, while nobody else works."""

    stack: Stack
    hashes: Path

    def log_statements(self) -> None:
        """Have the database write down each statement, with whose it is."""
        assert self.stack.database is not None
        with psycopg.connect(self.stack.database.address(), autocommit=True) as connection:
            for each in LOGGED:
                connection.execute(f"ALTER SYSTEM SET {each}")
            connection.execute("SELECT pg_reload_conf()")

    def of(self, take: Callable[..., Any], *given: Any) -> tuple[Any, Work]:
        """Return what comes of an operation, and what it cost."""
        gateway, log = Gateway(self.stack), self.stack.folder / "postgres.log"
        gateway.forget_calls()
        logged, hashed = log.stat().st_size, self.hashes.stat().st_size
        scripts = self._scripts()
        answer = take(*given)
        scripts = self._scripts() - scripts
        statements = STATEMENT.findall(log.read_bytes()[logged:].decode())
        hashes = self.hashes.read_bytes()[hashed:].decode().split()
        return answer, Work(gateway.calls(), statements, hashes, scripts)

    def _scripts(self) -> int:
        with redis.Redis(unix_socket_path=str(self.stack.redis_socket)) as client:
            seen = client.info("commandstats")
        return sum(int(seen.get(f"cmdstat_{name}", {"calls": 0})["calls"]) for name in ("eval", "evalsha"))

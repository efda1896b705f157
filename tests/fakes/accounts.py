"""Accounts in memory: every port that they stand on, as simple as its promise allows."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from domain.accounts.models import (
    Account,
    SessionId,
    TokenHash,
)
from domain.accounts.ports import (
    AccountPorts,
    Activation,
    Issued,
    Lifetimes,
    Picture,
)
from domain.clock import Clock
from domain.errors import TooBusy
from domain.models import ConsentPurpose
from domain.money import Locale
from tests.fakes.account_rows import FakeWork, Rows

__all__ = ["ACTIVATION", "FakeAccounts", "FakeVisitor", "Rows"]

ACTIVATION = Activation("https://account.test/activate#", timedelta(days=7))

TEXTS = {ConsentPurpose.PERSONAL_DATA: "v3", ConsentPurpose.MARKETING: "v1"}
LIFETIMES = Lifetimes(
    registration=timedelta(minutes=60),
    code=timedelta(minutes=10),
    code_attempts=3,
    refresh=timedelta(days=30),
    session=timedelta(days=180),
    again=timedelta(seconds=10),
)


@dataclass
class FakeAccounts:
    """All ports of accounts, their contents open. ``hashes`` counts what a password cost, ``works`` transactions.

    Limits that are ``exhausted`` let nobody through; of those in ``most`` each key gets so many attempts.
    """

    clock: Clock
    rows: Rows = field(default_factory=Rows)
    hashes: int = 0
    takes: list[tuple[str, str]] = field(default_factory=list)
    exhausted: set[str] = field(default_factory=set)
    most: dict[str, int] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    spoken_in: list[Locale] = field(default_factory=list)
    secrets: int = 0
    works: int = 0
    crowded: bool = False

    @property
    def ports(self) -> AccountPorts:
        return AccountPorts(self, self, self, self, FakePictures(self), LIFETIMES, TEXTS, ACTIVATION)

    # Store
    @asynccontextmanager
    async def work(self) -> AsyncIterator[Any]:
        self.works += 1
        before = copy.deepcopy(self.rows)
        try:
            yield FakeWork(self.rows)
        except BaseException:
            self.rows.__dict__.update(before.__dict__)
            raise

    # Passwords
    @contextmanager
    def place(self) -> Iterator[None]:
        if self.crowded:
            raise TooBusy(2.0)
        yield

    async def hashed(self, password: str) -> str:
        self.hashes += 1
        return f"hash of {password}"

    async def matches(self, password: str, hash_: str | None) -> bool:
        self.hashes += 1
        return hash_ == f"hash of {password}"

    def is_outdated(self, hash_: str) -> bool:
        return hash_.startswith("old ")

    # TokenIssuer
    def access_token(self, account: Account, session: SessionId, now: datetime) -> tuple[str, int]:
        return f"access of {account.client_isn} in {session}", 600

    def secret(self) -> tuple[str, TokenHash]:
        self.secrets += 1
        text = f"secret {self.secrets}"
        return text, self.hash(text)

    def successor(self, token: str) -> tuple[str, TokenHash]:
        return f"after {token}", self.hash(f"after {token}")

    def hash(self, token: str) -> TokenHash:
        return TokenHash(sha256(token.encode()).digest())

    def lot(self, *parts: str) -> bytes:
        return sha256("|".join(parts).encode()).digest()

    def code(self) -> tuple[str, bytes]:
        self.secrets += 1
        text = f"{self.secrets:06d}"
        return text, text.encode()

    def is_code(self, given: str, hash_: bytes) -> bool:
        return given.encode() == hash_

    # Throttle
    async def take(self, limit: str, *keys: str) -> timedelta | None:
        over = limit in self.exhausted or any(self._is_over(limit, key) for key in keys)
        self.takes += [(limit, key) for key in keys]
        return timedelta(seconds=30) if over else None

    def _is_over(self, limit: str, key: str) -> bool:
        return limit in self.most and self.takes.count((limit, key)) >= self.most[limit]


@dataclass
class FakePictures:
    accounts: FakeAccounts

    async def make(self, locale: Locale) -> Picture:
        self.accounts.spoken_in.append(locale)
        id_ = f"picture {len(self.accounts.pictures) + 1}"
        self.accounts.pictures[id_] = "123456"
        return Picture(id_, b"PNG", b"WAV", self.accounts.clock.now() + timedelta(minutes=5))

    async def solve(self, id_: str, text: str) -> bool:
        return self.accounts.pictures.pop(id_, None) == text


@dataclass
class FakeVisitor:
    """A client that keeps its tokens itself."""

    address: str = "192.0.2.1"
    device: str = "a test"
    refresh_cookie: str | None = None
    is_refresh_cookie_ours: bool = True
    by_cookie: bool = False
    given: list[Issued] = field(default_factory=list)
    forgotten: int = 0

    def handed(self, issued: Issued) -> Issued | None:
        self.given.append(issued)
        return None if self.by_cookie else issued

    def forget(self) -> None:
        self.forgotten += 1

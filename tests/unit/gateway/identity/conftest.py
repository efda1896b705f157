"""A real Valkey, and keys of the tests' own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dev import valkey
from dev.tokens import DemoIssuer
from gateway.identity.voices import Voice
from gateway.settings.sources import RedisSettings
from gateway.sources.clients import connected
from gateway.sources.exchanges import Exchanges

SECRET = "a secret of the tests, forty characters."


@asynccontextmanager
async def exchanging(settings: RedisSettings) -> AsyncIterator[Exchanges]:
    """Connect as one process does."""
    async with connected(settings) as (client, _):
        yield Exchanges(client, settings.timeout_s, settings.max_connections)


def write_private(issuer: DemoIssuer, file: Path, **changed: Any) -> Path:
    """Write an issuer's private key as it should be kept; members are replaced, or with None taken away."""
    record = {**issuer.key.as_dict(private=True), **changed}
    file.touch(mode=0o600)
    file.write_text(json.dumps({name: value for name, value in record.items() if value is not None}), encoding="utf-8")
    return file


@pytest.fixture
def noiseless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing lies beneath the digits that are spoken, so that their pitch can be told."""
    monkeypatch.setattr(Voice, "create_background_noise", lambda _self, length, _chars: bytearray([128]) * length)


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder)) as (_, path):
        yield path


@pytest.fixture
async def redis(server: Path) -> RedisSettings:
    """Settings for an empty server."""
    settings = RedisSettings(unix_socket_path=str(server), timeout_s=5)
    async with connected(settings) as (client, _):
        await client.flushall()
    return settings


@pytest.fixture
async def exchanges(redis: RedisSettings) -> AsyncIterator[Exchanges]:
    async with exchanging(redis) as made:
        yield made

"""A real Valkey for the tests of this folder."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from dev import valkey
from dev.processes import Child
from gateway.settings.sources import RedisSettings
from gateway.sources.redis import RedisStore, connected


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[tuple[Child, Path]]:
    # A short path: the name of a unix socket holds about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder)) as running:
        yield running


@pytest.fixture
def redis_settings(valkey_server: tuple[Child, Path]) -> RedisSettings:
    return RedisSettings(unix_socket_path=str(valkey_server[1]))


@pytest.fixture
async def store(redis_settings: RedisSettings) -> AsyncIterator[RedisStore]:
    async with connected(redis_settings) as store:
        await store.client.flushall()
        yield store

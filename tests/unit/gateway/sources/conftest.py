"""A real Valkey for the tests of this folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import valkey
from dev.processes import Child
from gateway.settings.sources import RedisSettings
from gateway.sources.clients import connected


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[tuple[Child, Path]]:
    # A short path: the name of a unix socket holds about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder)) as running:
        yield running


@pytest.fixture
async def redis_settings(valkey_server: tuple[Child, Path]) -> RedisSettings:
    """Settings for an empty server."""
    settings = RedisSettings(unix_socket_path=str(valkey_server[1]), timeout_s=5)
    async with connected(settings) as (client, _):
        await client.flushall()
    return settings

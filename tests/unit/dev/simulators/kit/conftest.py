"""A running system and a client for it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from dev.simulators.kit import Handle, Options, running
from tests.unit.dev.simulators.kit.registry import Registry


@pytest.fixture
async def handle() -> AsyncIterator[Handle]:
    async with running(Registry(Options(seed=7))) as handle:
        yield handle


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http

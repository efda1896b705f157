"""One set of systems for all cases of the matrix; each case has a gateway of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from dev import valkey
from tests.faults.matrix.laboratory import Laboratory
from tests.faults.matrix.virtual_loop import VirtualLoop


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Start everything that outlives a gateway, in virtual time."""
    folder = tmp_path_factory.mktemp("matrix")
    with (
        valkey.running(folder) as (_, socket),
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
        Laboratory.opened(runner, folder, socket) as laboratory,
    ):
        yield laboratory

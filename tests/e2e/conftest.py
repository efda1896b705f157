"""Everything as separate processes, started once for this folder by the demo's own code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.demo.stack import Stack
from tests.e2e.asking import Gateway, started


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with started() as stack:
        yield stack


@pytest.fixture
def gateway(stack: Stack) -> Gateway:
    return Gateway(stack)

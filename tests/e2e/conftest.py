"""Everything as separate processes, started once for this folder by the demo's own code."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.demo.options import Options
from dev.demo.stack import Stack, free_port
from tests.e2e.asking import Gateway


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="insurance-graph-") as folder:
        stack = Stack(Path(folder), Options(port=free_port(), latency_ms=0, job_ms="0"))
        try:
            stack.start_backends()
            stack.start_gateway()
            yield stack
        finally:
            stack.stop()


@pytest.fixture
def gateway(stack: Stack) -> Gateway:
    return Gateway(stack)

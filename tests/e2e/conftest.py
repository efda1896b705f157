"""Everything as separate processes, started once for this folder by the demo's own code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.demo.stack import Stack
from tests.e2e.asking import Gateway, started


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    # Counting calls needs a cache that answers, however busy the machine is.
    # One account is signed in to more often here than by its owner.
    with started({"redis": {"timeout_s": 5.0}, "throttle": {"sign_in_account": "100 per 900"}}) as stack:
        yield stack


@pytest.fixture
def gateway(stack: Stack) -> Gateway:
    return Gateway(stack)

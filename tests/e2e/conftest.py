"""Everything as separate processes, started once for this folder by the demo's own code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.demo.files import Changes
from dev.demo.stack import Stack
from tests.e2e.asking import Gateway, started


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    # Counting calls needs a cache that answers, however busy the machine is.
    # One account is signed in to more often here than by its owner.
    # Whoever waits for a payment here does not do so for long, nor for a command that is tried in vain.
    changes: Changes = {
        "redis": {"timeout_s": 5.0},
        "throttle": {"sign_in_account": "100 per 900"},
        "acquirer": {"told_after_s": 1.0},
        "outbox": {"command_faults": 3, "first_pause_s": 0.5, "longest_command_pause_s": 5.0},
    }
    with started(changes) as stack:
        yield stack


@pytest.fixture
def gateway(stack: Stack) -> Gateway:
    return Gateway(stack)

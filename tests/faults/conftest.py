"""Everything as separate processes, with little patience for the legacy systems, and nothing hidden or remembered.

What the gateway makes of the systems' troubles beyond telling them, its retries, breakers and waits, has tests of its
own; here each fault shall be seen, and none be felt after it is mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dev.demo.stack import Stack
from dev.demo.systems import SYSTEMS
from tests.e2e.asking import Gateway, started
from tests.faults.house import PATIENCE_S, House


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    changes: dict[str, dict[str, Any]] = {name: {"timeout_s": PATIENCE_S} for name in SYSTEMS}
    changes["resilience"] = {
        "retry.attempts": 1,
        "breaker.minimum_calls": 10_000,
        "breaker.window_calls": 10_000,
        "hold.throttled_max_s": 0,
        "hold.maintenance_probe_s": 0.01,
    }
    changes["cache"] = {"renewals_s": 0}
    with started(changes) as stack:
        yield stack


@pytest.fixture
def house(stack: Stack) -> Iterator[House]:
    house = House(Gateway(stack))
    house.gateway.forget()
    yield house
    house.mend()

"""Everything as separate processes, with little patience for the legacy systems."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.demo.stack import Stack
from tests.e2e.asking import Gateway, started
from tests.faults.house import PATIENCE_S, House


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    impatient = {name: {"timeout_s": PATIENCE_S} for name in ("policy_core", "claims_core", "life_valuation")}
    with started(impatient) as stack:
        yield stack


@pytest.fixture
def house(stack: Stack) -> Iterator[House]:
    house = House(Gateway(stack))
    house.gateway.forget()
    yield house
    house.mend()
